"""Own tables of extensions: made, added to, written, referring to the core's rows, and dropped, on both databases."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import SQLModel, delete

from models.database.engine import Database
from models.database.migrate import downgrade, migrate
from models.extensions.manifest import Manifest, ManifestError
from models.extensions.manifest.declared import COLUMN_TYPES, Column
from models.extensions.tables.making import drop, make, misfits, note_version, noted
from models.extensions.tables.rows import Row, apply, find
from models.extensions.tables.values import stored
from models.extensions.tables.writing import read_writes
from models.rules.extensions import OWN_TABLES
from models.tables import Outbreak, Plugin
from tests.models.database.migrations import add_migration
from tests.models.extensions.samples import LEAST, manifest
from tests.world import BAD, make_world, saw

TICKETS = """
[table.ticket]
key = "text"
incident = "-> incident"
outbreak = "-> outbreak?"
plugin = "-> plugin?"
seen_at = "time?"
order = "integer?"
weight = "real?"
open = "flag?"
more = "json?"
index = ["key"]
"""
JIRA = manifest(LEAST + TICKETS)
AT = "2026-11-01T12:00:00+00:00"
WHOLE: Row = {
    "key": "OPS-1",
    "incident": 1,
    "outbreak": None,
    "plugin": "solved",
    "seen_at": AT,
    "order": 1 << 40,
    "weight": 0.5,
    "open": True,
    "more": {"a": [1, None]},
}


def schema(database: Database) -> set[tuple[Any, ...]]:
    """Everything that stands in the catalogue."""
    words = """SELECT c.relname, c.relkind::text, coalesce(a.attname, ''), coalesce(pg_get_constraintdef(k.oid), '')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_constraint k ON k.conrelid = c.oid"""
    if database.is_sqlite:
        words = "SELECT type, name, tbl_name, sql FROM sqlite_schema"
    with database.read() as session:
        return {tuple(row) for row in session.connection().exec_driver_sql(words)}


def made(database: Database, of: Manifest = JIRA) -> None:
    with database.write() as session:
        make(session, of)
        note_version(session, of)


def write(database: Database, *raw: Row, of: Manifest = JIRA) -> None:
    with database.write() as session:
        apply(session, of, read_writes(list(raw), of))


def rows(database: Database, of: Manifest = JIRA, **where: Any) -> list[Row]:
    with database.read() as session:
        return find(session, of, "ticket", where, 0, 500)


def add(**values: Any) -> Row:
    return {"kind": "add", "table": "ticket", "values": values}


@pytest.fixture
def broken(database: Database, now: datetime) -> Database:
    """Incident 1 of solved, and incident 2 of calendar."""
    world = make_world(database, now, "solved", "calendar")
    world.report(saw("solved", "p1", BAD), saw("calendar", "p1", BAD))
    made(database)
    with database.write() as session:
        session.add(
            Outbreak(cause="x", host_branch="x", bad_host_sha="x", opened_at=now, updated_at=now)
        )
    return database


def test_what_is_written_is_found_as_it_was(broken: Database) -> None:
    write(broken, add(**WHOLE), add(key="OPS-2", incident="2"))
    first, second = rows(broken)
    assert first == {"id": 1, **WHOLE}
    assert second == {"id": 2, **dict.fromkeys(WHOLE), "key": "OPS-2", "incident": 2}
    for where in (
        {"key": "OPS-1"},
        {"incident": "1"},
        {"plugin": "solved"},
        {"id": 1},
        {"seen_at": AT},
    ):
        assert rows(broken, **where) == [first]
    assert rows(broken, plugin=None) == [second]
    assert rows(broken, plugin="unknown") == rows(broken, key="OPS-3") == []
    with broken.read() as session:
        assert find(session, JIRA, "ticket", {}, 1, 1) == [second]
        assert find(session, JIRA, "ticket", {}, 0, 0) == []


def test_rows_are_changed_and_removed_and_what_is_gone_is_left(broken: Database) -> None:
    write(broken, add(**WHOLE), add(key="OPS-2", incident=2))
    change = {
        "kind": "change",
        "table": "ticket",
        "row": 1,
        "values": {"key": "OPS-9", "open": None},
    }
    write(broken, change, {"kind": "remove", "table": "ticket", "row": 2}, {**change, "row": 77})
    assert rows(broken) == [{"id": 1, **WHOLE, "key": "OPS-9", "open": None}]


UNFIT = [
    (add(key="A"), "ticket.incident cannot be empty"),
    (add(key=1, incident=1), "ticket.key must be a text"),
    (add(key="A" * 10_001, incident=1), "ticket.key must be a text of 10,000 characters"),
    (add(key="A", incident=99), "incident refers to no incident 99"),
    (add(key="A", incident=1, plugin="nobody"), "plugin refers to no plugin nobody"),
    (add(key="A", incident=0), "ticket.incident must be the number of an incident"),
    (
        add(key="A", incident=1, seen_at="2026-11-01T12:00"),
        "ticket.seen_at must be a time with",
    ),
    (add(key="A", incident=1, order=True), "ticket.order must be a whole number"),
    (add(key="A", incident=1, order=1 << 63), "ticket.order must be a whole number"),
    (add(key="A", incident=1, weight=float("inf")), "ticket.weight must be a finite number"),
    (add(key="A", incident=1, id=3), "ticket has no column 'id'"),
    ({**add(), "table": "incident"}, "it has no table 'incident'"),
    ({"kind": "remove", "table": "ticket", "row": 1 << 70}, "is no id"),
    ({"kind": "drop", "table": "ticket"}, "is no write"),
    ({"kind": "change", "table": "ticket", "row": 1, "values": {}}, "is no write"),
]


def test_what_does_not_fit_is_refused_and_nothing_is_written(
    broken: Database, subtests: pytest.Subtests
) -> None:
    for raw, words in UNFIT:
        with subtests.test(words):
            with pytest.raises(ValueError, match=words):
                write(broken, add(**WHOLE), raw)
            assert rows(broken) == []


@pytest.mark.parametrize("where", [{"nokey": 1}, {"key": 1}, {"incident": "x"}])
def test_what_cannot_be_looked_for_is_refused(broken: Database, where: Row) -> None:
    with pytest.raises(ValueError, match=r"no column|must be"):
        rows(broken, **where)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5
)


@given(st.sampled_from(COLUMN_TYPES), json_values)
def test_a_value_is_taken_or_refused_with_what_would_be_right(kind: str, value: Any) -> None:
    refers_to = kind.removeprefix("-> ") if kind.startswith("->") else ""
    column = Column(type="reference" if refers_to else kind, optional=False, refers_to=refers_to)
    found = refusal = None
    try:
        found = stored("it", column, value)
    except ValueError as error:
        refusal = str(error)
    assert found is not None or str(refusal).startswith(("it must be", "it cannot be empty"))


def test_another_version_adds_and_never_changes_what_is_there(broken: Database) -> None:
    write(broken, add(**WHOLE))
    newer = manifest(
        LEAST.replace("1.2.0", "1.3.0")
        + TICKETS.replace(
            'index = ["key"]', 'due = "time?"\nabout = "-> incident?"\nindex = ["due"]'
        )
        + '[table.note]\nwords = "text"\n'
    )
    with broken.write() as session:
        assert list(misfits(session, newer)) == []
        make(session, newer)
        make(session, newer)
        note_version(session, newer)
        assert noted(session, "acmejira")["version"] == "1.3.0"
    assert rows(broken, of=newer) == [{"id": 1, **WHOLE, "due": None, "about": None}]
    assert rows(broken) == [{"id": 1, **WHOLE}], "as the older version still reads it"
    names = {
        index["name"] for index in sa.inspect(broken.engine).get_indexes("plugin_acmejira_ticket")
    }
    assert names >= {"plugin_acmejira_ticket_by_due", "plugin_acmejira_ticket_by_about"}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('order = "integer?"', 'order = "text?"', "order is 'integer?' where rows may be"),
        ('order = "integer?"', 'order = "integer"', "order is 'integer?' where rows may be"),
        (
            'index = ["key"]',
            'due = "time"',
            "due is new where rows may be, so it must be 'time?'",
        ),
        ('key = "text"\n', "", "key is missing, and cannot be empty in a new row"),
    ],
)
def test_a_version_that_would_change_rows_is_refused(
    broken: Database, before: str, after: str, words: str
) -> None:
    text = TICKETS.replace('index = ["key"]', "") if after == "" else TICKETS
    newer = manifest(LEAST + text.replace(before, after))
    with broken.read() as session:
        (problem,) = misfits(session, newer)
    assert problem.startswith(f"table.ticket: {words}")


def test_what_the_core_forgets_own_rows_do_not_hold(broken: Database) -> None:
    """What must refer goes with it, and what may refer to nothing does so from then on."""
    write(broken, add(**WHOLE), add(key="OPS-2", incident=2, plugin="solved"))
    with broken.write() as session:
        session.exec(delete(Plugin).where(Plugin.handle == "solved"))  # and incident 1 with it
    assert rows(broken) == [{"id": 2, **dict.fromkeys(WHOLE), "key": "OPS-2", "incident": 2}]


def test_once_dropped_the_schema_is_as_it_was(database: Database) -> None:
    before = schema(database)
    made(database)
    assert {row for row in schema(database) if "plugin_acmejira_meta_data" in row}
    made(database, manifest(LEAST.replace("acmejira", "acmewiki") + TICKETS))
    with database.write() as session:
        drop(session, "acmejira")
        drop(session, "acmewiki")
    assert schema(database) == before


RENAMED = """
with op.batch_alter_table('incident', recreate='auto') as table:
    table.alter_column('origin', new_column_name='begun_by')
