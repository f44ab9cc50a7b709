"""What extensions draw: found again however the database sorts, by an index, and drawn again by a few calls at once."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy
from sqlmodel import col, update

from models.database.engine import Database
from models.database.migrate import migrate
from models.extensions import calls
from models.extensions.drawn import PAGE, PANEL, Drawable, drawn, have_drawn, stale, wanting
from models.messages.message import Message
from models.tables import RealmCall
from tests.postgresql import Server

MINUTE = timedelta(minutes=1)
TICKETS = Drawable("acmejira", PAGE, "tickets", "Tickets", "page", MINUTE)
ON_PLUGIN = Drawable("acmejira", PANEL, "plugin.Ä", "Ä", "panel", MINUTE, about=("plugin", "foo"))
ON_INCIDENT = replace(ON_PLUGIN, name="incident.Ä", about=("incident", 1))
ALL = (TICKETS, ON_PLUGIN, ON_INCIDENT)


def pages(number: int) -> list[Drawable]:
    return [replace(TICKETS, name=f"page{each}") for each in range(number)]


def answer(database: Database, words: str) -> None:
    with database.write() as session:
        session.exec(update(RealmCall).values(answer=words, ended_at=col(RealmCall.asked_at)))


def draw(database: Database, now: datetime, *whats: Drawable) -> int:
    with database.write() as session:
        return have_drawn(session, whats, now)


@pytest.fixture
def in_english(postgresql: Server) -> Iterator[Database]:
    """A database that sorts as English does, where this PostgreSQL knows how: signs come before digits."""
    address = urlsplit(postgresql.url)
    url = address._replace(path=f"/pluginwatch_test_{uuid4().hex[:12]}").geturl()
    order = " LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'"
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_collation WHERE collprovider = 'i'").fetchone()
        name = urlsplit(url).path.removeprefix("/")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0{order if found else ''}")  # type: ignore[arg-type] # made here
    with closing(Database(url)) as database:
        migrate(database)
        yield database
    postgresql.drop(url)


def test_what_was_drawn_is_found_where_signs_come_before_digits(
    in_english: Database, now: datetime
) -> None:
    assert draw(in_english, now, *ALL) == 3
    assert draw(in_english, now + MINUTE, *pages(30)) == 17, "three wait already"
    answer(in_english, Message("There").to_json())
    with in_english.read() as session:
        assert [drawn(session, each) for each in ALL] == [Message("There")] * 3
        assert drawn(session, replace(ON_PLUGIN, about=("plugin", "fo"))) is None
        assert stale(session, ALL, now) == []


def test_what_a_process_left_behind_takes_no_place(database: Database, now: datetime) -> None:
    assert draw(database, now, *pages(30)) == 20
    assert draw(database, now + MINUTE, TICKETS) == 0
    with database.write() as session:
        assert len(calls.claim(session, "of one that dies", now)) == 20
    assert draw(database, now + timedelta(minutes=6), TICKETS) == 1


def test_what_is_about_one_of_many_leaves_places_to_what_everybody_sees(
    database: Database, now: datetime
) -> None:
    many = [replace(ON_PLUGIN, about=("plugin", f"p{each}")) for each in range(30)]
    assert draw(database, now, *many) == 15
    with database.read() as session:
        assert wanting(session, [many[20], TICKETS], now) == [TICKETS]
    assert draw(database, now, *many[15:], *pages(30)) == 5
    with database.read() as session:
        assert wanting(session, [TICKETS], now) == []


def test_what_cannot_be_read_is_not_shown(database: Database, now: datetime) -> None:
    draw(database, now, TICKETS)
    answer(database, '{"of": "a later version"}')
    with database.read() as session:
        assert drawn(session, TICKETS) is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_calls_are_found_by_their_index(database: Database, now: datetime) -> None:
    """PostgreSQL reads a table that is so small as a whole; it knows the same index."""
    asked: list[tuple[str, object]] = []

    def note(*given: object) -> None:
        _, _, sql, values, *_ = given
        if isinstance(sql, str) and sql.startswith("SELECT") and "realm_call" in sql:
            asked.append((sql, values))

    sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", note)
    try:
        draw(database, now, TICKETS)
        with database.read() as session:
            drawn(session, TICKETS)
            calls.answer_to(session, "acmejira", "send:1")
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "before_cursor_execute", note)
    assert len(asked) >= 5
    with database.read() as session:
        connection = session.connection()
        for sql, values in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()  # type: ignore[arg-type] # as it was run
            assert "USING INDEX realm_call_of_event" in str(plan), sql
