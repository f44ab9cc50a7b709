"""What `check` says when names that Discourse chose match nothing any more."""

from datetime import datetime, timedelta

import pytest

from models.database.engine import Database
from models.health.upstream import upstream_findings
from models.tables import CanaryRun, CiRun


def found(database: Database, now: datetime) -> list[str]:
    with database.read() as session:
        return [finding.words for finding in upstream_findings(session, now)]


def ran(database: Database, at: datetime, name: str, number: int) -> None:
    with database.write() as session:
        session.add(
            CiRun(
                kind="workflow_run",
                github_id=number,
                repository_id=1,
                suite_id=number,
                name=name,
                sha="a1",
                conclusion="success",
                started_at=at,
                completed_at=at,
                version="1",
            )
        )


def looked(database: Database, at: datetime, number: int, *handles: str) -> None:
    plugins = [{"handle": handle, "branch": "", "sha": ""} for handle in handles]
    with database.write() as session:
        session.add(
            CanaryRun(
                server="beta.example.com",
                run_id=f"r{number}",
                host_branch="beta",
                host_sha="h1",
                started_at=at,
                finished_at=at,
                plugins=plugins,
            )
        )


@pytest.mark.parametrize(
    ("ours", "others", "words"),
    [
        (None, None, ""),
        (1, 1, ""),
        (40, 40, ""),
        (None, 40, ""),
        (40, 1, "ran in 30 days (the last one "),
        (None, 1, "ran in 30 days:"),
    ],
)
def test_a_workflow_that_bears_another_name_now(
    database: Database, now: datetime, ours: int | None, others: int | None, words: str
) -> None:
    runs = {"Discourse Plugin": ours, "Plugin checks": others}
    for number, (name, days) in enumerate(runs.items()):
        if days is not None:
            ran(database, now - timedelta(days=days), name, number)
    said = found(database, now)
    assert len(said) == bool(words)
    assert all(words in each and "Discourse Plugin" in each for each in said)


def test_scripts_that_bear_other_names_now(database: Database, now: datetime) -> None:
    looked(database, now - timedelta(days=9), 0, "solved")
    for number in range(1, 5):
        looked(database, now - timedelta(days=6 - number), number)
    assert found(database, now) == []
    looked(database, now, 5)
    (said,) = found(database, now)
    assert "The last 5 canary runs of beta.example.com found no plugin loaded" in said
    looked(database, now + timedelta(minutes=1), 6, "solved")
    assert found(database, now + timedelta(minutes=2)) == []
