"""What submitted repositories say of themselves, read with the real client from a stand-in of GitHub."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from jobs.github.submissions import read_submissions
from models.database.engine import Database
from models.events.master_list import PluginSubmission, PreviewWanted
from models.people.persons import appoint
from models.queries.previews import preview
from models.record import record
from models.rules.authority import Holder, HolderKind
from models.rules.people import Actor
from models.rules.places import Place
from models.settings import Settings
from models.tables import Submission
from tests.servers.github_hub import Hub

MONA = Actor("slack", "T1", "U1", "Mona")
THEIRS = Place("slack", "U1", "Mona", is_person=True)
HEADER = "# name: kanban\n# about: A board\n"
CODE = HEADER + "\nenabled_site_setting :kanban\n# name: other\n" + "x = 1\n" * 9_000


def submit(database: Database, *names: str) -> None:
    with database.write() as session:
        record(session, [PluginSubmission(MONA, THEIRS, name) for name in names], datetime.now(UTC))


def rows(database: Database) -> list[Submission]:
    with database.read() as session:
        return list(session.exec(select(Submission).order_by(col(Submission.id))))


def test_plugin_files_and_topics_are_read(database: Database, hub: Hub, settings: Settings) -> None:
    now = datetime.now(UTC)
    hub.add("example/kanban", now, topics=["kanban", "discourse-plugin"], files={"plugin.rb": CODE})
    hub.add("example/theme", now, files={"about.json": "{}"})
    hub.add("example/many", now, files={"plugins/one/plugin.rb": "# name: one\n"})
    hub.add("example/secret", now, private=True, files={"plugin.rb": HEADER})
    names = ("kanban", "theme", "many/plugins/one", "secret", "gone")
    submit(database, *(f"example/{name}" for name in names))
    read_submissions(database, settings)
    kanban, theme, one, secret, gone = rows(database)
    assert (kanban.header, kanban.tags) == (HEADER, ["kanban", "discourse-plugin"])
    assert "no plugin.rb" in theme.problem
    assert one.header == "# name: one\n"
    assert secret.problem == gone.problem == "GitHub shows no public repository of this name."
    assert secret.header is None
    asked = len(hub.asked)
    read_submissions(database, settings)
    assert len(hub.asked) == asked


def test_a_repository_that_somebody_wants_to_see_is_read(
    database: Database, hub: Hub, settings: Settings
) -> None:
    hub.add("example/kanban", datetime.now(UTC), topics=["kanban"], files={"plugin.rb": CODE})
    with database.write() as session:
        appoint(session, [Holder("slack", "T1", HolderKind.USER, "U1")], datetime.now(UTC))
        now = datetime.now(UTC)
        seen, gone = record(
            session,
            [PreviewWanted(MONA, "example/kanban"), PreviewWanted(MONA, "example/gone")],
            now,
        )
    read_submissions(database, settings)
    with database.read() as session:
        shown, missing = preview(session, seen.number), preview(session, gone.number)
    assert shown
    assert (shown.handle, shown.tags) == ("kanban", ("kanban",))
    assert missing
    assert missing.problem == "GitHub shows no public repository of this name."
    asked = len(hub.asked)
    read_submissions(database, settings)
    assert len(hub.asked) == asked


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_github_that_does_not_answer_is_asked_again(
    database: Database, hub: Hub, settings: Settings
) -> None:
    hub.add("example/kanban", datetime.now(UTC), files={"plugin.rb": HEADER})
    submit(database, "example/kanban")
    hub.mishaps = [lambda _: (422, {}, {"message": "no"})]
    read_submissions(database, settings)
    (row,) = rows(database)
    assert row.read_at is None
    assert row.looked_at
    read_submissions(database, settings)
    assert rows(database)[0].read_at is None  # after five minutes


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_at_a_limit_the_rest_waits(database: Database, hub: Hub, settings: Settings) -> None:
    for name in ("kanban", "board", "wall"):
        hub.add(f"example/{name}", datetime.now(UTC), files={"plugin.rb": HEADER})
    submit(database, "example/kanban", "example/board", "example/wall")
    limited = (
        403,
        {"Retry-After": "600"},
        {"message": "You have exceeded a secondary rate limit."},
    )
    hub.mishaps = [lambda _: None, lambda _: None, lambda _: limited]
    read_submissions(database, settings)
    assert [row.read_at is not None for row in rows(database)] == [True, False, False]
    assert rows(database)[1].looked_at is None
    asked = len(hub.asked)
    read_submissions(database, settings)
    assert len(hub.asked) == asked
