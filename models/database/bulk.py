"""One statement a batch: rows travel to SQLite and PostgreSQL as one JSON parameter.

A statement a row would cost a round trip each on PostgreSQL; on SQLite the interpreter's lock would be
given up and taken again at each row, in competition with the event loop.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlmodel import Session

Row = Sequence[object]


def run(session: Session, sql: str, rows: Sequence[Row] = (), **values: object) -> Sequence[Any]:
    """Run `sql` once for all `rows`; return its rows as plain tuples, with times as the driver gives them.

    What the session holds is written first, so that the statement sees it. In `sql`:

    - `:name` is a value. No other colon may stand before a word, not even in quotes.
    - `{rows(id int, name text)}` is a table of the rows with these columns. Another list of rows may
      be given as a value, and is named in the same way. A list that is named may not be left out.
    - `{each site s where s.id = r.id}` joins the rows of a table by an index, however many rows the
      database takes to be there.
    - `{element e of r.names}` joins each text of a list in JSON, as `e.value`.
    - `incident {by INDEX}` reads the table by this index; SQLite may take another one that is larger.
    - `id {among SELECT …}` is IN; PostgreSQL runs the query first, and then uses the index of `id`.
    - `{for update skip locked}` is for PostgreSQL; SQLite has one writer, who finds nothing locked.

    Raises:
        ValueError: a form in braces is misspelt or not closed.
        KeyError: a value is missing, on PostgreSQL; on SQLite it is the driver's own error.
        Exception: the driver's own error, which leaves the transaction as `DatabaseTrouble`.
    """
    session.flush()
    cursor = _execute(session, sql, rows, values)
    try:
        return cursor.fetchall() if cursor.description else ()
    finally:
        cursor.close()


def _execute(session: Session, sql: str, rows: Sequence[Row], values: Mapping[str, object]) -> Any:
    """The driver's own cursor: what SQLAlchemy adds to a statement costs more here than the statement does."""
    connection = session.connection()
    dialect = connection.dialect.name
    driver: Any = connection.connection.driver_connection
    parameters = {name: _value(dialect, value) for name, value in values.items()}
    if rows:
        parameters["rows"] = _value(dialect, rows)
    statement = _statement(dialect, sql)
    if dialect == "sqlite":
        return driver.execute(statement, parameters)
    # Psycopg reads a long statement anew at each use, unless it is as the server takes it.
    as_taken, names = numbered(statement, "$")
    return driver.run(as_taken, [parameters[name] for name in names])


def time_of(value: str | datetime) -> datetime:
    """A time that `run` returned, with its zone: SQLite's driver gives text, in UTC and without one."""
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value


def _value(dialect: str, value: object) -> object:
    if isinstance(value, (list, tuple)):
        spelt = _spelt_for_sqlite if dialect == "sqlite" else tuple
        passed = orjson.OPT_PASSTHROUGH_DATETIME if dialect == "sqlite" else None
        return orjson.dumps(value, default=spelt, option=passed).decode()
    return sqlite_value(value) if dialect == "sqlite" else value


def sqlite_value(value: object) -> object:
    """A value that is no list, as SQLite's driver takes it."""
    return _spelt_for_sqlite(value) if isinstance(value, datetime) else value


