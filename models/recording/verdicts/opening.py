"""Incidents that open: all of a batch by one statement, whatever breaks at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Session

from models.database import bulk
from models.database.rows import row_of
from models.recording.verdicts.changes import Change, Key
from models.recording.verdicts.describing import (
    UNACKNOWLEDGED,
    Columns,
    accused,
    described,
    failure_of,
    set_columns,
)
from models.recording.verdicts.incidents import StoryStep
from models.rules.doubt import Doubt
from models.rules.incidents import StoryKind
from models.tables import Incident


class Opening(NamedTuple):
    """The change opens its incident: `last` once more when it flaps, a new one else.

    In `doubt` it is told quietly, or, where it may be the server's trouble, not before a second report says the same.
    """

    last: Incident | None
    change: Change
    origin: str
    doubt: Doubt | None = None


def open_all(
    session: Session, steps: Sequence[StoryStep | Opening], now: datetime
) -> list[StoryStep]:
    """The steps in their order, with what opens by them."""
    openings = [step for step in steps if isinstance(step, Opening)]
    if not openings:
        return [step for step in steps if isinstance(step, StoryStep)]
    begun = _begin(session, [each for each in openings if each.last is None], now)
    return [_opened(step, begun, now) if isinstance(step, Opening) else step for step in steps]


def _opened(opening: Opening, begun: dict[Key, Incident], now: datetime) -> StoryStep:
    last, change, _, doubt = opening
    if last:
        set_columns(last, _columns(opening, now))
    kind = StoryKind.REOPENED if last else StoryKind.OPENED
    incident = last or begun[change.key]
    return StoryStep(incident, kind, quiet=doubt is not None, shown=doubt is not Doubt.SEVERAL)


def _columns(opening: Opening, now: datetime) -> Columns:
    last, change, origin, doubt = opening
    return {
        **described(change, now),
        **accused(change),
        # Most share no cause, and are written once so.
        "cause_words": failure_of(change).fingerprint,
        "opened_at": now,
        "origin": origin,
        "resolved_at": None,
        "lead_id": None,
        "closed": None,
        "times": last.times + 1 if last else 1,
        "confirmed": doubt is None,
        **UNACKNOWLEDGED,
    }


def _begin(session: Session, openings: Sequence[Opening], now: datetime) -> dict[Key, Incident]:
    """New incidents, which the session knows as if it had read them."""
    if not openings:
        return {}
    made = {
        each.change.key: {**_BLANK, **each.change.key._asdict(), **_columns(each, now)}
        for each in openings
    }
    rows = [
        (place, *(columns[name] for name in _GIVEN)) for place, columns in enumerate(made.values())
    ]
    return {
        Key(*key): _read(session, {**made[Key(*key)], "id": number})
        for number, *key in bulk.run(session, _BEGIN, rows, now=now)
    }


def _read(session: Session, columns: Columns) -> Incident:
    """An incident of these columns, all of which are stored."""
    incident = row_of(Incident, columns)
    make_transient_to_detached(incident)
    session.add(incident)
    return incident


# To make a row by SQLModel and to have SQLAlchemy store it take a quarter of a batch of breakages, and SQLite a
# statement each.
_BLANK: Columns = {name: field.get_default() for name, field in Incident.model_fields.items()}
_TYPES = (
    "plugin_id int, plugin_branch text, host_branch text, origin text, verdict text, times int, confirmed boolean, "
    "bad_plugin_sha text, bad_host_sha text, last_plugin_sha text, last_host_sha text, good_plugin_sha text, "
    "good_host_sha text, suspect text, fingerprint text, cause text, cause_words text, message text, backtrace text, "
    "said_by text, reference text, failing_sites int"
)
_GIVEN = tuple(each.split()[0] for each in _TYPES.split(","))
_NAMES = ", ".join(_GIVEN)
_BEGIN = f"""
INSERT INTO incident ({_NAMES}, opened_at, updated_at)
SELECT {_NAMES}, :now, :now FROM {{rows(place int, {_TYPES})}} r ORDER BY place
RETURNING id, plugin_id, plugin_branch, host_branch
"""  # noqa: S608 - built from this file's own SQL
