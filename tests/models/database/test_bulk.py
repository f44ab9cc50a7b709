"""Statements for many rows: values and times on both databases, what the session holds, and what comes back."""

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from models.database import bound, bulk
from models.database.engine import Database, DatabaseTrouble
from models.tables import Destination, Workspace

_ECHO = """
SELECT id, name, yes, weight
FROM {rows(place int, id int, name text, yes boolean, weight float)} r ORDER BY place
"""
_ADDRESSES = "SELECT address FROM destination WHERE platform = :platform ORDER BY address"
_WORKSPACES = "SELECT workspace FROM workspace WHERE platform = :platform ORDER BY workspace"
_BEGIN = "INSERT INTO workspace (platform, workspace, admitted_at) VALUES ('test', :name, CURRENT_TIMESTAMP)"
_MOVE = "UPDATE workspace SET workspace = :to WHERE platform = 'test'"


class Kind(StrEnum):
    """A word of ours."""

    ONE = "one"


class Pair(NamedTuple):
    """A row of ours."""

    id: int
    name: str


ROW = st.tuples(
    st.none() | st.integers(-(2**31), 2**31 - 1),
    st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    st.none() | st.booleans(),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
)


@given(st.lists(ROW, min_size=1, max_size=5))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_rows_arrive_as_they_were(database: Database, rows: list[tuple[object, ...]]) -> None:
    with database.read() as session:
        found = bulk.run(session, _ECHO, [(place, *row) for place, row in enumerate(rows)])
    assert [tuple(row) for row in found] == rows


@pytest.mark.parametrize("number", [1, 16, 17, 256, 300])
def test_rows_that_are_bound_are_the_same_as_those_in_json(database: Database, number: int) -> None:
    sql = """
    SELECT r.id, r.name, :more FROM {rows(id int, name text)} r WHERE r.id <> :other AND r.name <> :more ORDER BY r.id
    """
    rows = [(n, f"name {n}") for n in range(number)]
    with database.read() as session:
        found = bound.run(session, sql, rows, other=7, more="name 3")
    assert [tuple(row) for row in found] == [
        (*row, "name 3") for row in rows if row[0] not in {3, 7}
    ]


def test_named_tuples_words_and_further_lists_travel(database: Database) -> None:
    sql = """
    SELECT r.name, m.name FROM {rows(id int, name text)} r JOIN {more(id int, name text)} m ON m.id = r.id
    """
    with database.read() as session:
        found = bulk.run(session, sql, [Pair(1, Kind.ONE), Pair(2, "two")], more=[(2, "second")])
    assert [tuple(row) for row in found] == [("two", "second")]


def test_each_text_of_a_list_that_a_row_brings_is_joined(database: Database) -> None:
    sql = """
    SELECT r.place, e.value FROM {rows(place int, names jsonb)} r {element e of r.names} ORDER BY r.place, e.value
    """
    with database.read() as session:
        found = bulk.run(session, sql, [(1, ["b: c", 'a "d"']), (2, []), (3, ["e"])])
    assert [tuple(row) for row in found] == [(1, 'a "d"'), (1, "b: c"), (3, "e")]


@pytest.mark.parametrize(
    "form", ["{amongst SELECT 1}", "{among SELECT 1", "{each site s}", "{row(id int)"]
)
def test_a_form_that_is_misspelt_is_an_error_and_no_endless_search(
    database: Database, form: str
) -> None:
    with database.read() as session, pytest.raises(ValueError, match="misspelt or not closed"):
        bulk.run(session, f"SELECT 1 WHERE 1 {form}", [(1,)])


def test_a_value_that_is_named_twice_is_the_same_and_signs_of_per_cent_are_letters(
    database: Database,
) -> None:
    sql = (
        "SELECT name FROM {rows(name text)} r WHERE name = :this OR name LIKE '%' || :this || '%s'"
    )
    with database.read() as session:
        found = bulk.run(session, sql, [("a",), ("bas",), ("b",)], this="a")
    assert [name for (name,) in found] == ["a", "bas"]


def test_a_time_is_stored_as_the_same_moment(database: Database, now: datetime) -> None:
    east = now.astimezone(timezone(timedelta(hours=9)))
    with database.write() as session:
        bulk.run(
            session,
            "INSERT INTO workspace (platform, workspace, admitted_at) VALUES ('x', 'y', :at)",
            at=east,
        )
        assert session.exec(select(Workspace.admitted_at)).one().astimezone(UTC) == now


def test_what_the_session_holds_is_seen(database: Database) -> None:
    with database.write() as session:
        session.add(Destination(platform="test", address="a", name="new"))
        assert [row[0] for row in bulk.run(session, _ADDRESSES, platform="test")] == ["a"]
        held = session.exec(select(Destination).where(Destination.platform == "test")).one()
        held.address = "b"
        asked = {"found": ("address", _ADDRESSES)}
        assert bulk.fetch(session, asked, platform="test") == {"found": [["b"]]}
        session.delete(held)
        assert list(bulk.run(session, _ADDRESSES, platform="test")) == []


def test_what_the_session_holds_is_written_before_a_pipeline(database: Database) -> None:
    with database.write() as session:
        session.add(Destination(platform="test", address="a", name="new"))
        with bulk.pipelined(session):
            bulk.run(
                session,
                "UPDATE destination SET address = 'b' WHERE platform = :platform",
                platform="test",
            )
        assert [row[0] for row in bulk.run(session, _ADDRESSES, platform="test")] == ["b"]


