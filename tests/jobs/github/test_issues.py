"""Issues reconciled with the real client, against the stand-in of GitHub."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlmodel import col, select

from jobs.github.issues import reconcile_issues
from jobs.github.repositories import read_repositories
from models.database.engine import Database
from models.events.github import GithubDelivery
from models.rules.routing import Topic
from models.settings import Settings
from models.tables import Announcement, Destination, GithubSync, Issue, Plugin, Subscription
from tests.deliveries import rows
from tests.jobs.github.conftest import AGO, an_issue
from tests.servers.github_hub import Hub, HubRepository, written
from tests.world import World
from webhooks.github.parsing import parse


def wait(world: World) -> None:
    """Let it be so late that everything is due again."""
    with world.database.write() as session:
        for row in session.exec(select(GithubSync)):
            row.asked_at = row.asked_at and row.asked_at - timedelta(days=2)


def states(world: World) -> dict[int, tuple[str, bool]]:
    with world.database.read() as session:
        found = session.exec(select(Issue).order_by(col(Issue.number)))
        return {row.number: (row.state, row.gone) for row in found}


def fill(repository: HubRepository, count: int, at: datetime | None = None) -> None:
    """Issues, an hour apart or all at one moment; every tenth is a pull request."""
    start = datetime.now(UTC) - AGO
    for number in range(1, count + 1):
        more = {"pull_request": {}} if number % 10 == 0 else {}
        repository.issues[number] = an_issue(
            number, at or start + timedelta(hours=number) / 2, **more
        )


def asked(hub: Hub) -> list[dict[str, list[str]]]:
    """The questions about issues."""
    return [parse_qs(urlsplit(path).query) for _, path, _ in hub.asked if "/issues?" in path]


def test_all_once_and_then_only_what_changed(
    world: World, hub: Hub, solved: HubRepository, settings: Settings
) -> None:
    fill(solved, 250)
    reconcile_issues(world.database, settings)
    assert len(states(world)) == 225
    assert len(asked(hub)) == 3
    assert world.announced() == []
    hub.asked.clear()
    reconcile_issues(world.database, settings)
    assert hub.asked == []  # not due yet
    wait(world)
    reconcile_issues(world.database, settings)
    assert [status for _, _, status in hub.asked] == [200]
    spent = hub.spent
    for _ in range(2):
        wait(world)
        reconcile_issues(world.database, settings)
    assert (hub.asked[-1][2], hub.spent) == (304, spent)
    closed = datetime.now(UTC) - timedelta(minutes=1)
    solved.issues[7] |= {
        "state": "closed",
        "updated_at": written(closed),
        "closed_at": written(closed),
        "comments": 3,
    }
    wait(world)
    reconcile_issues(world.database, settings)
    assert states(world)[7] == ("closed", False)


def test_a_reading_that_was_cut_off_goes_on_where_it_was(
    world: World, hub: Hub, solved: HubRepository, settings: Settings
) -> None:
    fill(solved, 350)
    hub.mishaps = [lambda _: None] * 3 + [
        lambda _: (0, {}, None)
    ]  # the connection drops at the third page
    reconcile_issues(world.database, settings)
    assert 0 < len(states(world)) < 315
    hub.asked.clear()
    wait(world)
    reconcile_issues(world.database, settings)
    assert (len(states(world)), len(asked(hub))) == (315, 2)


def test_more_of_one_moment_than_a_page_holds(
    world: World, solved: HubRepository, settings: Settings
) -> None:
    fill(solved, 250, at=datetime.now(UTC) - AGO)
    reconcile_issues(world.database, settings)
    assert len(states(world)) == 225


def test_what_may_change_within_its_second_is_read_the_next_time(
    world: World, solved: HubRepository, settings: Settings
) -> None:
    solved.issues = {1: an_issue(1, datetime.now(UTC) - AGO), 2: an_issue(2, datetime.now(UTC))}
    reconcile_issues(world.database, settings)
    assert [*states(world)] == [1]
    solved.issues[2] |= {"created_at": written(datetime.now(UTC) - timedelta(minutes=1))}
    solved.issues[2] |= {"updated_at": written(datetime.now(UTC) - timedelta(minutes=1))}
    wait(world)
    reconcile_issues(world.database, settings)
    assert [*states(world)] == [1, 2]


def test_new_issues_are_news_as_if_they_had_been_delivered(
    world: World, solved: HubRepository, settings: Settings, database: Database
) -> None:
    with database.write() as session:
        session.add(channel := Destination(platform="test", address="c", name="c"))
        session.flush()
        session.add(Subscription(destination_id=channel.id or 0, topics=[Topic.ISSUES]))
    solved.issues[1] = an_issue(1, datetime.now(UTC) - timedelta(hours=1))
    reconcile_issues(database, settings)
    assert world.announced() == []
    solved.issues[2] = an_issue(2, datetime.now(UTC) - timedelta(minutes=1))
    wait(world)
    reconcile_issues(database, settings)
    with database.read() as session:
        told = [row.conversation for row in session.exec(select(Announcement))]
    assert set(told) == {f"issue:{700 * 100_000 + 2}"}


@pytest.mark.parametrize("reads_first", [True, False])
def test_reading_and_deliveries_commute(
    world: World, solved: HubRepository, settings: Settings, *, reads_first: bool
) -> None:
    at = datetime.now(UTC) - timedelta(hours=1)
    shown = an_issue(1, at, labels=[{"id": 5, "name": "bug"}], comments=1)
    solved.issues[1] = shown
    stale = an_issue(1, at - timedelta(minutes=5))
    labelled = an_issue(
        1, at, labels=[{"id": 5, "name": "bug"}]
    )  # a moment before the comment, in the same second
    bodies = [
        ("issues", {"action": "opened", "issue": stale, "repository": solved.shown()}),
        ("issues", {"action": "labeled", "issue": labelled, "repository": solved.shown()}),
        ("issue_comment", {"action": "created", "issue": shown, "repository": solved.shown()}),
    ]
    told = [
        GithubDelivery(f"{n}", event, tuple(parse(event, body).facts))
        for n, (event, body) in enumerate(bodies)
    ]
    steps = [
        lambda: reconcile_issues(world.database, settings),
        *(lambda one=one: world.record(one) for one in told),
    ]
    for step in steps if reads_first else [*steps[:0:-1], steps[0]]:
        step()
    (row,) = rows(world.database, [Issue])["issue"]
    assert "('comments', 1)" in row
    assert "[[5, 'bug']]" in row
    assert " 003." in row  # what was read knows best of its second


def test_what_is_gone_is_noticed(
    world: World, hub: Hub, solved: HubRepository, settings: Settings, database: Database
) -> None:
    fill(solved, 4)
    hub.add("example/elsewhere", datetime.now(UTC) - AGO, github_id=900)
    hub.repositories[900].issues[8] = an_issue(8, datetime.now(UTC) - AGO, repository=900)
    reconcile_issues(database, settings)
    del solved.issues[1], solved.issues[2]
    solved.moved[2] = "/repositories/900/issues/8"
    solved.issues[3] |= {
        "state": "closed",
        "updated_at": written(datetime.now(UTC) - timedelta(minutes=1)),
    }
    read_repositories(database, settings)
    assert states(world) == {
        1: ("open", True),
        2: ("open", True),
        3: ("closed", False),
        4: ("open", False),
    }


@pytest.mark.usefixtures("world")
def test_a_renamed_repository_is_found_and_a_missing_one_is_told(
    hub: Hub, solved: HubRepository, settings: Settings, database: Database
) -> None:
    hub.former["example/solved"] = solved.id
    solved.full_name = "other/answers"
    with database.write() as session:
        first = session.exec(select(Plugin)).one()
        session.add(
            Plugin(
                **first.model_dump(exclude={"id"})
                | {"handle": "lost", "repository": "a/b", "repository_key": "a/b"}
            )
        )
    reconcile_issues(database, settings)
    with database.read() as session:
        found = {
            row.handle: (row.repository, row.repository_id) for row in session.exec(select(Plugin))
        }
        problem = session.exec(select(GithubSync.problem).where(GithubSync.subject == "a/b")).one()
    assert found == {"solved": ("other/answers", 700), "lost": ("a/b", None)}
    assert problem == "GitHub shows no such thing to us: it was deleted, or it is private"
