"""What people have done about an incident, and the buttons for what they can do."""

from collections.abc import Sequence
from typing import NamedTuple

from models.messages.blocks import some_more
from models.messages.message import Buttons, Text
from models.messages.times import clock
from models.messages.words import clip, joined
from models.rules.care import OUTBREAK, Care, Deed
from models.rules.languages import ENGLISH
from models.rules.speaking import marked, say, speaking
from models.views import IncidentView
from models.views.outbreaks import OutbreakView

_REASON_LIMIT = 200
_MAINTAINERS = 3  # that a card names
_NOT_RECOGNISED = marked(
    "Maintained by {told}. Nobody of them is recognised: they can link their login, /plugin help link"
)
_NO_MAINTAINER = marked(
    "No maintainer is recognised. Whoever maintains it can link their login: /plugin help link"
)

PAST = {
    Deed.ACKNOWLEDGE: marked("acknowledged"),
    Deed.CLAIM: marked("claimed"),
    Deed.RELEASE: marked("released"),
    Deed.MUTE: marked("muted"),
    Deed.UNMUTE: marked("unmuted"),
    Deed.FILE: marked("filed as an issue"),
}


def care_block(care: Care) -> tuple[Text, ...]:
    """What people have done about an incident, one line each; nothing where nobody has."""
    lines = []
    if care.acknowledged_at:
        who = clip(care.acknowledged_by or "")
        lines.append(
            say(
                "Acknowledged by {who}, {acknowledged_at}.",
                who=who,
                acknowledged_at=clock(care.acknowledged_at),
            )
        )
    if care.owner:
        lines.append(say("Owned by {owner}.", owner=clip(care.owner)))
    if care.is_muted:
        words = say("Muted by {who} {until}.", who=clip(care.muted_by or ""), until=until(care))
        lines.append(f"{words}{reason(care)}")
    if care.filed_at:
        lines.append(f"{issue_line(care)}.")
    if not lines:
        return ()
    return (Text("\n".join(lines)),)


class Maintainers(NamedTuple):
    """By what names those go who maintain a plugin, and whether any of them is recognised in chat."""

    names: Sequence[str]
    recognised: bool = True


def maintainers_block(maintainers: Maintainers | None) -> tuple[Text, ...]:
    """Who maintains the plugin, and that nobody is recognised; nothing for None."""
    if maintainers is None:
        return ()
    names = maintainers.names
    if not names:
        return (Text(say(_NO_MAINTAINER), quiet=True),)
    few = map(clip, names[:_MAINTAINERS])
    told = joined((*few, *some_more(len(names), _MAINTAINERS)))
    if not maintainers.recognised:
        return (Text(say(_NOT_RECOGNISED, told=told)),)
    return (Text(say("Maintained by {told}.", told=told)),)


def care_line(care: Care) -> str:
    """The same in one short line for lists; empty where nobody has done anything."""
    parts = []
    if care.owner:
        parts.append(say("owned by {owner}", owner=clip(care.owner)))
    elif care.acknowledged_at:
        parts.append(
            say(
                "acknowledged by {acknowledged_by}",
                acknowledged_by=clip(care.acknowledged_by or ""),
            )
        )
    if care.is_muted:
        parts.append(say("muted {until}", until=until(care)))
    return ", ".join(parts)


def incident_buttons(incident: IncidentView, *, files: bool = False) -> Buttons:
    """What can be done about the incident now, without typing.

    `files` means that issues are filed from here.
    """
    details = (say("Details"), f"log {clip(incident.plugin.handle)}")
    if incident.resolved_at is not None:
        return Buttons((details,))
    return Buttons((*_open_buttons(incident, files=files), details))


def outbreak_buttons(outbreak: OutbreakView) -> tuple[Buttons, ...]:
    """What can be done about all open incidents of the outbreak at once; nothing where none is open."""
    if outbreak.resolved_at is not None:
        return ()
    subject, tally = f"{OUTBREAK} {outbreak.number}", outbreak.tally
    offered = (
        (tally.unacknowledged, say("Acknowledge all"), f"ack {subject}"),
        (tally.unclaimed, say("Claim all"), f"claim {subject}"),
        (tally.unmuted, say("Mute all 4 h"), f"mute {subject} 4h"),
        (tally.muted, say("Unmute all"), f"unmute {subject}"),
    )
    buttons = tuple((label, command) for left, label, command in offered if left)
    return (Buttons(buttons),) if buttons else ()


def _open_buttons(incident: IncidentView, *, files: bool) -> list[tuple[str, str]]:
    number = incident.number
    care = incident.care
    buttons = []
    if not care.acknowledged_at:
        buttons.append((say("Acknowledge"), f"ack {number}"))
    if care.owner_id is None:
        buttons.append((say("Claim"), f"claim {number}"))
    else:
        buttons.append((say("Release"), f"release {number}"))
    if care.is_muted:
        buttons.append((say("Unmute"), f"unmute {number}"))
    else:
        buttons.append((say("Mute 4 h"), f"mute {number} 4h"))
    if files and not care.filed_at:
        buttons.append((say("File issue"), f"file {number}"))
    return buttons


@speaking(ENGLISH)
def deed_words(deed: Deed, name: str, after: Care) -> str:
    """One line for the story: who did what."""
    how = f" {until(after)}.{reason(after)}" if deed is Deed.MUTE else "."
    return f"{PAST[deed].capitalize()} by {clip(name)}{how}"


def until(care: Care) -> str:
    """Until when the incident is muted."""
    if care.muted_until:
        return say("until {muted_until}", muted_until=clock(care.muted_until))
    return say("until it is fixed")


def issue_line(care: Care) -> str:
    """Which issue it was filed as, or since when that is under way."""
    if care.issue:
        return say("Filed as issue {issue}", issue=care.issue)
    if not care.filed_at:
        return say("Its issue is on its way to GitHub")
    when = clock(care.filed_at)
    return say("Its issue is on its way to GitHub, asked for at {when}", when=when)


def reason(care: Care) -> str:
    """Why it is muted; empty where nobody said."""
    if not care.mute_reason:
        return ""
    words = say("Reason: {reason}", reason=clip(care.mute_reason, _REASON_LIMIT))
    return f" {words}"
