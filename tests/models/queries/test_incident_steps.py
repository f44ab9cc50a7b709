"""What happened last is found without reading all that happened, however PostgreSQL plans it."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

import pytest
from sqlmodel import Session

from models import queries
from models.database import bulk
from models.database.engine import Database
from tests.postgresql import Copies
from tests.world import make_world

STEPS = 2_000
FILL = (
    """INSERT INTO incident (plugin_id, plugin_branch, host_branch, origin, verdict, opened_at, updated_at, times,
                              confirmed, bad_plugin_sha, bad_host_sha, last_plugin_sha, last_host_sha, suspect,
                              fingerprint, cause, cause_words, failing_sites)
       SELECT p.id, 'branch-' || n, 'stable', 'guard', 'incompatible', :now, :now, 1, true, 'a', 'b', 'a', 'b',
              'plugin', 'f' || n, '', '', 0
       FROM plugin p, generate_series(1, :number) n""",
    """INSERT INTO story_entry (incident_id, at, kind, plugin_sha, host_sha, fingerprint, words, quiet)
       SELECT id, :now, 'opened', 'a', 'b', fingerprint, 'Broke', false FROM incident""",
)


@pytest.fixture
def eventful(copies: Copies, now: datetime) -> Iterator[Database]:
    """A database in which much happened, as PostgreSQL knows too."""
    url = copies.create()
    with closing(Database(url)) as database:
        make_world(database, now, "solved")
        with database.write() as session:
            bulk.run(session, FILL[0], now=now, number=STEPS)
            bulk.run(session, FILL[1], now=now)
            bulk.run(session, "ANALYZE")
        yield database
    copies.drop(url)


def test_plans_that_are_made_once_read_the_newest_steps_alone(eventful: Database) -> None:
    with eventful.read() as session:
        session.connection().exec_driver_sql("SET plan_cache_mode = force_generic_plan")
        before = _read(session, "story_entry")
        assert len(queries.newest_steps(session, 50)) == 50
        assert len(queries.open_steps(session, 20, 50)) == 20
        assert 70 <= _read(session, "story_entry") - before < STEPS // 10


def test_the_newest_open_incidents_are_found_alone(eventful: Database) -> None:
    """All that was open was sorted, and read once more to find those."""
    with eventful.read() as session:
        assert len(queries.open_steps(session, 20, 50)) == 20
        assert 20 <= _read(session, "incident") < STEPS // 10


def _read(session: Session, table: str) -> int:
    """How many rows of the table this transaction has read."""
    counted = session.connection().exec_driver_sql(
        "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables "
        f"WHERE relname = '{table}'"
    )
    return int(counted.scalar_one())
