"""What people type after `follow`, read into what they want to hear of."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from models.rules.digest import Digest, take_digest
from models.rules.routing import Filter, Topic
from models.rules.status import Verdict

ALL = "all"
_ME = {"me", "myself"}
_TAG, _WITHOUT_LABEL, _WITHOUT_BOTS = "tag:", "-label:", "-bot"
_SEPARATORS = re.compile(r"[|,]")
_LONGEST = 100  # of a tag, a branch and a label, all of which are names
_TOPICS = ", ".join(Topic)

FOR_ONE = Filter(frozenset({Topic.BROKEN, Topic.FIXED, Topic.RELEASES}))
FOR_MANY = Filter(frozenset({Topic.BROKEN, Topic.FIXED}))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to follow, as it was typed: a plugin by name, those with a tag, or all when both are empty.

    `for_me` is set when the person is to hear of it and not the channel.
    """

    name: str = ""
    tag: str = ""
    host_branch: str = ""
    filter: Filter = FOR_MANY
    for_me: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """How a channel is to be told: `flat` without threads, `quiet` without replies that stand out of them, and nothing
    of incidents less severe than `least`; when it gets its digest, and whether it is reminded of what nobody takes
    care of, and whether it hears of private plugins. What is None stays as it is.
    """

    flat: bool | None = None
    quiet: bool | None = None
    least: Verdict | None = None
    digest: Digest | None = None
    digest_at: int | None = None
    digest_zone: str | None = None
    reminders: bool | None = None
    hears_private: bool | None = None


_FLAT = {"thread": False, "flat": True}
_QUIET = {"broadcast": False, "quiet": True}
_STYLES = "thread or flat, broadcast or quiet, digest, reminders or private"
_ON_OFF = {"on": True, "off": False}
_BROKEN = {verdict.replace("_", " "): verdict for verdict in Verdict if verdict.broken}


def read_style(words: Sequence[str]) -> Style:
    """Read [thread|flat] [broadcast|quiet] [from VERDICT] [digest …] [reminders on|off] [private on|off], in any order.

    Raises:
        ValueError: it is not written right; the words say what is wrong and what would be right.

    """
    style = Style()
    rest = [word.casefold() for word in words]
    while rest:
        word = rest.pop(0)
        if word in _FLAT:
            style = replace(style, flat=_FLAT[word])
        elif word in _QUIET:
            style = replace(style, quiet=_QUIET[word])
        elif word == "from":
            style = replace(style, least=_verdict(rest))
        elif word == "digest":
            style = replace(style, **asdict(take_digest(rest)))
        elif word == "reminders":
            style = replace(style, reminders=_on_or_off(word, rest))
        elif word == "private":
            style = replace(style, hears_private=_on_or_off(word, rest))
        else:
            raise ValueError(f"“{word[:_LONGEST]}” was not understood: say {_STYLES}")
    return style


def _on_or_off(word: str, rest: list[str]) -> bool:
    if not rest or rest[0] not in _ON_OFF:
        raise ValueError(f"“{word}” needs on or off")
    return _ON_OFF[rest.pop(0)]


def _verdict(rest: list[str]) -> Verdict:
    """Take a verdict off the words, written as on the wire or as it is shown: tests_failing, tests failing."""
    for length in (1, 2):
        verdict = _BROKEN.get(" ".join(rest[:length]).replace("_", " "))
        if verdict is not None:
            del rest[:length]
            return verdict
    raise ValueError(f"“from” needs one of {', '.join(_BROKEN.values())}")


def is_me(word: str) -> bool:
    """Whether the person is meant, and not the channel."""
    return word.casefold() in _ME


def read_following(words: Sequence[str]) -> Wanted:
    """Read NAME|tag:T|all [on BRANCH] [only TOPIC …] [-label:L …] [-bot], perhaps with "me" before it.

    Raises:
        ValueError: it is not written right; the words say what is wrong and what would be right.

    """
    rest = list(words)
    for_me = bool(rest) and is_me(rest[0])
    if for_me:
        rest.pop(0)
    name, tag = _subject(rest)
    branch, topics, labels, bots = "", frozenset[Topic](), set[str](), False
    while rest:
        word = rest.pop(0)
        lowered = word.casefold()
        if lowered == "on" and not branch:
            branch = _name(rest.pop(0) if rest else "", "“on” needs a host branch, such as tests-passed or stable")
        elif lowered == "only" and not topics:
            topics = _topics(rest)
        elif lowered.startswith(_WITHOUT_LABEL):
            # In -label:"needs info" the quotes begin a word of their own.
            label = word[len(_WITHOUT_LABEL) :] or (rest.pop(0) if rest else "")
            labels.add(_name(label, "“-label:” needs the name of a label; one with spaces needs quotes"))
        elif lowered == _WITHOUT_BOTS:
            bots = True
        else:
            raise ValueError(f"“{word[:_LONGEST]}” was not understood; a name with spaces needs quotes")
    topics = topics or (FOR_ONE if name else FOR_MANY).topics
    _refuse_idle(topics, labels, bots=bots)
    return Wanted(name, tag, branch, Filter(topics, frozenset(labels), bots), for_me)


def read_unfollowing(words: Sequence[str]) -> Wanted:
    """Read NAME|tag:T|all [on BRANCH], perhaps with "me" before it.

    Raises:
        ValueError: it is not written right; the words say what is wrong and what would be right.

    """
    wanted = read_following(words)
    if wanted.filter != (FOR_ONE if wanted.name else FOR_MANY):
        raise ValueError("unfollow ends all of it; to hear of less, follow it again with “only” and what you want")
    return wanted


def _subject(rest: list[str]) -> tuple[str, str]:
    """Take the name or the tag off the words; neither means all plugins."""
    word = rest.pop(0).strip() if rest else ""
    if not word:
        raise ValueError(f"name a plugin, or a tag as {_TAG}TAG, or “{ALL}” for all plugins")
    if word.casefold().startswith(_TAG):
        tag = word[len(_TAG) :] or (rest.pop(0) if rest else "")
        return "", _name(tag, f"“{_TAG}” needs a tag; one with spaces needs quotes")
    return ("" if word.casefold() == ALL else word), ""


def _topics(rest: list[str]) -> frozenset[Topic]:
    """Take the topics off the words."""
    topics: set[Topic] = set()
    while rest:
        named = [part.casefold() for part in _SEPARATORS.split(rest[0]) if part]
        if not named or not set(named) <= set(Topic):
            break
        rest.pop(0)
        topics |= {Topic(name) for name in named}
    if not topics:
        found = f", not “{rest[0][:_LONGEST]}”" if rest else ""
        raise ValueError(f"“only” needs one or more of {_TOPICS}{found}")
    return frozenset(topics)


def _name(text: str, problem: str) -> str:
    name = text.strip().casefold()
    if not name or len(name) > _LONGEST:
        raise ValueError(problem)
    return name


def _refuse_idle(topics: frozenset[Topic], labels: set[str], *, bots: bool) -> None:
    """A filter that can never keep anything back is a misunderstanding."""
    if labels and Topic.ISSUES not in topics:
        raise ValueError(f"“{_WITHOUT_LABEL}” keeps back issues, and none are followed here: add “only issues”")
    if bots and topics.isdisjoint({Topic.ISSUES, Topic.RELEASES}):
        raise ValueError(f"“{_WITHOUT_BOTS}” keeps back issues and releases, and none are followed here: add “only …”")
