"""Any sequence of what people, canary servers and the clock do keeps what must always hold."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.database.engine import Database
from models.database.migrate import migrate
from models.events import MutesOver
from models.rules.care import Deed
from models.rules.people import Actor
from models.tables import Incident, Posting
from tests.staff import ADMIN, GUARDIAN, MAINTAINER, STRANGER, Staffed, staffed
from tests.world import BAD, GOOD, make_world, saw

NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
LENGTHS = st.sampled_from([None, timedelta(minutes=3), timedelta(hours=4)])
ACTS = st.tuples(
    st.sampled_from([ADMIN, GUARDIAN, MAINTAINER, STRANGER]),
    st.sampled_from(Deed),
    st.sampled_from(["1", "2", "solved", "voting", "nothing"]),
    LENGTHS,
)
REPORTS = st.tuples(st.sampled_from(["solved", "voting"]), st.sampled_from([GOOD, BAD]))
TICKS = st.sampled_from([timedelta(minutes=5), timedelta(hours=5)])


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """A migrated database to copy: the rules are the same on both kinds."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.sqlite3"
        with contextlib.closing(Database(f"sqlite:///{path}")) as database:
            migrate(database)
        yield path


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(ACTS | REPORTS | TICKS, min_size=4, max_size=14))
def test_any_sequence_keeps_the_invariants(template: Path, steps: list[object]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "world.sqlite3"
        path.write_bytes(template.read_bytes())
        with contextlib.closing(Database(f"sqlite:///{path}")) as database:
            people = staffed(make_world(database, NOW, "solved", "voting"))
            people.world.report(saw("solved", "p0", BAD), saw("voting", "p0", BAD))
            for number, step in enumerate(steps):
                _check_step(people, step, number)


def _check_step(people: Staffed, step: object, number: int) -> None:
    muted = {incident.id for incident in people.world.incidents() if incident.muted_at}
    audited, announced = len(people.audited()), len(people.world.announced())
    attempts = _take(people, step, number)
    assert len(people.audited()) == audited + attempts, (
        "the audit log grows by exactly the attempts"
    )
    still = {incident.id for incident in people.world.incidents() if incident.muted_at} & muted
    mutes = isinstance(step, tuple) and len(step) == 4 and step[1] is Deed.MUTE
    for row in people.world.announced()[announced:]:
        kind, _, incident = row.conversation.partition(":")
        if kind == "incident" and int(incident) in still and not mutes:
            assert row.action == Posting.EDIT, "a muted incident posts nothing"
    for incident in people.world.incidents():
        _check_incident(incident)


def _take(people: Staffed, step: object, number: int) -> int:
    """Do it; return how many attempts to act it was."""
    match step:
        case timedelta():
            people.world.now += step
            people.world.record(MutesOver(limit=50))
        case (Actor() as actor, Deed() as deed, str(subject), length):
            people.act(actor, deed, subject, length=length)
            return 1
        case (str(handle), verdict):
            people.world.report(saw(handle, f"p{number + 1}", verdict))
    return 0


def _check_incident(incident: Incident) -> None:
    assert (incident.owner_id is None) == (incident.owner is None), "one owner, or none"
    assert (incident.acknowledged_at is None) == (incident.acknowledger_id is None)
    if incident.resolved_at is not None:
        assert incident.acknowledged_at is None, "what is fixed is acknowledged by nobody"
        assert incident.muted_at is None or incident.muted_until is not None, "until fixed ended"
    if incident.muted_at is None:
        assert (incident.muted_until, incident.muted_by, incident.mute_reason) == (None, None, None)