def test_what_waits_for_the_next_statement_is_done_before_it(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        session.add(Workspace(platform="test", workspace="a", admitted_at=now))
        with bulk.pipelined(session, into_next=True):
            bulk.run(session, _MOVE, to="b")
        assert [row[0] for row in bulk.run(session, _WORKSPACES, platform="test")] == ["b"]
        with bulk.pipelined(session, into_next=True):
            bulk.run(session, _MOVE, to="c")
        moved = select(Workspace.workspace).where(Workspace.platform == "test")
        assert session.exec(moved).all() == ["c"]
        with bulk.pipelined(session, into_next=True):
            bulk.run(session, _MOVE, to="d")
        with bulk.pipelined(session, into_next=True):
            bulk.run(session, _MOVE, to="e")
    with database.read() as session:
        assert [row[0] for row in bulk.run(session, _WORKSPACES, platform="test")] == ["e"]


def test_what_a_transaction_begins_with_may_wait_for_its_commit(database: Database) -> None:
    with database.write() as session, bulk.pipelined(session, into_next=True):
        bulk.run(session, _BEGIN, name="first")
        bulk.run(session, _MOVE, to="b")
    with database.read() as session:
        assert [row[0] for row in bulk.run(session, _WORKSPACES, platform="test")] == ["b"]


@pytest.mark.parametrize("ending", ["commit", "statement", "raise"])
def test_what_waits_and_fails_takes_all_back(database: Database, ending: str) -> None:
    with pytest.raises((*DatabaseTrouble, LookupError)), database.write() as session:  # noqa: PT012 - whichever ends it
        bulk.run(session, _BEGIN, name="first")
        with bulk.pipelined(session, into_next=True):
            bulk.run(session, _BEGIN, name=None)
            bulk.run(session, _MOVE, to="b")
        if ending == "statement":
            bulk.run(session, _WORKSPACES, platform="test")
        if ending == "raise":
            raise LookupError
    with database.write() as session:
        assert list(bulk.run(session, _WORKSPACES, platform="test")) == []
        bulk.run(session, _BEGIN, name="second")
    with database.read() as session:
        assert len(bulk.run(session, _WORKSPACES, platform="test")) == 1


def test_what_waits_and_fails_in_a_savepoint_spoils_nothing_before_it(database: Database) -> None:
    with database.write() as session:
        bulk.run(session, _BEGIN, name="first")
        with (
            pytest.raises(Exception, match=r"(?i)null"),
            session.begin_nested(),
            bulk.pipelined(session, into_next=True),
        ):
            bulk.run(session, _BEGIN, name=None)
        bulk.run(session, _MOVE, to="b")
    with database.read() as session:
        assert [row[0] for row in bulk.run(session, _WORKSPACES, platform="test")] == ["b"]


def test_rows_of_several_questions_are_bound_to_each_by_its_name(database: Database) -> None:
    asked = {
        "added": ("sum", "SELECT r.id + :more AS sum FROM {added(id int)} r"),
        "known": ("name", "SELECT r.name FROM {known(name text)} r WHERE r.name <> 'b'"),
    }
    with database.read() as session:
        both = bound.fetch(session, asked, added=[(1,), (2,)], known=[("a",), ("b",)], more=1)
        one = bound.fetch(session, asked, added=[], known=[("c",)], more=1)
    assert {name: sorted(map(list, rows)) for name, rows in both.items()} == {
        "added": [[2], [3]],
        "known": [["a"]],
    }
    assert {name: list(map(list, rows)) for name, rows in one.items()} == {
        "added": [],
        "known": [["c"]],
    }


def test_several_questions_are_asked_at_once_and_nothing_found_is_an_empty_list(
    database: Database,
) -> None:
    asked = {
        "rooms": (
            "name, is_person",
            "SELECT name, is_person FROM destination WHERE platform = :platform",
        ),
        "none": ("name", "SELECT name FROM named WHERE name = 'nobody'"),
    }
    common = "WITH named AS (SELECT name FROM destination)"
    with database.write() as session:
        session.add(Destination(platform="test", address="a", name="one"))
        found = bulk.fetch(session, asked, common, platform="test")
    assert [[name, bool(person)] for name, person in found["rooms"]] == [["one", False]]
    assert found["none"] == []


def test_a_mistake_is_the_drivers_error_and_spoils_nothing_before_the_savepoint(
    database: Database,
) -> None:
    with database.write() as session:
        session.add(Destination(platform="test", address="a", name="one"))
        with pytest.raises(Exception, match="nothing"), session.begin_nested():
            bulk.run(session, "SELECT * FROM nothing_of_this_name")
        assert len(bulk.run(session, _ADDRESSES, platform="test")) == 1


def test_what_another_question_tells_is_asked_for_by_the_index(database: Database) -> None:
    sql = """
    SELECT name FROM destination WHERE id {among
        SELECT d.id FROM destination d WHERE d.name {among SELECT r.name FROM {rows(name text)} r}}
    """
    with database.write() as session:
        session.add_all(
            Destination(platform="test", address=name, name=name)
            for name in ("one", "two", "three")
        )
        found = bulk.run(session, sql, [("one",), ("three",), ("nobody",)])
    assert sorted(row[0] for row in found) == ["one", "three"]
