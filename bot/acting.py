"""The commands by which people act: how their words are read, and the events that they become."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.asker import Asker, Becomes
from bot.grammar import QUOTE_NAMES, Command, Misunderstood, extra
from models.events import Act, Event, RoleChange
from models.people import Actor
from models.rules.authority import Holder, HolderKind, Role, is_id
from models.rules.care import Deed
from models.rules.inert import inert
from models.rules.mutes import USUAL, read_length
from models.rules.privacy import Clearance
from models.rules.redact import redact

_REASON_LIMIT = 200

# How Slack and Discord write a person and a group in a text; "user:" and "group:" are for ids that are typed.
_PERSON = re.compile(r"<@!?([A-Za-z0-9]+)(?:\|[^>]*)?>|(?:user:)?([A-Za-z0-9_.-]+)")
_GROUP = re.compile(r"<@&([A-Za-z0-9]+)>|<!subteam\^([A-Za-z0-9]+)(?:\|[^>]*)?>|group:([A-Za-z0-9_.-]+)")

_DEEDS = {
    "ack": Deed.ACKNOWLEDGE,
    "claim": Deed.CLAIM,
    "release": Deed.RELEASE,
    "mute": Deed.MUTE,
    "unmute": Deed.UNMUTE,
    "file": Deed.FILE,
}
_VERBS = ("grant", "revoke")
_NO_ROLE = "A role is guardian, maintainer or admin"
_NO_USER = "Name whom you mean by a mention, by the platform's id of them, or as group:ID"


def read_deed(name: str, words: Sequence[str]) -> Command | Misunderstood:
    """An incident's number or a plugin's name, and perhaps a host branch."""
    found = _subject(name, words)
    if isinstance(found, Misunderstood):
        return found
    command, rest = found
    return extra(name, rest, QUOTE_NAMES) if rest else command


def read_mute(name: str, words: Sequence[str]) -> Command | Misunderstood:
    """The same, and perhaps for how long and why."""
    found = _subject(name, words)
    if isinstance(found, Misunderstood):
        return found
    command, rest = found
    try:
        length, rest = _length(rest)
    except ValueError as error:
        return Misunderstood(str(error), name)
    if rest and rest[0].casefold() != "because":
        return extra(name, rest, "; how long is 30m, 4h, 1d or “until fixed”, and a reason follows “because”")
    if len(rest) == 1:
        return Misunderstood("“because” needs a reason", name)
    return replace(command, length=length, reason=" ".join(rest[1:]))


def read_role(name: str, words: Sequence[str]) -> Command | Misunderstood:
    """Whether to give or take, which role, whose, and a maintainer's plugin."""
    verb, role, whom, *rest = [*words, "", "", ""][: max(3, len(words))]
    verb, role = verb.casefold(), role.casefold()
    if verb == "list":
        return Command("roles")
    if problem := _role_problem(verb, role, whom):
        return Misunderstood(problem, name)
    command = Command(name, verb=verb, role=role, whom=whom)
    if role != Role.MAINTAINER:
        return extra(name, rest) if rest else command
    if len(rest) < 2 or rest[0].casefold() != "of" or not rest[1].strip():
        return Misunderstood("A maintainer is one of a plugin: add “of NAME”", name)
    return extra(name, rest[2:], QUOTE_NAMES) if rest[2:] else replace(command, subject=rest[1])


def actor(asker: Asker) -> Actor:
    """Who asks, as `models` knows people."""
    return Actor(asker.platform, asker.workspace, asker.user, asker.name, asker.groups)


def _role_problem(verb: str, role: str, whom: str) -> str:
    if verb not in _VERBS:
        return "Say whether to grant or to revoke a role"
    if role not in set(Role):
        return _NO_ROLE
    return _NO_USER if _holder_id(whom) is None else ""


def _subject(name: str, words: Sequence[str]) -> tuple[Command, Sequence[str]] | Misunderstood:
    if not words or not words[0].strip():
        return Misunderstood(f"{name} needs the number of an incident or the name of a plugin", name)
    if len(words) < 2 or words[1].casefold() != "on":
        return Command(name, words[0]), words[1:]
    if len(words) == 2:
        return Misunderstood("“on” needs a host branch, such as tests-passed, beta or stable", name)
    return Command(name, words[0], words[2]), words[3:]


def _length(words: Sequence[str]) -> tuple[timedelta | None, Sequence[str]]:
    """How long, and the words after it."""
    if [word.casefold() for word in words[:2]] == ["until", "fixed"]:
        return None, words[2:]
    length = read_length(words[0]) if words else None
    return (length, words[1:]) if length else (USUAL, words)


def _holder_id(whom: str) -> tuple[HolderKind, str] | None:
    for kind, pattern in ((HolderKind.GROUP, _GROUP), (HolderKind.USER, _PERSON)):
        found = pattern.fullmatch(whom)
        if found and is_id(id_ := next(filter(None, found.groups()))):
            return kind, id_
    return None


def _act(command: Command, asker: Asker, allowed: Clearance) -> Event:
    reason = " ".join(inert(redact(command.reason)).split())[:_REASON_LIMIT]
    return Act(actor(asker), _DEEDS[command.name], command.subject, command.branch, command.length, reason, allowed)


def _role_change(command: Command, asker: Asker, _allowed: Clearance) -> Event:
    kind, id_ = _holder_id(command.whom) or (HolderKind.USER, command.whom)
    holder = Holder(asker.platform, asker.workspace, kind, id_)
    return RoleChange(actor(asker), command.verb == "grant", Role(command.role), holder, command.subject)


# The commands that change something, each with the event that it becomes.
EVENTS: dict[str, Becomes] = {**dict.fromkeys(_DEEDS, _act), "role": _role_change}
