"""The card that lists what broke within a short time, edited in place of many incident cards."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from models.messages.incident import headline, recovery
from models.messages.incident_care import care_line
from models.messages.message import Block, Items, Links, Message, Text, Tone
from models.messages.outbreak import number_of_plugins
from models.messages.outbreak_members import named
from models.messages.times import clock
from models.messages.words import clip, tone
from models.rules.rushes import TOGETHER, NameLength
from models.rules.speaking import count, say
from models.rules.status import Verdict
from models.views.rush import ListedIncident

_ON_A_LINE = 20
# With what is said of them, names fill a line at the most: the narrowest platform cuts one of 1,000 letters.
_LINE_LETTERS = 750
# What stands around the names takes one letter for so many of theirs.
_ROOM_AROUND = 8
_WRITTEN_AS_TWO = '_*~`|"\\'


def rush_card(opened_at: datetime, incidents: Sequence[ListedIncident], letters: int) -> Message:
    """Which plugins broke, each with its incident's number, and what became of them; there is room for so many letters
    of names.
    """
    still_open = [incident for incident in incidents if incident.resolved_at is None]
    blocks: tuple[Block, ...] = (
        Text(
            say(
                "Since {opened_at}. {progress}",
                opened_at=clock(opened_at),
                progress=_progress(incidents, still_open),
            )
        ),
        Items(tuple(_lines(incidents, letters))),
    )
    if not still_open:
        return Message(_over(incidents), Tone.HEALTHY, blocks)
    number = still_open[0].number
    advice = say(
        "Each goes by its number: /plugin ack {number}, /plugin claim {number}, /plugin mute {number} 4h.",
        number=number,
    )
    links = Links(((say("Status page"), "/"),))
    worst = max((each.verdict for each in still_open), key=lambda verdict: verdict.severity)
    return Message(_title(incidents), tone(worst), (*blocks, Text(advice), links))


def name_length(incident: ListedIncident) -> NameLength:
    """How many letters it takes to name it in a list that is full."""
    common = (incident.plugin.handle, incident.verdict, incident.host_branch)
    return NameLength(common, _written(_numbered(incident)), _written(_of_plugin(incident, "")))


def _title(incidents: Sequence[ListedIncident]) -> str:
    if len(incidents) == 1:
        return headline(incidents[0])
    return count(
        number_of_plugins(incidents),
        "{number} plugin broke within a short time",
        "{number} plugins broke within a short time",
    )


def _over(incidents: Sequence[ListedIncident]) -> str:
    if len(incidents) == 1:
        return recovery(incidents[0])
    return count(
        number_of_plugins(incidents),
        "None is broken any more of {number} plugin that broke within a short time",
        "None is broken any more of {number} plugins that broke within a short time",
    )


def _progress(incidents: Sequence[ListedIncident], still_open: Sequence[ListedIncident]) -> str:
    if len(still_open) == len(incidents):
        return say("None is fixed yet.")
    return count(
        len(incidents),
        "{open} of {number} incident still open.",
        "{open} of {number} incidents still open.",
        open=f"{len(still_open):,}",
    )


def _lines(incidents: Sequence[ListedIncident], letters: int) -> list[str]:
    """What is alike on one line, in the order in which it broke; what is over comes last.

    A list that is full of names has no room for more, and a name that is cut off is not seen: what is over is only
    counted, if that helps.
    """
    all_names = map(_written, map(_with_more, incidents))
    names = _one_by_one if sum(all_names) <= letters else _by_plugin
    broken: dict[tuple[Verdict, str], list[ListedIncident]] = {}
    fixed: list[ListedIncident] = []
    closed: list[ListedIncident] = []
    for incident in incidents:
        if incident.resolved_at is None:
            broken.setdefault((incident.verdict, incident.host_branch), []).append(incident)
        else:
            (closed if incident.closed else fixed).append(incident)
    lines: list[str] = []
    for (verdict, host_branch), alike in broken.items():
        lines += _cut(f"{verdict.sign} {verdict.claim_of_several(clip(host_branch))}", names(alike))
    over = [(say("✓ works again"), fixed), (say("– closed"), closed)]
    named_over = list(chain.from_iterable(_cut(what, names(each)) for what, each in over))
    if sum(map(_written, [*lines, *named_over])) <= letters + letters // _ROOM_AROUND:
        return [*lines, *named_over]
    return [*lines, *(f"{what}: {len(each):,}" for what, each in over if each)]


def _one_by_one(incidents: Sequence[ListedIncident]) -> list[str]:
    return [_with_more(each) if each.resolved_at is None else named(each) for each in incidents]


def _by_plugin(incidents: Sequence[ListedIncident]) -> list[str]:
    """Some incidents of a plugin together, each by its branch and number."""
    of_plugin: dict[str, list[ListedIncident]] = {}
    for incident in incidents:
        of_plugin.setdefault(incident.plugin.handle, []).append(incident)
    lines: list[str] = []
    for alike in of_plugin.values():
        for start in range(0, len(alike), TOGETHER):
            some = alike[start : start + TOGETHER]
            lines.append(_of_plugin(alike[0], "; ".join(map(_numbered, some))))
    return lines


def _of_plugin(incident: ListedIncident, numbers: str) -> str:
    return f"{clip(incident.plugin.handle)} ({numbers})"


def _numbered(incident: ListedIncident) -> str:
    return f"{clip(incident.plugin_branch)}, {incident.number}"


def _cut(what: str, names: Sequence[str]) -> list[str]:
    """The names after what is said of them, some on each line."""
    lines: list[list[str]] = []
    letters = 0
    for name in names:
        letters += _written(name)
        if not lines or len(lines[-1]) == _ON_A_LINE or letters > _LINE_LETTERS:
            lines.append([])
            letters = _written(name)
        lines[-1].append(name)
    return [f"{what}: {', '.join(line)}" for line in lines]


def _written(name: str) -> int:
    """How many letters a name takes in a list: platforms write some of them as two, and Slack counts bytes."""
    return len(name.encode()) + sum(map(name.count, _WRITTEN_AS_TWO)) + len(", ")


def _with_more(incident: ListedIncident) -> str:
    words = care_line(incident.care)
    if not incident.confirmed:
        words = (
            say("one report so far, {words}", words=words) if words else say("one report so far")
        )
    return f"{named(incident)} ({words})" if words else named(incident)
