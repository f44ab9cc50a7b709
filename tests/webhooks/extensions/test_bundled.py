"""Plugins that the host's own repository holds: their commit is the host's, and so are their faults."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.database.engine import Database
from models.events.github import HistoryReading
from models.rules.blame import Pair, Suspect, suspect
from models.rules.history_lines import host_line
from models.tables import Incident
from tests.webhooks.conftest import ON_ONE, Clock, Door, line, report
from webhooks.recording.intake import Intake

NAMES = ("solved", "voting", "chat-extra")
GOOD, BAD, LATER = "a" * 40, "b" * 40, "c" * 40


@pytest.fixture
def intake(database: Database, clock: Clock) -> Intake:
    clock.now = datetime.now(UTC) - timedelta(days=1)
    return Intake(database, clock=clock.read)


class Host:
    """A canary server whose host comes with its plugins."""

    def __init__(self, door: Door, clock: Clock) -> None:
        self.door, self._clock = door, clock

    def rebuilt(self, host: str, *failing: str, **how: Any) -> None:
        """What it says at a commit of the host, a day after the last one; `others` are of repositories of their own."""
        self._clock.now += timedelta(hours=2)
        lines = []
        for name in how.get("names", NAMES):
            own = how.get("others", {}).get(name)
            error = {"message": f"NameError: {name} is gone"} if name in failing else {}
            told = line(name, 2 if name in failing else 1, own or host, **error)
            lines.append(told | {"branch": "main" if own else "tests-passed"})
        answer = self.door.post("/status", report(*lines, host=host))
        assert answer.json()["errors"] == [], answer.text

    def incidents(self) -> list[Incident]:
        return self.door.world.incidents()

    def page(self, number: int = 1) -> str:
        return self.door.http.get(f"/incidents/{number}").text


@pytest.fixture
def host(door: Door, clock: Clock) -> Host:
    return Host(door, clock)


def test_a_bundled_plugin_that_breaks_was_broken_by_the_host(host: Host) -> None:
    host.rebuilt(GOOD)
    host.rebuilt(BAD, "solved")
    (incident,) = host.incidents()
    assert incident.suspect == Suspect.HOST
    page = host.page()
    assert "Suspect: the host, whose repository holds the plugin" in page
    assert f"discourse/discourse/compare/{GOOD}...{BAD}" in page
    assert "Plugin commits" not in page
    assert "compatibility" not in page  # a pin would not help
    assert f"host {BAD[:7]}, which holds the plugin" in page
    host.rebuilt(LATER)
    (incident,) = host.incidents()
    assert incident.resolved_at is not None


def test_it_breaks_together_with_others_that_stood_still(host: Host) -> None:
    own = {"others": {"voting": "d" * 40, "chat-extra": "e" * 40}}
    host.rebuilt(GOOD, **own)
    host.rebuilt(BAD, *NAMES, **own)
    incidents = host.incidents()
    assert {each.suspect for each in incidents} == {Suspect.HOST}
    assert len({each.cause for each in incidents}) == 1


@ON_ONE
def test_the_same_commit_once_more_is_a_heartbeat(host: Host) -> None:
    host.rebuilt(GOOD)
    host.rebuilt(BAD, "solved")
    told = len(host.door.world.announced())
    host.rebuilt(BAD, "solved")
    assert len(host.door.world.announced()) == told
    assert len(host.incidents()) == 1


def test_a_late_report_is_known_by_the_order_of_the_hosts_commits(host: Host) -> None:
    """The plugin's own line would put a commit that is heard of late behind those that it came before."""
    host.rebuilt(LATER)
    host.door.world.record(
        HistoryReading(host_line("tests-passed"), (GOOD, BAD, LATER), (LATER,), whole=True)
    )
    host.rebuilt(BAD, "solved")
    assert host.incidents() == []


@ON_ONE
def test_a_plugin_that_moves_into_the_host_is_judged_there_anew(host: Host) -> None:
    own = {"others": {"solved": "d" * 40}}
    host.rebuilt(GOOD, **own)
    host.rebuilt(BAD, "solved")
    (incident,) = host.incidents()
    assert (incident.plugin_branch, incident.suspect) == ("tests-passed", Suspect.UNKNOWN)


@pytest.mark.parametrize(
    ("good", "bad", "who"),
    [
        (Pair(GOOD, GOOD), Pair(BAD, BAD), Suspect.HOST),
        (Pair(GOOD, GOOD), Pair(GOOD, GOOD), Suspect.NOBODY),
        (
            Pair("d" * 40, GOOD),
            Pair(BAD, BAD),
            Suspect.BOTH,
        ),  # it came from a repository of its own
        (Pair("0.1.0", "0.1.0"), Pair("0.2.0", "0.2.0"), Suspect.BOTH),  # an extension of ours
        (Pair("", ""), Pair("", ""), Suspect.HOST),  # CI names no host commit
    ],
)
def test_whom_to_suspect(good: Pair, bad: Pair, who: Suspect) -> None:
    assert suspect(good, bad) is who
