"""Every migration goes down and up again with rows in every table, and loses only what it says."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlmodel import select

from models.database import migrate, schema_steps
from models.database.engine import Database
from models.edits import edit
from models.queries.searching import PluginSearch, plugins_found
from models.rules.ecosystems import Ecosystem
from models.tables import (
    Artefact,
    CanaryRun,
    MasterListLine,
    Plugin,
    RepositoryOwner,
    StatisticDay,
)
from tests.hub import a_repository
from tests.world import a_plugin

SCRIPTS = ScriptDirectory.from_config(schema_steps.config())
UP, DOWN = SCRIPTS._upgrade_revs, SCRIPTS._downgrade_revs
STEPS = [step.revision for step in SCRIPTS.walk_revisions()]
# Words by which migrations tell rows apart: of each the first and the second row have one.
WORDS: dict[tuple[str, str], list[Any]] = {
    ("artefact", "kind"): ["trace", "screenshot"],
    ("canary_run", "key_id"): [None, 100],
    ("outbox", "action"): ["close", "post"],
    ("source_incident", "source"): ["canary", "canary"],
    ("source_incident", "trouble"): ["failing", "silent"],
    ("subscription", "host_branch"): ["", "stable"],
    ("subscription", "tag"): ["official", ""],
    ("subscription", "topics"): [["broken", "releases"], ["fixed"]],
}
# What a version that knows less cannot hold, and so is gone when it is gone back to.
LOST = {
    "0002": {"destination", "subscription", "outbox", "message_reference"},
    "0005": {"subscription"},
    "0008": {"outbox"},
    "0009": {"source_incident"},
    "0010": {"artefact", "canary_run"},
    "0018": {"closed_platform"},
    "0055": {"card_decoration"},
}


@pytest.fixture
def cluttered(database: Database) -> Database:
    """A migrated database with rows in every table."""
    fill(database)
    return database


def test_every_step_down_up_and_down_with_data(cluttered: Database) -> None:
    for revision in STEPS:
        before = counts(cluttered)
        _go(cluttered, DOWN, "-1")
        below = counts(cluttered)
        fewer = {table for table, rows in below.items() if rows < before.get(table, 0)}
        assert fewer <= LOST.get(revision, set()), revision
        _go(cluttered, UP, revision)
        after = counts(cluttered)
        assert set(after) == set(before)
        kept = (before.keys() & below.keys()) - fewer - LOST.get(revision, set())
        assert {table: after[table] for table in kept} == {
            table: before[table] for table in kept
        }, revision
        _go(cluttered, DOWN, "-1")
    migrate.migrate(cluttered)
    assert not migrate.pending(cluttered)


def test_all_the_way_down_and_up_again_with_data(cluttered: Database) -> None:
    migrate.downgrade(cluttered)
    migrate.migrate(cluttered)
    assert not migrate.pending(cluttered)


def test_of_runs_with_one_name_the_newest_is_left_where_names_are_everyone_s(
    database: Database,
) -> None:
    now = datetime(2026, 3, 14, tzinfo=UTC)
    with database.write() as session:
        for day, server in enumerate(("stable.example.com", "beta.example.com")):
            at = now + timedelta(days=day)
            session.add(
                CanaryRun(server=server, run_id="r1", host_branch="b", host_sha="c", started_at=at)
            )
            session.flush()
            session.add(
                Artefact(server=server, run_id="r1", kind="console-log", content=b"x", stored_at=at)
            )
    _go(database, DOWN, "0016")
    assert (counts(database)["canary_run"], counts(database)["artefact"]) == (1, 1)
    migrate.migrate(database)
    with database.read() as session:
        assert (
            session.exec(select(CanaryRun.server)).all()
            == session.exec(select(Artefact.server)).all()
        )
        assert session.exec(select(Artefact.server)).one() == "beta.example.com"


def test_what_people_said_of_a_plugin_gives_way_to_its_repository_once_nobody_can_take_it_back(
    database: Database,
) -> None:
    plugin = a_plugin("solved", datetime(2026, 3, 14, tzinfo=UTC))
    plugin.about, plugin.tags = "By its repository", ["official"]
    edit(plugin, "about", "By people")
    edit(plugin, "tags", ["chat"])
    with database.write() as session:
        session.add(plugin)
    _go(database, DOWN, "0072")
    migrate.migrate(database)
    with database.read() as session:
        found = session.exec(select(Plugin)).one()
    assert (found.about, found.tags, found.edited) == ("By its repository", ["official"], {})


def test_what_plugins_and_owners_said_before_is_searched(database: Database) -> None:
    now = datetime(2026, 3, 14, tzinfo=UTC)
    plugin = a_plugin("solved", now)
    plugin.about, plugin.repository, plugin.repository_id = "Zeigt GRÖẞEN", "Ann/solved", 7
    with database.write() as session:
        session.add_all((plugin, a_plugin("other", now)))
        session.add(a_repository(github_id=7, full_name="Ann/solved"))
        session.add(RepositoryOwner(login_key="ann", description="Baut ÜBERALL"))
    _go(database, DOWN, "0076")
    migrate.migrate(database)
    with database.read() as session:
        for text in ("größen", "überall"):
            search = PluginSearch("stable", text)
            found = plugins_found(session, now, Ecosystem.DISCOURSE, search, slice(0, 9))
            assert found == (["solved"], 1)


def test_sites_that_were_counted_before_are_in_the_list(database: Database) -> None:
    day = date(2026, 3, 14)
    with database.write() as session:
        session.add(a_plugin("solved", datetime(2026, 3, 14, tzinfo=UTC)))
        session.flush()
        for ago, keyed, sites in ((0, True, 3), (0, False, 9), (1, True, 4)):
            version = {"host_branch": "", "plugin_branch": "", "plugin_sha": ""}
            counted = day - timedelta(days=ago)
            session.add(StatisticDay(day=counted, plugin_id=1, keyed=keyed, sites=sites, **version))
    _go(database, DOWN, "0082")
    migrate.migrate(database)
    with database.read() as session:
        line = session.exec(select(MasterListLine)).one()
    assert (line.keyed_sites, line.told_sites) == (3, 9)


def test_what_plugins_were_sorted_by_before_is_in_the_list(database: Database) -> None:
    now = datetime(2026, 3, 14, tzinfo=UTC)
    plugin = a_plugin("solved", now)
    plugin.repository, plugin.tags = "Ann/solved", ["chat", "Größer"]
    with database.write() as session:
        session.add_all((plugin, a_plugin("voting", now)))
    _go(database, DOWN, "0084")
    migrate.migrate(database)
    with database.read() as session:
        lines = session.exec(select(MasterListLine).order_by(MasterListLine.handle)).all()
    assert [(line.owner, line.updated_at, line.spelt_tags) for line in lines] == [
        ("ann", now, "\x1echat\x1e\x1f\x1eGrößer\x1e"),
        ("example", now, ""),
    ]


def test_purposes_that_name_a_status_are_found_as_before(database: Database) -> None:
    now = datetime(2026, 3, 14, tzinfo=UTC)
    plugin = a_plugin("solved", now)
    plugin.about = "Finds BROKEN links"
    with database.write() as session:
        session.add_all((plugin, a_plugin("voting", now)))
    _go(database, DOWN, "0086")
    migrate.migrate(database)
    with database.read() as session:
        search = PluginSearch("stable", "broken")
        found = plugins_found(session, now, Ecosystem.DISCOURSE, search, slice(0, 9))
    assert found == (["solved"], 1)


def _go(database: Database, way: Callable[..., Any], to: str) -> None:
    """As alembic's commands do it, which would read the files of all migrations anew at each step."""
    with migrate._alone(database) as connection:
        config = schema_steps.config(connection)
        with EnvironmentContext(config, SCRIPTS, fn=lambda revision, _: way(to, revision)):
            SCRIPTS.run_env()


