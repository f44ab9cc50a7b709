"""A plugin's default branch changes its name: what is broken on the old one is closed, with a word why."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from jobs.left_branches import close_left_branches
from models.database.engine import Database
from models.rules.kinds import KeyKind
from models.tables import Incident, Repository, Status
from tests.canaries import BLAMES, SERVER
from tests.hub import a_repository, follow
from tests.webhooks.canary.test_canary import body as run_body
from tests.webhooks.conftest import ON_ONE, Clock, Door, line, report
from webhooks.recording.intake import Intake

FIRST, SECOND = "canary-1.example.com", "canary-2.example.com"
SITE = "forum.example.com"
WHY = "nobody says any more that master fails, and its default branch is main now"


@pytest.fixture
def intake(database: Database, clock: Clock) -> Intake:
    clock.now = datetime.now(UTC) - timedelta(days=2)  # the job looks at the clock itself
    return Intake(database, clock=clock.read)


class Story:
    """Solved, whose repository GitHub told of, on canary servers and one client site."""

    def __init__(self, door: Door, clock: Clock) -> None:
        self.door, self._clock = door, clock
        with door.world.database.write() as session:
            follow(session, "solved", repository=a_repository(default_branch="master"))

    def says(self, who: str, branch: str, *, bad: bool = False, **how: Any) -> None:
        """What a server found on a branch of the plugin, with some commit of it."""
        self._clock.now += timedelta(minutes=70)
        told = line("solved", 2 if bad else 1, how.get("sha", branch[:2] * 4))
        told |= {"branch": branch} | ({"message": "NameError: Solved::Topic"} if bad else {})
        body = report(told, branch=how.get("on", "stable"), domain=who)
        key, header = how.get("key", (None, "Api-Key"))
        answer = self.door.post("/status", body, key, header)
        assert answer.json().get("updated") == ["solved"], answer.text

    def breaks(self, *who: str) -> None:
        """It fails on master."""
        for each in who:
            self.says(each, "master", sha="a1")
        for each in who:
            self.says(each, "master", sha="b2", bad=True)

    def renames(self, to: str = "main") -> None:
        """GitHub tells of another default branch."""
        with self.door.world.database.write() as session:
            session.exec(select(Repository)).one().default_branch = to

    def looked(self) -> list[tuple[str, bool, str | None]]:
        """The incidents after the clock's look: their branch, whether they are open, and why they were closed."""
        close_left_branches(self.door.world.database)
        incidents: list[Incident] = self.door.world.incidents()
        return [(each.plugin_branch, each.resolved_at is None, each.closed) for each in incidents]


@pytest.fixture
def story(door: Door, clock: Clock) -> Story:
    return Story(door, clock)


def test_what_is_broken_on_the_old_branch_is_closed_with_a_word_why(story: Story) -> None:
    story.breaks(FIRST)
    assert story.looked() == [("master", True, None)]
    story.renames()
    assert story.looked() == [("master", True, None)]  # the server still runs it
    story.says(FIRST, "main")
    assert story.looked() == [("master", False, WHY)]
    page = story.door.http.get("/incidents/1").text
    assert f"Closed: {WHY}." in page
    assert "works again" not in page
    assert "closed</span>" in story.door.http.get("/history").text
    with story.door.world.database.read() as session:
        statuses = {row.plugin_branch: row.verdict for row in session.exec(select(Status))}
    assert statuses == {"master": "unknown", "main": "compatible"}
    (told,) = [
        row for row in story.door.world.announced() if "Closed: solved (master)" in str(row.message)
    ]
    assert told.action == "reply"


@ON_ONE
def test_the_new_branch_has_an_incident_of_its_own(story: Story) -> None:
    story.breaks(FIRST)
    story.renames()
    story.says(FIRST, "main", sha="b2", bad=True)
    assert story.looked() == [("master", False, WHY), ("main", True, None)]


def test_a_server_that_still_runs_the_old_branch_keeps_it_open(story: Story) -> None:
    story.breaks(FIRST, SECOND)
    story.renames()
    story.says(FIRST, "main")
    assert story.looked() == [("master", True, None)]
    story.says(SECOND, "main")
    assert story.looked() == [("master", False, WHY)]


