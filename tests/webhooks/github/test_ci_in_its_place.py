"""CI beside Guards: it gives way to better evidence, holds nothing open once silent, and speaks for host branches."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from models.database.engine import Database
from models.events.silence import Overdue
from models.rules.blame import Suspect
from models.rules.sources import JudgingSource
from models.tables import Incident, Posting, SourceVerdict
from tests.deliveries import deliver
from tests.webhooks.conftest import Clock, Door, line, report
from tests.webhooks.github_samples import START, check_run, workflow_run
from webhooks.recording.intake import Intake

GOOD, BAD = 1, 2
GONE = "NameError: uninitialized constant Gone"
DAY = 24 * 60 * 60


@pytest.fixture
def now() -> datetime:
    return START


@pytest.fixture
def intake(database: Database, clock: Clock) -> Intake:
    return Intake(database, clock=clock.read)


class Sources:
    """A canary server for each host branch, and the plugin's CI."""

    def __init__(self, door: Door, clock: Clock) -> None:
        self.world, self._door, self._clock = door.world, door, clock

    def guard(
        self, sha: int, host: str, error: str | None = None, branch: str = "tests-passed"
    ) -> None:
        """Solved at its commit of this number, an hour after what was heard before."""
        self._later(timedelta(hours=1))
        said = line("solved", BAD if error else GOOD, f"{sha:040x}", message=error)
        body = report(said, host=host, branch=branch) | {"domain": f"{branch}.example.com"}
        assert self._door.post("/status", body).json()["success"] == "OK"

    def ci(self, sha: int, **jobs: str) -> None:
        """CI has run on the plugin's commit of this number: its jobs, by their kind and host branch."""
        at = int((self._clock.now - START).total_seconds())
        for place, (job, conclusion) in enumerate(jobs.items()):
            branch, kind = job.split("__")
            name = f"ci ({branch.replace('_', '-')}) / {kind}_tests"
            number = sha * 100 + place
            told = check_run(sha, name, at=at, conclusion=conclusion, github_id=number)
            deliver(self.world, ("check_run", told))
        whole = "failure" if "failure" in jobs.values() else "success"
        deliver(self.world, ("workflow_run", workflow_run(sha, at, whole)))
        self._later(timedelta(minutes=10))

    def silent_for(self, passed: timedelta) -> None:
        self._later(passed)
        self.world.now = self._clock.now
        self.world.record(Overdue(limit=10))

    def _later(self, passed: timedelta) -> None:
        self._clock.now = max(self._clock.now, self.world.now) + passed
        self.world.now = self._clock.now

    @property
    def incident(self) -> Incident:
        (found,) = self.world.incidents()
        return found

    def verdicts(self) -> dict[str, str]:
        """What CI says of each host branch."""
        with self.world.database.read() as session:
            rows = select(SourceVerdict).where(SourceVerdict.source == JudgingSource.TESTS)
            return {row.host_branch: row.verdict for row in session.exec(rows)}


@pytest.fixture
def sources(door: Door, clock: Clock) -> Sources:
    return Sources(door, clock)


def test_ci_that_failed_first_gives_way_to_what_a_guard_knows_in_the_same_card(
    sources: Sources,
) -> None:
    sources.guard(1, "aaaaaaa1")
    sources.ci(2, tests_passed__backend="failure")
    assert sources.incident.bad_host_sha == ""
    sources.guard(2, "aaaaaaa1", GONE)
    found = sources.incident
    assert (found.origin, found.suspect) == (JudgingSource.GUARD, Suspect.PLUGIN)
    assert (found.good_plugin_sha, found.bad_plugin_sha) == (f"{1:040x}", f"{2:040x}")
    assert found.bad_host_sha == "aaaaaaa1"
    posts = [each for each in sources.world.announced() if each.action == Posting.POST]
    assert [each.conversation for each in posts] == ["incident:1"]
    assert "Suspect: the plugin" in posts[0].message


def test_a_verdict_of_ci_that_expired_keeps_nothing_open(sources: Sources) -> None:
    sources.guard(1, "aaaaaaa1")
    sources.ci(2, tests_passed__backend="failure")
    sources.guard(2, "aaaaaaa1", GONE)
    sources.guard(3, "aaaaaaa1")
    assert sources.incident.resolved_at is None, "its tests fail"
    sources.silent_for(timedelta(days=8))
    sources.guard(3, "aaaaaaa2")
    assert sources.incident.resolved_at is not None
    told = "".join(each.message for each in sources.world.announced())
    assert "loads again. Its tests were failing when last seen" in told


def test_that_it_loads_as_ever_ends_nothing_that_only_ci_saw(sources: Sources) -> None:
    sources.guard(1, "aaaaaaa1")
    sources.ci(2, tests_passed__backend="failure")
    sources.silent_for(timedelta(days=8))
    sources.guard(2, "aaaaaaa2")
    sources.guard(2, "aaaaaaa3")
    assert sources.incident.resolved_at is None
    sources.ci(3, tests_passed__backend="success")
    assert sources.incident.resolved_at is not None


def test_a_guard_that_failed_before_it_opened_is_not_what_ci_saw(sources: Sources) -> None:
    sources.guard(1, "aaaaaaa1", GONE)
    sources.guard(2, "aaaaaaa1")
    sources.silent_for(timedelta(days=2))
    sources.ci(2, tests_passed__backend="failure")
    sources.silent_for(timedelta(days=8))
    sources.guard(2, "aaaaaaa2")
    first, second = sources.world.incidents()
    assert (first.resolved_at is None, second.resolved_at is None) == (False, True)


def test_a_guard_that_fell_silent_keeps_it_open(sources: Sources) -> None:
    sources.guard(1, "aaaaaaa1")
    sources.guard(2, "aaaaaaa1", GONE)
    sources.silent_for(timedelta(days=8))
    sources.ci(3, tests_passed__backend="success")
    assert sources.incident.resolved_at is None


def test_each_job_speaks_for_its_host_branch_and_kind(sources: Sources) -> None:
    for branch in ("tests-passed", "stable"):
        sources.guard(1, "aaaaaaa1", branch=branch)
    sources.ci(
        2,
        tests_passed__backend="success",
        stable__backend="failure",
        stable__annotations="success",
    )
    assert sources.verdicts() == {"tests-passed": "compatible", "stable": "tests_failing"}
    assert sources.incident.host_branch == "stable"
    sources.ci(3, tests_passed__backend="success", stable__backend="success")
    assert sources.incident.resolved_at is not None


def test_a_newer_run_of_another_workflow_hides_nothing(sources: Sources) -> None:
    sources.guard(1, "aaaaaaa1")
    sources.ci(2, tests_passed__backend="failure")
    other = workflow_run(9, DAY, "success", name="Release Notes")
    deliver(sources.world, ("workflow_run", other))
    assert sources.verdicts() == {"tests-passed": "tests_failing"}
