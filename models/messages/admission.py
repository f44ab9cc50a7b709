"""What strangers are told, and the answers about workspaces: which are admitted, and what an admin changes of that."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from models.messages.message import Block, Message, Table, Text, Tone
from models.messages.times import clock
from models.messages.words import clip

_ROWS = 100
_HOW = "An admin of an admitted one can change that: /plugin workspaces admit {}. Or an operator can, by {}."
_ADMINS = "naming its first admin in the setting ADMINS"


class AdmissionEffect(StrEnum):
    """What became of the wish to admit a workspace, or to dismiss one."""

    ADMITTED = "admitted"
    DISMISSED = "dismissed"
    IS_IN = "is in"
    IS_OUT = "is out"
    HAS_ROLES = "has roles"


def not_admitted(platform: str, workspace: str) -> Message:
    """To somebody in a workspace that nobody admitted: what is public is all that is told there."""
    where = f"{clip(platform)}:{clip(workspace)}" if workspace else ""
    words = "Here I tell what is public, and nobody can act: this workspace is not admitted."
    how = _HOW.format(where, _ADMINS) if where else "Ask me in a workspace that is admitted."
    return Message("That is told only in workspaces that are admitted", Tone.INFO, (Text(words), Text(how, quiet=True)))


def not_aloud() -> Message:
    """To somebody who asked where everyone reads the answer."""
    words = "Ask with /plugin, or in a direct message: then only you see the answer."
    return Message("That is not told where everyone reads it", Tone.INFO, (Text(words),))


def workspaces_message(known: Sequence[tuple[str, str, datetime | None]]) -> Message:
    """Every workspace that is admitted, each with since when an admin admitted it, or None where people have roles."""
    if not known:
        return Message("No workspace is admitted yet", Tone.INFO, (Text(f"An operator begins by {_ADMINS}."),))
    rows = tuple(
        (f"{clip(platform)}:{clip(workspace)}", f"an admin, at {clock(at)}" if at else "people have roles there")
        for platform, workspace, at in known[:_ROWS]
    )
    rest = len(known) - _ROWS
    more: tuple[Block, ...] = (Text(f"and {rest:,} more"),) if rest > 0 else ()
    return Message("Workspaces that are admitted", Tone.INFO, (Table(("Workspace", "By"), rows), *more))


def admission_message(where: str, effect: AdmissionEffect) -> Message:
    """What became of the wish."""
    said = clip(where)
    match effect:
        case AdmissionEffect.ADMITTED:
            words = "Its people may ask for all but what is private, and follow for themselves."
            return Message(f"{said} is admitted from now on", Tone.HEALTHY, (Text(words),))
        case AdmissionEffect.DISMISSED:
            words = "Only what is public is told there."
            return Message(f"{said} is not admitted any more", Tone.HEALTHY, (Text(words),))
        case AdmissionEffect.IS_IN:
            return Message(f"{said} is admitted already")
        case AdmissionEffect.IS_OUT:
            return Message(f"{said} is not admitted")
        case AdmissionEffect.HAS_ROLES:
            words = "Take those first, there: /plugin roles, /plugin role revoke. ADMINS is the operator's."
            return Message(f"{said} stays admitted while people have roles there", Tone.WARNING, (Text(words),))


def no_place() -> Message:
    """What a robot is told that asks about where messages go."""
    hint = "Have announcements posted to an address: python -m models hooks add --help"
    return Message("A robot has no channel, and so is sent no messages", Tone.INFO, (Text(hint),))
