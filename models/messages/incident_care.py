"""What people have done about an incident, and the buttons for what they can do."""

from collections.abc import Sequence

from models.messages.blocks import some_more
from models.messages.message import Buttons, Text
from models.messages.times import clock
from models.messages.words import clip, joined
from models.rules.care import OUTBREAK, Care, Deed
from models.views import IncidentView
from models.views.outbreaks import OutbreakView

_REASON_LIMIT = 200
_MAINTAINERS = 3  # that a card names
_NO_MAINTAINER = (
    "No maintainer is recognised. Whoever maintains it can link their login: /plugin help link"
)

PAST = {
    Deed.ACKNOWLEDGE: "acknowledged",
    Deed.CLAIM: "claimed",
    Deed.RELEASE: "released",
    Deed.MUTE: "muted",
    Deed.UNMUTE: "unmuted",
    Deed.FILE: "filed as an issue",
}


def care_block(care: Care) -> tuple[Text, ...]:
    """What people have done about an incident, one line each; nothing where nobody has."""
    lines = []
    if care.acknowledged_at:
        who = clip(care.acknowledged_by or "")
        lines.append(f"Acknowledged by {who}, {clock(care.acknowledged_at)}.")
    if care.owner:
        lines.append(f"Owned by {clip(care.owner)}.")
    if care.is_muted:
        lines.append(f"Muted by {clip(care.muted_by or '')} {until(care)}.{reason(care)}")
    if care.filed_at:
        lines.append(f"{issue_line(care)}.")
    if not lines:
        return ()
    return (Text("\n".join(lines)),)


def maintainers_block(names: Sequence[str] | None) -> tuple[Text, ...]:
    """Who maintains the plugin, as far as anybody is recognised; nothing for None."""
    if names is None:
        return ()
    if not names:
        return (Text(_NO_MAINTAINER, quiet=True),)
    few = map(clip, names[:_MAINTAINERS])
    told = joined((*few, *some_more(len(names), _MAINTAINERS)))
    return (Text(f"Maintained by {told}."),)


def care_line(care: Care) -> str:
    """The same in one short line for lists; empty where nobody has done anything."""
    parts = []
    if care.owner:
        parts.append(f"owned by {clip(care.owner)}")
    elif care.acknowledged_at:
        parts.append(f"acknowledged by {clip(care.acknowledged_by or '')}")
    if care.is_muted:
        parts.append(f"muted {until(care)}")
    return ", ".join(parts)


def incident_buttons(incident: IncidentView, *, files: bool = False) -> Buttons:
    """What can be done about the incident now, without typing.

    `files` means that issues are filed from here.
    """
    details = ("Details", f"log {clip(incident.plugin.handle)}")
    if incident.resolved_at is not None:
        return Buttons((details,))
    return Buttons((*_open_buttons(incident, files=files), details))


def outbreak_buttons(outbreak: OutbreakView) -> tuple[Buttons, ...]:
    """What can be done about all open incidents of the outbreak at once; nothing where none is open."""
    if outbreak.resolved_at is not None:
        return ()
    subject, tally = f"{OUTBREAK} {outbreak.number}", outbreak.tally
    offered = (
        (tally.unacknowledged, "Acknowledge all", f"ack {subject}"),
        (tally.unclaimed, "Claim all", f"claim {subject}"),
        (tally.unmuted, "Mute all 4 h", f"mute {subject} 4h"),
        (tally.muted, "Unmute all", f"unmute {subject}"),
    )
    buttons = tuple((label, command) for left, label, command in offered if left)
    return (Buttons(buttons),) if buttons else ()


def _open_buttons(incident: IncidentView, *, files: bool) -> list[tuple[str, str]]:
    number = incident.number
    care = incident.care
    buttons = []
    if not care.acknowledged_at:
        buttons.append(("Acknowledge", f"ack {number}"))
    if care.owner_id is None:
        buttons.append(("Claim", f"claim {number}"))
    else:
        buttons.append(("Release", f"release {number}"))
    if care.is_muted:
        buttons.append(("Unmute", f"unmute {number}"))
    else:
        buttons.append(("Mute 4 h", f"mute {number} 4h"))
    if files and not care.filed_at:
        buttons.append(("File issue", f"file {number}"))
    return buttons


def deed_words(deed: Deed, name: str, after: Care) -> str:
    """One line for the story: who did what."""
    how = f" {until(after)}.{reason(after)}" if deed is Deed.MUTE else "."
    return f"{PAST[deed].capitalize()} by {clip(name)}{how}"


def until(care: Care) -> str:
    """Until when the incident is muted."""
    if care.muted_until:
        return f"until {clock(care.muted_until)}"
    return "until it is fixed"


def issue_line(care: Care) -> str:
    """Which issue it was filed as, or since when that is under way."""
    if care.issue:
        return f"Filed as issue {care.issue}"
    when = f", asked for at {clock(care.filed_at)}" if care.filed_at else ""
    return f"Its issue is on its way to GitHub{when}"


def reason(care: Care) -> str:
    """Why it is muted; empty where nobody said."""
    if not care.mute_reason:
        return ""
    return f" Reason: {clip(care.mute_reason, _REASON_LIMIT)}"
