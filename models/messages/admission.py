"""What people in a workspace that is not admitted are told, and the answers to `workspaces`."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from models.messages.blocks import and_more
from models.messages.message import Message, Table, Text, Tone
from models.messages.times import clock
from models.messages.words import clip
from models.rules.speaking import marked, say

_ROWS = 100
_HOW = marked(
    "An admin of an admitted one can change that: /plugin workspaces admit {workspace}. Or an operator can, by {how}."
)
_ADMINS = marked("naming its first admin in the setting ADMINS")


class AdmissionEffect(StrEnum):
    """What became of the wish to admit a workspace, or to dismiss one."""

    ADMITTED = "admitted"
    DISMISSED = "dismissed"
    IS_IN = "is in"
    IS_OUT = "is out"
    HAS_ROLES = "has roles"


def not_admitted(platform: str, workspace: str) -> Message:
    """To somebody in a workspace that is not admitted: only what is public is told there."""
    where = f"{clip(platform)}:{clip(workspace)}" if workspace else ""
    words = say(
        "Only what is public is shown here, and nobody can act: this workspace is not admitted."
    )
    how = (
        say(_HOW, workspace=where, how=say(_ADMINS))
        if where
        else say("Ask me in a workspace that is admitted.")
    )
    title = say("That is shown only in workspaces that are admitted")
    return Message(title, Tone.INFO, (Text(words), Text(how, quiet=True)))


def not_aloud() -> Message:
    """To somebody who asked where everyone reads the answer."""
    words = say("Ask with /plugin, or in a direct message: then only you see the answer.")
    return Message(say("That is not shown where everyone reads it"), Tone.INFO, (Text(words),))


def workspaces_message(known: Sequence[tuple[str, str, datetime | None]]) -> Message:
    """Every workspace that is admitted: its platform, its id, and when an admin admitted it.

    That time is None where a workspace is admitted because people have roles there.
    """
    if not known:
        how = Text(say("An operator begins by {how}.", how=say(_ADMINS)))
        return Message(say("No workspace is admitted yet"), Tone.INFO, (how,))
    table = Table((say("Workspace"), say("By")), tuple(_row(*each) for each in known[:_ROWS]))
    more = map(Text, and_more(len(known), _ROWS))
    return Message(say("Workspaces that are admitted"), Tone.INFO, (table, *more))


def _row(platform: str, workspace: str, at: datetime | None) -> tuple[str, str]:
    by = say("an admin, at {at}", at=clock(at)) if at else say("people have roles there")
    return f"{clip(platform)}:{clip(workspace)}", by


def admission_message(where: str, effect: AdmissionEffect) -> Message:
    """What became of the wish to admit or to dismiss the workspace `where`."""
    said = clip(where)
    match effect:
        case AdmissionEffect.ADMITTED:
            words = say(
                "Its people may ask for all but what is private, and follow for themselves."
            )
            return Message(say("{said} is admitted from now on", said=said), blocks=(Text(words),))
        case AdmissionEffect.DISMISSED:
            words = say("Only what is public is shown there.")
            return Message(say("{said} is not admitted any more", said=said), blocks=(Text(words),))
        case AdmissionEffect.IS_IN:
            return Message(say("{said} is admitted already", said=said))
        case AdmissionEffect.IS_OUT:
            return Message(say("{said} is not admitted", said=said))
        case AdmissionEffect.HAS_ROLES:
            words = say(
                "Take those first, there: /plugin roles, /plugin role revoke. ADMINS is the operator's."
            )
            title = say("{said} stays admitted while people have roles there", said=said)
            return Message(title, Tone.WARNING, (Text(words),))


def no_place() -> Message:
    """To a robot that asks where messages go."""
    hint = say("Have announcements posted to an address: python -m models hooks add --help")
    return Message(
        say("A robot has no channel, and so is sent no messages"), Tone.INFO, (Text(hint),)
    )