def _spelt_for_sqlite(value: Any) -> object:
    """A time as SQLAlchemy stores it; named tuples are the other kind that orjson leaves to us."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(" ", "microseconds").removesuffix("+00:00")
    return tuple(value)


@contextmanager
def pipelined(session: Session, *, into_next: bool = False) -> Iterator[None]:
    """What is run within waits for PostgreSQL's answer once, at the end; nothing can be read meanwhile.

    With `into_next` it is waited for together with whatever comes next, which may be the commit; and what fails is
    raised there. A savepoint waits itself, for once it is to be left it cannot be taken back any more.
    """
    session.flush()
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    with ExitStack() as stack:
        if connection.dialect.name != "sqlite":
            waits = not into_next or session.in_nested_transaction()
            stack.enter_context(driver.pipeline() if waits else driver.pipeline_into_next())
        yield


def fetch(
    session: Session, queries: Mapping[str, tuple[str, str]], common: str = "", **values: object
) -> dict[str, list[list[Any]]]:
    """Ask several queries in one statement, and return the rows of each by its name.

    `queries` has the columns and the SQL of each by its name; `common` is a WITH clause for all of them.

    They come back as JSON: PostgreSQL is asked once, and SQLite's driver, which lets go of the
    interpreter's lock at every row, then waits for the event loop once and not at every row.
    """
    sqlite = session.connection().dialect.name == "sqlite"
    statement = _together(tuple(queries.values()), common, sqlite=sqlite)
    (row,) = run(session, statement, (), **values)
    return dict(zip(queries, map(orjson.loads, row), strict=True))


@lru_cache(maxsize=64)
def _together(queries: tuple[tuple[str, str], ...], common: str, *, sqlite: bool) -> str:
    gather = (
        "(SELECT json_group_array(json_array({})) FROM ({}) q)"
        if sqlite
        else "(SELECT coalesce(json_agg(json_build_array({}))::text, '[]') FROM ({}) q)"
    )
    return f"{common} SELECT " + ", ".join(gather.format(columns, sql) for columns, sql in queries)


@lru_cache(maxsize=256)
def _statement(dialect: str, sql: str) -> str:
    sql = sql.replace(
        "{for update skip locked}", "" if dialect == "sqlite" else "FOR UPDATE SKIP LOCKED"
    )
    sql = re.sub(
        r"\{(\w+)\((.*?)\)\}",
        lambda found: _table(dialect, found[1], found[2]),
        sql,
        flags=re.DOTALL,
    )
    sql = re.sub(
        r"\{each (\w+) (\w+) where (.*?)\}",
        lambda found: _each(dialect, *found.groups()),
        sql,
        flags=re.DOTALL,
    )
    sql = re.sub(
        r"\{element (\w+) of (.*?)\}", lambda found: _element(dialect, *found.groups()), sql
    )
    sql = re.sub(r"\{by (\w+)\}", r"INDEXED BY \1" if dialect == "sqlite" else "", sql)
    among = r"IN (\1)" if dialect == "sqlite" else r"= ANY (ARRAY(\1))"
    replaced = 1
    while replaced:  # the innermost first
        sql, replaced = re.subn(r"\{among\s([^{}]*)\}", among, sql)
    if "{" in sql:
        raise ValueError(f"a form in braces is misspelt or not closed: {sql}")
    return sql


@lru_cache(maxsize=256)
def numbered(sql: str, sign: str) -> tuple[str, Sequence[str]]:
    """The same with `$1` (for this sign) for the first of the values that are named, and so on; and their names."""
    places: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        return f"{sign}{places.setdefault(found[1], len(places) + 1)}"

    return re.sub(r"(?<!:):(\w+)", place, sql), tuple(places)


def _element(dialect: str, name: str, column: str) -> str:
    if dialect == "sqlite":
        return f"CROSS JOIN json_each({column}) {name}"
    return f"CROSS JOIN LATERAL jsonb_array_elements_text({column}) AS {name}(value)"


def _each(dialect: str, table: str, name: str, condition: str) -> str:
    # SQLite joins in the order of CROSS JOIN; PostgreSQL does not merge a subquery with OFFSET into
    # the rest, so that the index is used for each row.
    if dialect == "sqlite":
        return f"CROSS JOIN {table} {name} ON {condition}"
    subquery = f"SELECT * FROM {table} {name} WHERE {condition} OFFSET 0"  # noqa: S608 - as below
    return f"CROSS JOIN LATERAL ({subquery}) {name}"


def _table(dialect: str, name: str, columns: str) -> str:
    pairs = [column.split() for column in columns.split(",")]
    if dialect == "sqlite":
        picked = ", ".join(
            f"value ->> {place} AS {column}" for place, (column, _) in enumerate(pairs)
        )
        return f"(SELECT {picked} FROM json_each(:{name}))"  # noqa: S608 - built from this project's own SQL
    picked = ", ".join(
        f"(value ->> {place})::{type_} AS {column}" for place, (column, type_) in enumerate(pairs)
    )
    return f"(SELECT {picked} FROM jsonb_array_elements(:{name}::jsonb) AS t(value))"  # noqa: S608 - as above
