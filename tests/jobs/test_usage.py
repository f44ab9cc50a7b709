"""On how many sites a version of a plugin runs, by day."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import col, delete, select

from jobs.usage import count_installations
from models.database.engine import Database
from models.events.statistics import Statistics, Usage
from models.operating import usage
from models.queries.plugins import plugin_lines
from models.tables import Statistic, StatisticDay
from tests.world import GOOD, World, make_world, saw

NOW = datetime.now(UTC)


def told(world: World, host: str, sha: str, days_ago: float = 0) -> None:
    world.now = NOW - timedelta(days=days_ago)
    world.record(Statistics(host, "stable", "c0", (Usage("solved", "main", sha),)))


def counted(world: World) -> dict[tuple[bool, str, str, str], int]:
    count_installations(world.database)
    with world.database.read() as session:
        rows = session.exec(select(StatisticDay).order_by(col(StatisticDay.sites))).all()
    assert {row.day for row in rows} <= {NOW.date(), datetime.now(UTC).date()}
    return {
        (row.keyed, row.host_branch, row.plugin_branch, row.plugin_sha): row.sites for row in rows
    }


def test_sites_are_counted_by_their_newest_word(database: Database) -> None:
    world = make_world(database, NOW - timedelta(days=9), "solved")
    told(world, "gone.example.com", "p1", days_ago=4)
    told(world, "a.example.com", "p1", days_ago=1)
    told(world, "b.example.com", "p1")
    told(world, "a.example.com", "p2")
    told(world, "c.example.com", "p2")
    assert counted(world) == {
        (False, "stable", "main", "p1"): 1,
        (False, "stable", "main", "p2"): 2,
    }
    told(world, "b.example.com", "p2")
    assert counted(world) == {(False, "stable", "main", "p2"): 3}


def test_sites_with_a_key_are_counted_apart(database: Database) -> None:
    world = make_world(database, NOW - timedelta(hours=1), "solved")
    told(world, "a.example.com", "p1")
    world.now = NOW - timedelta(minutes=30)
    reporter = world.client("a.example.com", "solved")
    world.client("new.example.com", "solved")
    world.report(saw("solved", "p1", GOOD), by=reporter, branch="stable")
    world.report(saw("solved", "p9", GOOD))  # a canary server is nobody's installation
    assert counted(world) == {
        (False, "stable", "main", "p1"): 1,
        (True, "stable", "main", "p1"): 1,
        (True, "", "", ""): 1,
    }
    assert _in_the_list(world) == (2, 1)
    world.now = NOW
    with world.database.write() as session:
        session.exec(delete(Statistic))
    counted(world)
    assert _in_the_list(world) == (2, 0)


def _in_the_list(world: World) -> tuple[int, int]:
    with world.database.read() as session:
        [line] = plugin_lines(session, NOW)
    return line.sites.keyed, line.sites.told


def test_invented_versions_are_one_row(database: Database) -> None:
    world = make_world(database, NOW, "solved")
    for n in range(usage.MOST_VERSIONS + 20):
        told(world, f"h{n}.example.com", f"p{n}")
    for n in range(3):
        told(world, f"real{n}.example.com", "real")
    found = counted(world)
    assert len(found) == usage.MOST_VERSIONS + 1
    assert found[False, "stable", "main", "real"] == 3
    assert found[False, "", "", ""] == 21


def test_a_day_is_stored_whatever_its_number_of_rows(database: Database) -> None:
    world = make_world(database, NOW, *(f"p{n}" for n in range(600)))
    world.record(
        Statistics(
            "a.example.com", "stable", "c0", tuple(Usage(f"p{n}", "main", "x") for n in range(600))
        )
    )
    count_installations(world.database)
    with world.database.read() as session:
        assert len(session.exec(select(StatisticDay.day)).all()) == 600
        assert all(isinstance(day, date) for day in session.exec(select(StatisticDay.day)))
