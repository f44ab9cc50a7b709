"""Several plugins in one repository, each in a folder of its own."""

import json
from datetime import datetime

import pytest
import sqlalchemy
from sqlmodel import select

from models.database.engine import Database
from models.github import sync
from models.lookup import find_plugin
from models.metadata.listing import ListingEntry, parse_listing
from models.queries.named import named_plugins
from models.recording.github.master_list import ImportResult, import_listing
from models.rules.privacy import PUBLIC
from models.tables import Plugin, Repository
from tests.asking import ask
from tests.hub import a_repository

HOST = "discourse/discourse"
LIST = f"{HOST}/plugins/chat\n{HOST}/plugins/poll\nexample/solved\n"


def take(database: Database, now: datetime, text: str) -> ImportResult:
    listing = parse_listing(text)
    assert listing.problems == ()
    with database.write() as session:
        return import_listing(session, listing.entries, now)


@pytest.mark.parametrize(
    ("line", "repository", "path"),
    [
        ("example/solved", "example/solved", ""),
        ("example/many/plugins/a", "example/many", "plugins/a"),
        ("example/many/a/", "example/many", "a"),
        ("https://github.com/example/many/tree/main/plugins/a", "example/many", "plugins/a"),
        ("https://github.com/example/many/tree/main", "example/many", ""),
        ("https://github.com/example/many/issues/5", "example/many", ""),
        ("github.com/example/many", "example/many", ""),
        ('[{"repo": "example/many", "path": "plugins/a"}]', "example/many", "plugins/a"),
        ('[{"repo": "example/many/plugins/a"}]', "example/many", "plugins/a"),
    ],
)
def test_a_folder_is_named_behind_its_repository(line: str, repository: str, path: str) -> None:
    assert parse_listing(line).entries == (ListingEntry(repository, path=path),)


@pytest.mark.parametrize("path", ["../x", "a/../b", "/a", "a//b", "a b", ".", "x" * 201, 7, ["a"]])
def test_what_is_no_folder_is_named(path: object) -> None:
    listing = parse_listing(json.dumps([{"repo": "example/many", "path": path}]))
    assert listing.entries == ()
    assert "`path` must be a folder of the repository" in listing.problems[0]


def test_each_folder_is_a_plugin(database: Database, now: datetime) -> None:
    assert take(database, now, LIST).added == ["chat", "poll", "solved"]
    assert take(database, now, LIST).unchanged == ["chat", "poll", "solved"]
    header = "# name: chat\n# about: Talk\n"
    named = json.dumps([{"repo": HOST, "path": "plugins/chat", "header": header}])
    assert take(database, now, named).updated == ["chat"]
    with database.read() as session:
        rows = {row.handle: row for row in session.exec(select(Plugin))}
    assert (rows["chat"].repository, rows["chat"].path) == (HOST, "plugins/chat")
    assert rows["chat"].about == "Talk"
    assert rows["poll"].about is None


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ("chat", "chat"),
        (f"{HOST}/plugins/poll", "poll"),
        (f"https://github.com/{HOST}/tree/main/plugins/chat", "chat"),
        (f"<https://github.com/{HOST}/tree/main/plugins/chat/>", "chat"),
        (f"{HOST}/plugins/other", None),
        (HOST, None),  # which of them is meant?
        ("example/solved", "solved"),
    ],
)
def test_they_are_found_by_their_folders(
    database: Database, now: datetime, named: str, found: str | None
) -> None:
    take(database, now, LIST)
    with database.read() as session:
        plugin = find_plugin(session, named)
        assert (plugin.handle if plugin else None) == found


FOLDERS = {
    f"{HOST}/plugins/poll": "poll",
    f"https://github.com/{HOST}/tree/main/plugins/chat": "chat",
    f"<https://github.com/{HOST.upper()}/tree/main/plugins/chat/>": "chat",
    "example/solved": "solved",
    f"{HOST}/plugins/other": None,
    f"{HOST}/plugins": None,
    "example/solved/plugins/poll": "solved",
}


def test_many_are_found_at_once_with_as_many_statements(database: Database, now: datetime) -> None:
    take(database, now, LIST)
    few: dict[str, str | None] = {f"{HOST}/plugins/poll": "poll"}
    many = FOLDERS | {f"x/y/z{number}": None for number in range(100)}
    assert _statements(database, few) == _statements(database, many)


def _statements(database: Database, names: dict[str, str | None]) -> int:
    """How many it takes to find what these names mean."""
    statements: list[str] = []
    listen = ("before_cursor_execute", lambda *said: statements.append(said[2]))
    with database.read() as session:
        sqlalchemy.event.listen(session.get_bind(), *listen)
        found = named_plugins(session, names, PUBLIC)
        sqlalchemy.event.remove(session.get_bind(), *listen)
        handles = {name: session.get_one(Plugin, found[name]).handle for name in found}
    assert {name: handles.get(name) for name in names} == names
    return len(statements)


def test_none_follows_the_repository_that_all_of_them_share(
    database: Database, now: datetime
) -> None:
    """Its issues and its CI are of all of them, and of Discourse's they are thousands."""
    with database.write() as session:
        session.add(Repository(**a_repository().model_dump() | {"full_name": HOST}))
    take(database, now, LIST)
    with database.read() as session:
        assert sync.unfound(session, sync.HEARD, now) == ["example/solved"]
        assert {row.repository_id for row in session.exec(select(Plugin))} == {None}


def test_answers_lead_to_the_folder_and_to_no_form_for_issues(
    database: Database, now: datetime
) -> None:
    take(database, now, LIST)
    said = str(ask(database, "info chat", now))
    assert f"https://github.com/{HOST}/tree/HEAD/plugins/chat" in said
    assert f"{HOST}/plugins/chat" in said
