"""Migrations: the same schema as the tables declare, up and down, whole or not at all."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import SQLModel, col, select

import models.database.migrate
from models.database.engine import Database
from models.database.migrate import MigrationError, downgrade, migrate, pending
from models.database.schema_steps import config
from models.queries.list_pages import tag_counts
from models.tables import (
    Destination,
    MasterListLine,
    Plugin,
    SourceVerdict,
    Statistic,
    Subscription,
)
from tests.models.database.migrations import add_migration
from tests.world import a_plugin


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Database]:
    with closing(Database(empty_database_url)) as database:
        yield database


# What a column is reckoned from is worded by each database in its own way; the tests of the outbox's order try it.
@pytest.mark.filterwarnings("ignore:Computed default on outbox.queue cannot be modified")
def test_migrations_make_the_schema_that_the_tables_declare(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_constraints_and_indexes_are_named_as_declared(database: Database) -> None:
    inspector = sqlalchemy.inspect(database.engine)
    for table in SQLModel.metadata.sorted_tables:
        declared = {constraint.name for constraint in table.constraints} | {
            index.name for index in table.indexes
        }
        if database.is_sqlite and table.dialect_options["sqlite"]["autoincrement"]:
            # SQLite takes AUTOINCREMENT only inside the column, where a primary key has no name.
            declared = (declared - {table.primary_key.name}) | {None}
        assert declared == _names(inspector, table.name)


def _names(inspector: sqlalchemy.Inspector, table: str) -> set[str | None]:
    unique = {found["name"] for found in inspector.get_unique_constraints(table)}
    foreign = {found["name"] for found in inspector.get_foreign_keys(table)}
    indexes = {
        found["name"]
        for found in inspector.get_indexes(table)
        if "duplicates_constraint" not in found
    }
    return unique | foreign | indexes | {inspector.get_pk_constraint(table)["name"]}


def test_up_down_and_up_again(empty: Database) -> None:
    assert pending(empty)
    migrate(empty)
    assert not pending(empty)
    first = _tables(empty)
    downgrade(empty)
    assert pending(empty)
    assert _tables(empty) == {"alembic_version"}
    migrate(empty)
    assert _tables(empty) == first


def test_migrating_a_current_schema_changes_nothing(database: Database) -> None:
    migrate(database)
    assert len(_rooms(database)) == 1


def test_the_guardian_room_hears_of_everything(database: Database) -> None:
    ((room, subscription),) = _rooms(database)
    assert (room.platform, room.address, room.name) == ("local", "room", "Local room")
    assert subscription.plugin_id is None


def test_rows_keep_their_foreign_keys_after_a_migration(empty: Database) -> None:
    migrate(empty)
    with pytest.raises(sqlalchemy.exc.IntegrityError), empty.write() as session:
        session.add(Subscription(destination_id=999))


def test_a_failing_migration_leaves_nothing_half_applied(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_migration(
        tmp_path,
        monkeypatch,
        "op.create_table('half', sa.Column('id', sa.Integer()))",
        "op.execute('no such statement')",
    )
    before = _tables(database)
    with pytest.raises(sqlalchemy.exc.DBAPIError):
        migrate(database)
    assert _tables(database) == before
    assert pending(database)


def test_altering_a_parent_keeps_its_children(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alter = "with op.batch_alter_table('destination', recreate='auto') as table:"
    add_migration(
        tmp_path, monkeypatch, alter, "    table.alter_column('name', new_column_name='title')"
    )
    migrate(database)
    with database.read() as session:
        assert len(session.exec(select(Subscription)).all()) == 1


def test_a_migration_may_not_orphan_rows(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "copy.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    add_migration(tmp_path, monkeypatch, "op.execute('DELETE FROM destination')", "pass")
    with closing(Database(f"sqlite:///{path}")) as database:
        with pytest.raises(MigrationError, match="subscription"):
            migrate(database)
        assert len(_rooms(database)) == 1


def test_a_newer_schema_is_refused_with_words(database: Database) -> None:
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(MigrationError, match="9999"):
        migrate(database)


def test_processes_that_migrate_at_once_do_not_collide(empty_database_url: str) -> None:
    databases = [Database(empty_database_url) for _ in range(6)]
    with ThreadPoolExecutor(len(databases)) as pool:
        list(pool.map(migrate, databases))
    assert len(_rooms(databases[0])) == 1
    for database in databases:
        database.close()


def test_any_working_directory_will_do(
    empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    migrate(empty)
    assert not pending(empty)


def test_each_step_goes_down_by_itself(database: Database) -> None:
    with database.engine.execution_options(writes=True).begin() as connection:
        command.downgrade(config(connection), "0001")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM destination").scalar_one() == 0


def test_who_followed_incidents_goes_on_to_hear_of_breakage_and_recovery(
    database: Database,
) -> None:
    with database.write() as session:
        (room,) = session.exec(select(Subscription)).all()
        room.topics = ["broken", "fixed", "releases"]
        session.add(
            Subscription(
                destination_id=room.destination_id, topics=["broken"], host_branch="stable"
            )
        )
    with models.database.migrate._alone(database) as connection:
        command.downgrade(config(connection), "0004")
    with database.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT topics FROM subscription").scalar_one()
        guardians = connection.exec_driver_sql("SELECT guardians FROM destination").scalar_one()
    assert (json.loads(stored) if isinstance(stored, str) else stored) == ["incidents", "releases"]
    assert guardians
    migrate(database)
    ((_, subscription),) = _rooms(database)
    assert subscription.topics == ["broken", "fixed", "releases"]


def test_of_statistics_the_newest_row_of_a_host_and_plugin_is_kept(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        session.add(a_plugin("p", now))
    with models.database.migrate._alone(database) as connection:
        command.downgrade(config(connection), "0010")
        for host, sha, data in (
            ("A", "old", "{}"),
            ("a", "new", f'{{"x": "{"y" * 2_000}"}}'),
            ("b", "b", '{"n": 1}'),
        ):
            connection.exec_driver_sql(
                "INSERT INTO statistic (received_at, host, host_branch, host_sha, plugin_id, plugin_branch, "
                f"plugin_sha, data) VALUES ('2026-01-01 00:00:00+00:00', '{host}', 's', 'h', 1, 'm', '{sha}', '{data}')"
            )
    migrate(database)
    with database.read() as session:
        rows = session.exec(select(Statistic).order_by(Statistic.host)).all()
    assert [(row.host, row.plugin_sha, row.data) for row in rows] == [
        ("a", "new", {}),
        ("b", "b", {"n": 1}),
    ]
    with models.database.migrate._alone(database) as connection:
        command.downgrade(config(connection), "0010")
        assert (
            connection.exec_driver_sql("SELECT count(*) FROM statistic WHERE id > 0").scalar_one()
            == 2
        )


def test_tags_are_read_from_the_words_of_lines_that_were_there(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        session.add_all(a_plugin(handle, now) for handle in ("bare", "tagged"))
        session.flush()
        session.exec(select(Plugin).where(Plugin.handle == "tagged")).one().tags = ["Größer", "b"]
    with models.database.migrate._alone(database) as connection:
        command.downgrade(config(connection), "0080")
    migrate(database)
    with database.read() as session:
        assert tag_counts(session) == {"grösser": 1, "b": 1}


def test_lines_stand_until_the_first_word_falls_silent(database: Database, now: datetime) -> None:
    said = {"plugin_id": 1, "plugin_branch": "main", "plugin_sha": "a", "host_sha": "b"}
    with database.write() as session:
        session.add_all(a_plugin(handle, now) for handle in ("spoken-of", "other"))
        session.flush()
        for source, verdict, host_branch, days, expired in (
            ("guard", "incompatible", "stable", 0, False),
            ("tests", "compatible", "stable", 5, False),
            ("canary", "compatible", "beta", 1, False),
            ("canary", "compatible", "stable", 9, True),
            ("guard", "unknown", "beta", 9, False),
        ):
            heard = {"seen_at": now - timedelta(days=days), "changed_at": now, "expired": expired}
            place = {"source": source, "verdict": verdict, "host_branch": host_branch}
            session.add(SourceVerdict(**said, **place, **heard))
        session.get_one(MasterListLine, 1).stands_until = now + timedelta(days=3)
    with models.database.migrate._alone(database) as connection:
        command.downgrade(config(connection), "0089")
    migrate(database)
    with database.read() as session:
        lines = session.exec(select(MasterListLine).order_by(col(MasterListLine.plugin_id)))
        assert [each.stands_until for each in lines] == [now + timedelta(days=1), None]


def _tables(database: Database) -> set[str]:
    return set(sqlalchemy.inspect(database.engine).get_table_names())


def _rooms(database: Database) -> list[tuple[Destination, Subscription]]:
    with database.read() as session:
        return [
            (room, entry)
            for room, entry in session.exec(select(Destination, Subscription).join(Subscription))
        ]
