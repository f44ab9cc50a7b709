"""Whether a good verdict ends an incident."""

from collections.abc import Sequence
from datetime import datetime

from models.messages.kept import LOADS_AGAIN
from models.recording.verdicts.changes import Change
from models.recording.verdicts.incidents import StoryStep, resolve
from models.recording.verdicts.key_states import CountedVerdict
from models.rules.incidents import FIELD_EVIDENCE
from models.rules.sources import IN_REPOSITORY
from models.rules.status import Verdict
from models.tables import Incident


def heals(incident: Incident, change: Change, counted: Sequence[CountedVerdict]) -> bool:
    """Whether a good verdict ends the incident: no source that called the plugin broken has merely fallen silent.

    Where client sites alone say that it fails, no source has seen it, and so only they can say that it is over.
    """
    if change.verdict is not Verdict.COMPATIBLE or any(map(_still_blames, counted)):
        return False
    return incident.origin != FIELD_EVIDENCE and not _only_ci_saw(incident, counted)


def _only_ci_saw(incident: Incident, counted: Sequence[CountedVerdict]) -> bool:
    """Whether it always loaded, and only CI called it broken, so that its loading is no news."""
    if incident.origin not in IN_REPOSITORY or not any(each.verdict.broken for each in counted):
        return False
    loading = [each for each in counted if each.source not in IN_REPOSITORY]
    return all(each.since < incident.opened_at for each in loading)


def _still_blames(each: CountedVerdict) -> bool:
    """Whether the source calls the plugin broken, or did until it fell silent, as CI does without pushes."""
    return each.effective.broken or (each.verdict.broken and each.source not in IN_REPOSITORY)


def resolved(
    incident: Incident, change: Change, counted: Sequence[CountedVerdict], now: datetime
) -> StoryStep:
    """The incident ends by the change. Whoever calls the plugin broken still has merely fallen silent."""
    step = resolve(incident, change.pair, now)
    if any(each.verdict.broken for each in counted):
        return step._replace(words=LOADS_AGAIN)
    return step