def fill(database: Database) -> None:
    """Two rows in every table, the first of which hang on what a migration put there, if anything."""
    tables = _tables(database)
    with database.engine.execution_options(writes=True).begin() as connection:
        standing = {
            table.name: connection.execute(sqlalchemy.select(table)).mappings().first()
            for table in tables
        }
        for table in tables:
            for place in (0, 1):
                row = {
                    column.name: _value(column, place, standing)
                    for column in table.columns
                    if not column.computed
                }
                connection.execute(table.insert().values(row))


def counts(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.engine.connect() as connection:
        names = sorted({*sqlalchemy.inspect(connection).get_table_names()} - {"alembic_version"})
        each = (f"SELECT '{name}', count(*) FROM \"{name}\"" for name in names)
        rows = connection.exec_driver_sql(" UNION ALL ".join(each)).all() if names else ()
        return {str(name): int(count) for name, count in rows}


def _tables(database: Database) -> list[sqlalchemy.Table]:
    found = sqlalchemy.MetaData()
    found.reflect(database.engine)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _value(column: sqlalchemy.Column[Any], place: int, standing: Mapping[str, Any]) -> Any:
    """A value of the column's type, another one in each row; a reference leads to the row of the same place."""
    if words := WORDS.get((column.table.name, column.name)):
        return words[place]
    for key in column.foreign_keys:
        target = key.column
        if target.table is column.table:
            return None
        first = standing[target.table.name]
        return first[target.name] if first and place == 0 else _value(target, place, {})
    return next(
        (make(place) for kind, make in _MADE.items() if isinstance(column.type, kind)),
        f"{column.name}-{place}",
    )


_MADE: dict[type[Any], Callable[[int], Any]] = {
    sqlalchemy.Boolean: lambda place: place == 1,
    sqlalchemy.Integer: lambda place: 100 + place,
    sqlalchemy.Date: lambda place: date(2026, 3, 14 + place),
    sqlalchemy.DateTime: lambda place: datetime(2026, 3, 14 + place, tzinfo=UTC),
    sqlalchemy.JSON: lambda _: ["one"],
    sqlalchemy.LargeBinary: lambda _: b"bytes",
    sqlalchemy.Float: lambda _: 1.5,
}
