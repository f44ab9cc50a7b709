"""Breakages that may be bad luck: told quietly until a second report says the same."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from models.recording.verdicts.changes import Change, Key
from models.recording.verdicts.incidents import StoryStep
from models.rules.doubt import Doubt
from models.rules.incidents import StoryKind
from models.tables import Incident


class Alike(NamedTuple):
    """What fails in these words: an open incident by its number, or without one a change that is being settled."""

    fingerprint: str
    key: Key
    number: int | None = None
    confirmed: bool = True


def words_of(changes: Iterable[Change]) -> list[tuple[str, int]]:
    """The words about which `ALIKE` asks, and whether they may be bad luck."""
    asked: dict[str, int] = {}
    for change in changes:
        if change.failure:
            said = change.failure.fingerprint
            asked[said] = max(asked.get(said, 0), int(change.doubt is not None))
    return sorted(asked.items())


def alike_among(found: Mapping[str, Sequence[Any]], changes: Mapping[Key, Change]) -> list[Alike]:
    """What fails in the words of these changes, of what answers `ALIKE`, and they themselves."""
    failing = [
        Alike(change.failure.fingerprint, key) for key, change in changes.items() if change.failure
    ]
    return failing + [
        Alike(fingerprint, Key(*key), number, bool(confirmed))
        for fingerprint, number, confirmed, *key in found["alike"]
    ]


def doubt_about(change: Change, last: Incident | None, words: Collection[Alike]) -> Doubt | None:
    """Whether the breakage may be bad luck: nothing else fails so, and it did not fail so a short time ago either."""
    if change.doubt is None or change.failure is None:
        return None
    said = change.failure.fingerprint
    if last is not None and last.fingerprint == said:
        return None
    is_shared = any(each.fingerprint == said and each.key != change.key for each in words)
    return None if is_shared else change.doubt


def confirm(incident: Incident, now: datetime) -> StoryStep:
    """The incident is in doubt no more."""
    incident.confirmed = True
    incident.updated_at = now
    return StoryStep(incident, StoryKind.CONFIRMED)


def confirmed_by(
    session: Session, steps: Sequence[StoryStep], words: Collection[Alike], now: datetime
) -> list[StoryStep]:
    """The steps of incidents that were in doubt, and are not where others fail in the same words by these steps."""
    keys = {_key(step.incident) for step in steps}
    said = {step.incident.fingerprint for step in steps if step.incident.resolved_at is None}
    numbers = [
        each.number
        for each in words
        if not each.confirmed and each.fingerprint in said and each.key not in keys
    ]
    if not numbers:
        return []
    doubted = session.exec(select(Incident).where(col(Incident.id).in_(numbers)))
    return [confirm(incident, now) for incident in doubted]


def _key(incident: Incident) -> Key:
    return Key(incident.plugin_id, incident.plugin_branch, incident.host_branch)


# What is open and no more in doubt matters to those that are: of one error there may be thousands.
ALIKE = {"alike": ("fingerprint, id, confirmed, plugin_id, plugin_branch, host_branch", """
SELECT i.fingerprint, i.id, i.confirmed, i.plugin_id, i.plugin_branch, i.host_branch
FROM {words(fingerprint text, in_doubt int)} r
{each incident i where i.fingerprint = r.fingerprint AND i.resolved_at IS NULL
 AND (r.in_doubt = 1 OR NOT i.confirmed)}
""")}  # fmt: skip
