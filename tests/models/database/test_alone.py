"""Whoever changes states does so alone, also after a part of its transaction was taken back."""

import contextlib

import sqlalchemy

from models.database.engine import Database, be_alone, is_alone

_LOCKS = sqlalchemy.text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
)


def test_a_savepoint_that_is_taken_back_leaves_nobody_believing_to_be_alone(
    database: Database,
) -> None:
    with database.write() as session:
        with contextlib.suppress(ZeroDivisionError), session.begin_nested():
            be_alone(session)
            _ = 1 / 0
        assert is_alone(session) is database.is_sqlite
        be_alone(session)
        assert is_alone(session)
        if not database.is_sqlite:
            assert session.execute(_LOCKS).scalar_one() == 1


def test_a_savepoint_that_ends_well_keeps_the_others_out(database: Database) -> None:
    with database.write() as session:
        with session.begin_nested():
            be_alone(session)
        assert is_alone(session)
        if not database.is_sqlite:
            assert session.execute(_LOCKS).scalar_one() == 1
