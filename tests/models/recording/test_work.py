"""What a report costs does not grow with all that is known: counted in steps of SQLite's own machine."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from models.database.engine import Database
from models.events import GuardReport
from models.record import record
from tests.world import BAD, GOOD, World, make_world, saw

# Letters, for digits are left out of a fingerprint.
HANDLES = [f"plugin-{letter}" for letter in "abcdefghijklmnop"]
BRANCHES = 100
BROKEN = 25  # of these
STEPS_AT_ONCE = 10
MOST_GROWTH = 1.5


def steps(world: World, reports: Sequence[GuardReport]) -> int:
    """How many steps SQLite takes to record these."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += STEPS_AT_ONCE
        return 0

    with world.database.write() as session:
        driver = session.connection().connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            pytest.skip("PostgreSQL counts no steps")
        driver.set_progress_handler(count, STEPS_AT_ONCE)
        record(session, reports, world.now)
        session.flush()
        driver.set_progress_handler(None, 0)
    return taken


def rows(world: World, reports: Sequence[GuardReport]) -> int:
    """How many rows SQLite's driver reads to record these, one after the other."""
    read = 0

    def count(_: sqlite3.Cursor, row: tuple[object, ...]) -> tuple[object, ...]:
        nonlocal read
        read += 1
        return row

    with world.database.write() as session:
        driver = session.connection().connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            pytest.skip("PostgreSQL's driver keeps the lock")
        driver.row_factory = count
        record(session, reports, world.now)
        session.flush()
        driver.row_factory = None
    return read


def a_round(
    world: World, host: str, *, well: bool = True, branch: str = "main", words: str = "A"
) -> GuardReport:
    """One report on all plugins at their first commit, which are well, or fail in words of their own."""
    lines = [
        saw(handle, "1", GOOD, branch=branch)
        if well
        else saw(handle, "1", BAD, f"NameError: uninitialized constant {words}{handle[-1]}", branch)
        for handle in HANDLES
    ]
    return world.a_report(*lines, host=host)


def three_rounds(world: World, host: str) -> list[int]:
    """What it costs that all is as it was, that all breaks with the host, and that all is well again."""
    return [
        steps(world, [a_round(world, host)]),
        steps(world, [a_round(world, f"{host}, bad", well=False)]),
        steps(world, [a_round(world, f"{host}, good")]),
    ]


def test_a_report_costs_as_much_when_a_hundred_branches_of_each_plugin_are_known(
    database: Database, now: datetime
) -> None:
    world = make_world(database, now, *HANDLES)
    world.record(a_round(world, "h1"))
    few = three_rounds(world, "h1")
    for n in range(BRANCHES):
        world.record(
            a_round(
                world, "h2", well=n > BROKEN, branch=f"branch-{n}", words=f"B{chr(97 + n % 26)}"
            )
        )
    world.now += timedelta(hours=2)  # what was told within the hour is counted
    world.record(a_round(world, "h3"))
    many = three_rounds(world, "h3")
    for before, after in zip(few, many, strict=True):
        assert after < MOST_GROWTH * before, (few, many)


def test_what_fails_alike_is_read_in_one_row_however_much_it_is(
    database: Database, now: datetime
) -> None:
    # SQLite's driver lets go of the interpreter's lock at each row, and waits for all other threads to take it again.
    world = make_world(database, now, *HANDLES)
    world.record(a_round(world, "h1"))
    few = rows(world, [a_round(world, "h2", well=False, branch="b", words="C")])
    for n in range(BROKEN):
        world.record(a_round(world, "h2", well=False, branch=f"branch-{n}", words="C"))
    world.now += timedelta(hours=2)
    many = rows(world, [a_round(world, "h2", well=False, branch="d", words="C")])
    assert many < few + BROKEN, (few, many)
