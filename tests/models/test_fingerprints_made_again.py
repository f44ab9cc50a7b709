"""Fingerprints that were stored before the rule changed go on matching: what fails as before is no news."""

from datetime import datetime

from alembic import command
from sqlmodel import col, select

from models.database import migrate, schema_steps
from models.database.engine import Database
from models.migrations.fingerprints_until_0036 import old_fingerprint
from models.rules.fingerprint import fingerprint, made_of
from models.rules.incidents import StoryKind
from models.tables import (
    Incident,
    Installation,
    Outbreak,
    Plugin,
    Report,
    SourceVerdict,
    StoryEntry,
)
from tests.world import BAD, World, make_world, saw

# The step before fingerprints were made of an error's own words.
BEFORE_LOGS = "0070"
OLD = "NoMethodError: undefined method `shelve' for nil:NilClass"
NEW = "undefined method 'shelve' for nil (NoMethodError)"
# Words that show one cause wherever they are said.
SHARED = "undefined method `shelve' for #<Topic:0x00007f9a1c0b7f38>"
SHARED_NOW = "undefined method 'shelve' for an instance of Topic"
HANDLES = ("solved", "voting", "chat-extra")


def as_before(database: Database) -> None:
    """Everything stored as the version before would have it."""
    with database.write() as session:
        handles = dict(session.exec(select(Plugin.id, Plugin.handle)).all())
        incidents, verdicts = session.exec(select(Incident)), session.exec(select(SourceVerdict))
        for row in (*incidents, *verdicts):
            handle = handles[row.plugin_id]
            row.fingerprint = old_fingerprint(handle, row.message, row.backtrace)
            assert row.fingerprint != fingerprint(handle, row.message, row.backtrace)
        for incident in session.exec(select(Incident)):
            if incident.cause:
                assert incident.cause.startswith("fingerprint/")
                incident.cause = f"fingerprint/{incident.fingerprint}"
                for outbreak in session.exec(select(Outbreak)):
                    outbreak.cause = incident.cause


def upgrade(database: Database, since: str = "0035") -> None:
    with migrate._alone(database) as connection:
        command.downgrade(schema_steps.config(connection), since)
    migrate.migrate(database)


def told(world: World) -> list[str]:
    with world.database.read() as session:
        return list(session.exec(select(StoryEntry.kind).order_by(col(StoryEntry.id))))


def test_the_same_failure_is_no_news_after_the_upgrade(database: Database, now: datetime) -> None:
    world = make_world(database, now, "solved")
    world.report(saw("solved", "p1", BAD, OLD))
    as_before(database)
    upgrade(database)
    world.report(saw("solved", "p1", BAD, NEW), host="h2")
    (incident,) = world.incidents()
    assert incident.message == NEW
    with database.read() as session:
        changed = StoryEntry.kind == StoryKind.CHANGED
        assert session.exec(select(StoryEntry.quiet).where(changed)).all() == [True]


def test_an_outbreak_goes_on_after_the_upgrade(database: Database, now: datetime) -> None:
    world = make_world(database, now, *HANDLES, "late")
    for handle in HANDLES:
        world.report(saw(handle, "p1", BAD, SHARED))
    as_before(database)
    upgrade(database)
    world.report(saw("late", "p1", BAD, SHARED_NOW))
    outbreaks = {incident.outbreak_id for incident in world.incidents()}
    assert len(outbreaks) == 1
    assert None not in outbreaks


def test_what_a_console_said_is_found_within_the_message(database: Database, now: datetime) -> None:
    world = make_world(database, now, "solved")
    world.report(saw("solved", "p1", BAD, OLD))
    line, trace = "Error: no shelf on hub.example.com:81", "at /plugins/solved/javascripts/a.js:1:2"
    with database.write() as session:
        incident = session.exec(select(Incident)).one()
        incident.message, incident.backtrace = f"open a topic: timed out\n{line}", trace
        incident.fingerprint = old_fingerprint("solved", line, trace)
    upgrade(database)
    assert world.incidents()[0].fingerprint == fingerprint("solved", line, trace)


def test_what_a_log_told_is_no_news_either(database: Database, now: datetime) -> None:
    log = (
        "app-1  | rake aborted!\napp-1  | NoMethodError: undefined method `shelve' for nil:NilClass"
    )
    world = make_world(database, now, "solved")
    world.report(saw("solved", "p1", BAD, log))
    with database.write() as session:
        incident = session.exec(select(Incident)).one()
        incident.fingerprint = made_of("solved", log, incident.backtrace or log)
        assert incident.fingerprint != fingerprint("solved", log, incident.backtrace)
    upgrade(database, BEFORE_LOGS)
    assert world.incidents()[0].fingerprint == fingerprint("solved", NEW, incident.backtrace)


def test_what_cannot_be_made_again_stays(database: Database, now: datetime) -> None:
    world = make_world(database, now, "solved")
    world.report(saw("solved", "p1", BAD, OLD))
    with database.write() as session:
        session.exec(select(Incident)).one().fingerprint = "0123456789abcdef"
    upgrade(database)
    assert world.incidents()[0].fingerprint == "0123456789abcdef"
    assert told(world) == [StoryKind.OPENED]


def test_two_causes_that_are_one_now_keep_their_outbreaks(
    database: Database, now: datetime
) -> None:
    world = make_world(database, now, *HANDLES)
    for handle in HANDLES:
        world.report(saw(handle, "p1", BAD, SHARED))
    as_before(database)
    with database.write() as session:
        first = session.exec(select(Outbreak)).one()
        again = Outbreak(**first.model_dump(exclude={"id", "cause"}), cause="")
        incident = session.exec(select(Incident)).first()
        assert incident is not None
        incident.message = SHARED_NOW
        incident.fingerprint = old_fingerprint("solved", SHARED_NOW, incident.backtrace)
        incident.cause = again.cause = f"fingerprint/{incident.fingerprint}"
        session.add(again)
    upgrade(database)
    with database.read() as session:
        causes = session.exec(select(Outbreak.cause).order_by(col(Outbreak.id))).all()
    assert causes[0] != causes[1]
    assert {incident.cause for incident in world.incidents()} == {causes[1]}


def test_what_sites_fail_with_is_counted_together_after_the_upgrade(
    database: Database, now: datetime
) -> None:
    world = make_world(database, now, "solved")
    sites = [world.client(f"s{number}.example.com", "solved") for number in range(3)]
    for site in sites[:2]:
        world.report(saw("solved", "p1", BAD, OLD), by=site)
    assert world.incidents() == []
    with database.write() as session:
        for row in session.exec(select(Installation).where(col(Installation.fingerprint) != "")):
            said = session.exec(select(Report)).first()
            assert said is not None
            row.fingerprint = old_fingerprint("solved", said.message, said.backtrace)
    upgrade(database)
    world.report(saw("solved", "p1", BAD, NEW), by=sites[2])
    (incident,) = world.incidents()
    assert incident.failing_sites == 3