if op.get_bind().dialect.name == 'postgresql':
    op.execute('ALTER TABLE incident DROP CONSTRAINT incident_pkey CASCADE')
    op.execute('ALTER TABLE incident ADD CONSTRAINT incident_pkey PRIMARY KEY (id)')
"""


def test_migrations_pass_over_own_tables(
    broken: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table of the core is made anew, or loses what the keys hold on to; they hold as before."""
    write(broken, add(**WHOLE), add(key="OPS-2", incident=2))
    before, there = own(schema(broken)), rows(broken)
    add_migration(tmp_path, monkeypatch, *RENAMED.strip().splitlines())
    migrate(broken)
    assert own(schema(broken)) == before
    assert rows(broken) == there
    with broken.write() as session:
        session.connection().exec_driver_sql("DELETE FROM incident WHERE id = 1")
    assert [row["key"] for row in rows(broken)] == ["OPS-2"]


def own(rows: set[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    return {row for row in rows if f"{OWN_TABLES}acmejira" in str(row)}


def test_what_a_migration_deletes_is_let_go(
    broken: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(broken, add(**WHOLE), add(key="OPS-2", incident=2, outbreak=1))
    deleting = ("story_entry", "incident WHERE id = 1", "outbreak")
    lines = [f'op.execute("DELETE FROM {each}")' for each in deleting]
    add_migration(
        tmp_path, monkeypatch, "op.execute('UPDATE incident SET outbreak_id = NULL')", *lines
    )
    migrate(broken)
    assert rows(broken) == [{"id": 2, **dict.fromkeys(WHOLE), "key": "OPS-2", "incident": 2}]


def test_all_the_way_down_takes_own_tables_too(broken: Database) -> None:
    downgrade(broken)
    names = sa.inspect(broken.engine).get_table_names()
    assert [name for name in names if name.startswith(OWN_TABLES)] == []


def test_no_table_of_the_core_is_called_as_an_extension_s_own() -> None:
    assert [name for name in SQLModel.metadata.tables if name.startswith(OWN_TABLES)] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("meta_data", "is a name that the host gives"),
        ("ticket_by_key", "is a name that the host gives"),
        ("ticket_pkey", "is a name that the host gives"),
        ("a_table_with_a_name_that_is_longer", "of 48 characters at the most"),
    ],
)
def test_names_that_would_meet_others_are_refused(name: str, words: str) -> None:
    with pytest.raises(ManifestError, match=words):
        manifest(f'{LEAST}table.{name} = {{ key = "text" }}\n')