def test_a_server_that_reports_on_two_branches_in_turn_has_left_none(
    story: Story, clock: Clock
) -> None:
    story.breaks(FIRST)
    story.renames()
    clock.now = datetime.now(UTC) - timedelta(hours=20)
    story.says(FIRST, "master", sha="b2", bad=True)
    story.says(FIRST, "main")
    assert story.looked() == [("master", True, None)]


def test_a_client_site_that_fails_there_keeps_it_open(story: Story) -> None:
    key = (story.door.make_key(KeyKind.USER, SITE, SITE), "User-Api-Key")
    body = {"plugins": ["solved"], "domain": SITE}
    story.door.post("/user/register", body, *key)
    story.breaks(FIRST)
    story.says(SITE, "master", sha="b2", bad=True, key=key)
    story.renames()
    story.says(FIRST, "main")
    assert story.looked() == [("master", True, None)]
    story.says(SITE, "main", key=key)
    assert story.looked() == [("master", False, WHY)]


@ON_ONE
@pytest.mark.parametrize("default", ["master", None])
def test_where_the_default_branch_is_the_same_or_unknown_nothing_is_closed(
    story: Story, default: str | None
) -> None:
    story.breaks(FIRST)
    with story.door.world.database.write() as session:
        session.exec(select(Repository)).one().default_branch = default
    story.says(FIRST, "develop")
    assert story.looked() == [("master", True, None)]


def test_who_goes_back_to_the_old_branch_and_fails_opens_it_again(story: Story) -> None:
    story.breaks(FIRST)
    story.renames()
    story.says(FIRST, "main")
    story.looked()
    story.says(FIRST, "master", sha="b2", bad=True)
    assert story.looked() == [("master", True, None)]
    assert story.door.world.incidents()[0].times == 2


MOVED = "no site runs master on tests-passed any more"


def test_a_host_branch_that_servers_left_is_closed_after_some_days(
    story: Story, clock: Clock
) -> None:
    """Discourse calls the branch otherwise now, and servers that follow it say so."""
    clock.now -= timedelta(days=4)
    story.says(FIRST, "master", sha="a1", on="tests-passed")
    story.says(FIRST, "master", sha="b2", bad=True, on="tests-passed")
    story.says(FIRST, "master", sha="b2", bad=True, on="latest")
    clock.now += timedelta(days=2)
    story.says(FIRST, "master", sha="c3", on="latest")
    assert story.looked() == [("master", False, MOVED), ("master", False, None)]


def test_a_host_branch_that_somebody_runs_or_was_heard_of_lately_is_not_left(
    story: Story, clock: Clock
) -> None:
    clock.now -= timedelta(days=4)
    story.says(FIRST, "master", sha="a1", on="tests-passed")
    for who in (FIRST, SECOND):
        story.says(who, "master", sha="b2", bad=True, on="tests-passed")
    story.says(FIRST, "master", sha="a1", on="latest")
    assert story.looked() == [("master", True, None)]
    clock.now += timedelta(days=3)
    story.says(SECOND, "master", sha="b2", bad=True, on="tests-passed")
    story.says(SECOND, "master", sha="a1", on="latest")
    assert story.looked() == [("master", True, None)]  # it was heard of a moment ago


def test_what_a_browser_found_there_stays_open(story: Story) -> None:
    sent = {"Authorization": f"Bearer {story.door.make_key(KeyKind.CANARY, SERVER)}"}
    blamed = {
        "name": "open",
        "result": "failed",
        "duration_ms": 1,
        "message": BLAMES.format("solved"),
    }
    loaded = [{"name": "solved", "branch": "master", "sha": "b2"}]
    answer = story.door.http.put(
        "/canary/runs/r1", json=run_body(steps=[blamed], plugins=loaded), headers=sent
    )
    assert answer.status_code == 200, answer.text
    story.renames()
    assert story.looked() == [("master", True, None)]
