"""What the web process shows of the clock, which ticks in another one."""

import re
from datetime import UTC, datetime, timedelta

import httpx

from models.database.engine import Database
from models.operating import slots
from models.operating.slots import JobDescription
from models.rules.slots import Ended
from tests.waiting import LONG
from tests.webhooks.conftest import serving

LINES = (
    JobDescription("mutes", "every minute", timedelta(minutes=5)),
    JobDescription("prune", "daily at 04:30 UTC", timedelta(hours=1)),
)


def ran(database: Database, outcome: Ended = Ended.DONE, *, ago: timedelta = timedelta(0)) -> None:
    """A job ran so long ago, and none since."""
    then = datetime.now(UTC) - ago
    with database.write() as session:
        slots.put_up(session, LINES, then)
        held = slots.claim(
            session, "mutes", then, then, until=then, next_at=then + timedelta(minutes=1)
        )
        assert held
        assert slots.finish(
            session, held, outcome, then, "OperationalError" if outcome is Ended.FAILED else None
        )


def samples(address: str) -> dict[str, float]:
    """The clock's metrics as Prometheus reads them, by what follows their common prefix."""
    text = httpx.get(f"{address}/metrics").text
    return {
        name: float(value)
        for name, value in re.findall(r'^pluginwatch_job_(\w+\{job="\w+"\}) (\S+)$', text, re.M)
    }


def test_a_page_shows_each_job(database: Database) -> None:
    with (
        serving(database) as address,
        httpx.Client(base_url=address, timeout=LONG, verify=False) as http,
    ):
        assert "No scheduled job has run yet" in http.get("/jobs").text
        ran(database)
        page = http.get("/jobs").text
        assert re.search(
            r'<th scope="row"[^>]*>mutes</th><td[^>]*>every minute</td><td[^>]*>✓ done, just now',
            page,
        )
        assert '<a href="/jobs">' in http.get("/").text


def test_metrics_tell_of_a_clock_that_stands_still(database: Database) -> None:
    with serving(database) as address:
        assert samples(address) == {}
        ran(database, Ended.FAILED, ago=timedelta(minutes=10))
        found = samples(address)
        assert 600 <= found.pop('seconds_since_run{job="mutes"}') < 620
        assert found == {
            'late{job="mutes"}': 1,
            'late{job="prune"}': 1,
            'failing{job="mutes"}': 1,
            'failing{job="prune"}': 0,
        }
        ran(database)
        assert samples(address)['late{job="mutes"}'] == 0
        assert samples(address)['failing{job="mutes"}'] == 0


def test_the_counters_can_be_read_without_a_database(database: Database) -> None:
    with serving(database) as address:
        with database.write() as session:
            session.connection().exec_driver_sql("DROP TABLE job_run")
        answer = httpx.get(f"{address}/metrics")
        assert answer.status_code == 200
        assert "pluginwatch_events_recorded_total" in answer.text
        assert "pluginwatch_job" not in answer.text
