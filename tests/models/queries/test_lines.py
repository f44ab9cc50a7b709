"""How statuses are found."""

from datetime import datetime

import pytest
import sqlalchemy

from models.database.engine import Database
from models.queries.lines import lines_on
from models.tables import Status
from tests.world import a_plugin


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_looks_at_the_verdicts_of_its_plugins_alone(
    database: Database, now: datetime
) -> None:
    """SQLite read all verdicts of 30,000 plugins to tell of thirty."""
    asked: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, sql: str, given: object, *_: object) -> None:
        if "FROM source_verdict" in sql:
            asked.append((sql, given))

    with database.write() as session:
        plugin = a_plugin("solved", now)
        session.add(plugin)
        session.flush()
        assert plugin.id
        session.add_all(
            Status(
                plugin_id=plugin.id,
                plugin_branch=branch,
                host_branch="stable",
                verdict="compatible",
                changed_at=now,
            )
            for branch in ("main", "next")
        )
        session.flush()
        connection = session.connection()
        sqlalchemy.event.listen(connection, "before_cursor_execute", note)
        lines_on(session, [plugin.id], "stable", now)
        sql, given = asked[-1]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given).all()  # type: ignore[arg-type] # as it was run
    steps = [row[-1] for row in plan if "source_verdict" in row[-1]]
    assert steps
    assert not [step for step in steps if step.startswith("SCAN")]
