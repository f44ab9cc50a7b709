"""The incidents of an outbreak: an error that several share is told once, and then whose it is."""

from collections import Counter
from collections.abc import Iterable, Sequence

from models.messages.blocks import and_more
from models.messages.incident_care import care_line
from models.messages.message import Block, Code, Items, Text
from models.messages.words import clip, error_line
from models.rules.routing import OUTBREAK_LISTED
from models.rules.speaking import say
from models.rules.status import Verdict
from models.views import IncidentView
from models.views.rush import NamedIncident

_LINE_LIMIT = 160
_SEVERAL = 2
_MOST_ERRORS = 3
_HINT = "; ask /plugin failing"

_Failure = tuple[Verdict, str, str]


def listed(
    incidents: Sequence[IncidentView],
    number: int,
    hint: str = _HINT,
    *,
    by_fingerprint: bool = False,
) -> tuple[Block, ...]:
    """The first of so many incidents, each with its number.

    Those still broken come first, so that the cut takes away the others. `by_fingerprint` means that all of them fail
    with one error, however it is worded, and the `hint` follows how many more there are.
    """
    ordered = sorted(incidents, key=lambda incident: incident.resolved_at is not None)
    failures: dict[_Failure, list[IncidentView]] = {}
    lines: list[str] = []
    for incident in ordered[:OUTBREAK_LISTED]:
        if incident.resolved_at:
            lines.append(_ended(incident))
        else:
            failure = _failure(incident, by_fingerprint=by_fingerprint)
            failures.setdefault(failure, []).append(incident)
    blocks: list[Block] = []
    alone: list[str] = []
    for failing in failures.values():
        if len(failing) > 1:
            blocks += _alike(failing)
        else:
            alone.append(_line(failing[0]))
    rest = (*alone, *lines, *and_more(number, OUTBREAK_LISTED, hint))
    return (*blocks, Items(rest)) if rest else tuple(blocks)


def same_error(incidents: Iterable[IncidentView], *, by_fingerprint: bool) -> tuple[Code, ...]:
    """The error with which all that are still open fail, however it is worded where they were joined by it; or the
    errors that most of them share, each with how many do.
    """
    opened = [each for each in incidents if each.resolved_at is None]
    said = [error_line(each.message, each.backtrace) for each in opened]
    if by_fingerprint:
        said = said[:1] * len(said)
    shared = [(line, number) for line, number in Counter(said).most_common() if line]
    return tuple(
        Code(clip(line, _LINE_LIMIT), _shared_by(number, len(said)))
        for line, number in shared[:_MOST_ERRORS]
        if number >= _SEVERAL
    )


def _shared_by(number: int, total: int) -> str:
    if number == total:
        return say("The same error")
    return say("The same error in {number} of {total} that are open", number=number, total=total)


def _failure(incident: IncidentView, *, by_fingerprint: bool) -> _Failure:
    said = "" if by_fingerprint else error_line(incident.message, incident.backtrace)
    return incident.verdict, incident.host_branch, said


def _alike(failing: Sequence[IncidentView]) -> tuple[Block, ...]:
    """The error, once, and the names of those that fail with it."""
    first = failing[0]
    cares = {care_line(each.care) for each in failing}
    common = cares.pop() if len(cares) == 1 else ""
    names = ", ".join(f"{named(each)}{_care(each, common)}" for each in failing)
    each_of = " " + say("(each {common})", common=common) if common else ""
    claim = first.verdict.claim_of_several(clip(first.host_branch))
    words = Text(f"✗ {claim}{each_of}: {names}")
    said = clip(error_line(first.message, first.backtrace), _LINE_LIMIT)
    return (Code(said, say("The same error")), words) if said else (words,)


def _ended(incident: IncidentView) -> str:
    if incident.closed:
        return say("– {plugin}: closed", plugin=named(incident))
    return say("✓ {plugin} works again", plugin=named(incident))


def named(incident: NamedIncident) -> str:
    """The plugin, its branch, and the number of the incident."""
    branch = say(
        "{plugin_branch}, incident {number}",
        plugin_branch=clip(incident.plugin_branch),
        number=incident.number,
    )
    return f"{clip(incident.plugin.handle)} ({branch})"


def _care(incident: IncidentView, common: str) -> str:
    words = care_line(incident.care)
    return f" ({words})" if words and not common else ""


def _line(incident: IncidentView) -> str:
    name = named(incident)
    line = f"✗ {incident.verdict.claim(name, clip(incident.host_branch))}"
    limit = _LINE_LIMIT + len(name)
    if care := _care(incident, ""):
        line += care
        limit += len(care)
    if said := error_line(incident.message, incident.backtrace):
        line += f": {said}"
    return clip(line, limit)
