"""What nobody needs any more goes, and what is still needed stays however old it is."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import SQLModel, col, select

from jobs.prune import prune
from models.database.engine import Database
from models.operating.retention import rules
from models.settings import Settings
from models.tables import (
    AuditEntry,
    Commit,
    GithubLink,
    Incident,
    Installation,
    MessageReference,
    Person,
    Site,
    SourceVerdict,
    Status,
    StoryEntry,
    WatchedIncident,
)
from tests.world import BAD, GOOD, World, make_world, saw

NOW = datetime.now(UTC)


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database, NOW - timedelta(days=900), "solved")


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def store(world: World, *rows: SQLModel) -> None:
    with world.database.write() as session:
        session.add_all(rows)
        session.flush()


def left(world: World, column: object) -> list[object]:
    prune(world.database, Settings())
    with world.database.read() as session:
        return sorted(session.exec(select(column)).all())


def a_person(number: int, days: float) -> Person:
    return Person(
        id=number,
        platform="slack",
        workspace="T",
        user=f"U{number}",
        name=str(number),
        seen_at=days_ago(days),
    )


def tried(person: int, outcome: str, days: float) -> AuditEntry:
    return AuditEntry(
        at=days_ago(days),
        person_id=person,
        action="ack",
        outcome=outcome,
        words=f"{outcome} {days}",
    )


def test_of_what_was_tried_the_refused_goes_first_and_then_who_tried(world: World) -> None:
    store(world, *(a_person(n, 200) for n in (1, 2, 3, 4)), a_person(5, 100))
    store(
        world,
        tried(1, "denied", 91),
        tried(1, "denied", 89),
        tried(2, "done", 729),
        tried(3, "done", 731),
    )
    link = GithubLink(
        person_id=4, destination_id=1, login="a", login_key="a", code_until=days_ago(300)
    )
    link.verified_at = days_ago(300)
    store(world, link)
    assert left(world, AuditEntry.words) == ["denied 89", "done 729"]
    assert left(world, Person.id) == [1, 2, 4, 5]


def test_codes_that_ran_out_go(world: World) -> None:
    store(world, a_person(1, 1))
    for name, days in (("old", 8), ("new", 6)):
        code = {"login": name, "login_key": name, "code_sha256": "x", "code_until": days_ago(days)}
        store(world, GithubLink(person_id=1, destination_id=1, **code))
    assert left(world, GithubLink.login) == ["new"]


def test_sites_that_were_not_heard_for_half_a_year_go_with_what_they_said(world: World) -> None:
    for name, days in (("gone", 190), ("here", 170)):
        world.now = days_ago(days)
        reporter = world.client(f"{name}.example.com", "solved")
        world.report(saw("solved", "p1", GOOD), by=reporter)
    assert left(world, Site.domain) == ["here.example.com"]
    assert len(left(world, Installation.site_id)) == 1


def test_a_line_keeps_its_newest_commits_and_those_that_are_named(world: World) -> None:
    world.now = days_ago(600)
    world.report(saw("solved", "good", GOOD), host="h-good")
    world.report(saw("solved", "bad", BAD), host="h-bad")
    store(
        world,
        *(Commit(line=line, sha=f"{line}{n:03}", first_seen_at=days_ago(590), place=None)
          for line in ("plugin/1/main", "host/tests-passed") for n in range(150)),
    )  # fmt: skip
    kept = left(world, Commit.sha)
    assert {"good", "bad", "h-good", "h-bad"} <= set(kept)
    assert len(kept) == 204
    assert "plugin/1/main050" in kept
    assert "plugin/1/main049" not in kept
    world.now = NOW
    world.report(saw("solved", "plugin/1/main060", GOOD), host="host/tests-passed060")
    assert world.incidents()[0].resolved_at
    world.report(saw("solved", "bad", BAD), host="h-bad")
    assert world.incidents()[0].resolved_at, "an older report overturned a newer one"


def test_commits_of_the_last_year_stay(world: World) -> None:
    store(
        world, *(Commit(line="host/x", sha=f"{n}", first_seen_at=days_ago(300)) for n in range(300))
    )
    assert len(left(world, Commit.sha)) == 300


def test_the_cards_of_what_goes_on_can_be_edited_and_others_are_forgotten(world: World) -> None:
    world.now = days_ago(400)
    world.report(saw("solved", "p1", BAD))
    world.report(saw("solved", "p2", GOOD))
    world.report(saw("solved", "p1", BAD), branch="stable")
    ended, going = (f"incident:{incident.id}" for incident in world.incidents())
    names = (
        ended,
        going,
        "fixed:1:1",
        "digest:2026-01-01",
        "put-aside:1:2026-01-01",
        "issue:5",
        "source:1",
        "source:2",
    )
    told = {"source": "guard", "opened_at": days_ago(300), "updated_at": days_ago(300)}
    store(
        world,
        WatchedIncident(id=1, name="a", **told),
        WatchedIncident(id=2, name="b", resolved_at=days_ago(91), **told),
    )
    with world.database.write() as session:
        session.connection().exec_driver_sql("DELETE FROM outbox")
    store(
        world,
        *(MessageReference(destination_id=1, conversation=name, reference="1") for name in names),
    )
    assert left(world, MessageReference.conversation) == [going, "source:1"]
    world.now = NOW
    world.report(saw("solved", "p2", GOOD), branch="stable")
    assert [row.action for row in world.announced() if row.conversation == going] == [
        "edit",
        "reply",
    ]


def test_what_ended_lately_keeps_its_card(world: World) -> None:
    world.now = days_ago(80)
    world.report(saw("solved", "p1", BAD))
    world.report(saw("solved", "p2", GOOD))
    store(world, MessageReference(destination_id=1, conversation="incident:1", reference="1"))
    assert left(world, MessageReference.conversation) == ["incident:1"]


def test_statuses_of_branches_that_nobody_speaks_of_go_but_not_those_of_open_incidents(
    world: World,
) -> None:
    world.now = days_ago(400)
    world.report(saw("solved", "p1", GOOD), branch="old")
    world.report(saw("solved", "p1", BAD), branch="open")
    world.now = days_ago(300)
    world.report(saw("solved", "p1", GOOD), branch="new")
    assert left(world, Status.host_branch) == ["new", "open"]
    assert left(world, SourceVerdict.host_branch) == ["new", "open"]


def test_an_old_story_keeps_what_was_told(world: World) -> None:
    world.now = days_ago(400)
    world.report(saw("solved", "p1", BAD))
    world.report(saw("solved", "p2", BAD), host="h2")
    world.report(saw("solved", "p3", GOOD), host="h3")
    with world.database.read() as session:
        before = [
            (entry.kind, entry.quiet)
            for entry in session.exec(select(StoryEntry).order_by(col(StoryEntry.id)))
        ]
    assert ("changed", True) in before
    assert left(world, StoryEntry.kind) == sorted(kind for kind, quiet in before if not quiet)
    assert len(left(world, Incident.id)) == 1


def test_nothing_goes_to_which_a_row_that_stays_refers() -> None:
    """One such row would keep the clock from deleting anything of its table."""
    asks = {rule.table: rule.oldest for rule in rules(Settings())}
    missing = []
    for table in SQLModel.metadata.sorted_tables:
        for key in table.foreign_keys:
            wanted = asks.get(key.column.table.name)
            if wanted is not None and not key.ondelete and key.parent.name not in wanted:
                missing.append(f"{table.name}.{key.parent.name}")
    assert missing == []
