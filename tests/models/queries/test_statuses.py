"""How the matrix of a plugin is read."""

from datetime import datetime

import sqlalchemy

from models import queries
from models.database.engine import Database
from models.rules.privacy import PUBLIC, Clearance
from models.rules.sources import JudgingSource
from models.rules.status import Verdict
from models.tables import Alias, SourceVerdict, Status
from tests.hub import a_repository
from tests.world import a_plugin

EVERY_PLUGIN = Clearance(every_plugin=True)


def test_what_is_beside_a_plugin_is_read_at_once(database: Database, now: datetime) -> None:
    """Its former handles and whether it is private were a statement each, with every question on a plugin."""
    with database.write() as session:
        plugin = a_plugin("solved", now)
        plugin.repository_id = 1
        session.add_all([plugin, a_repository(github_id=1, full_name="a/solved", private=True)])
        session.flush()
        session.add_all(Alias(handle=each, plugin_id=plugin.id or 0) for each in ("s-b", "s-a"))
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    with database.read() as session:
        sqlalchemy.event.listen(session.connection(), "before_cursor_execute", note)
        public = queries.find_plugin(session, "solved")
        known = queries.find_plugin(session, "solved", allowed=EVERY_PLUGIN)
    assert public
    assert known
    assert (public.aliases, known.aliases) == (("s-a", "s-b"),) * 2
    assert (public.repository, known.repository) == ("", plugin.repository)
    assert [statement for statement in asked if "FROM plugin" not in statement] == []


def test_all_that_is_said_of_a_plugin_is_read_at_once(database: Database, now: datetime) -> None:
    """Each statement takes PostgreSQL's driver 0.3 ms; they were nine, then six: half of `/plugin status`."""
    with database.write() as session:
        plugin = a_plugin("solved", now)
        plugin.repository_id = 1
        session.add_all([plugin, a_repository(github_id=1, full_name="a/solved", private=True)])
        session.flush()
        session.add_all(_said(plugin.id or 0, now))
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    with database.read() as session:
        found = queries.find_plugin(session, "solved")
        assert found
        sqlalchemy.event.listen(session.connection(), "before_cursor_execute", note)
        told = {
            allowed: queries.status_matrix(session, found, now, allowed=allowed)
            for allowed in (EVERY_PLUGIN, PUBLIC)
        }
    sources = {
        allowed: [
            (each.host_branch, [one.source for one in each.verdicts]) for each in matrix.statuses
        ]
        for allowed, matrix in told.items()
    }
    guard, tests = JudgingSource.GUARD, JudgingSource.TESTS
    assert sources[EVERY_PLUGIN] == [("beta", [tests]), ("stable", [guard, tests])]
    assert sources[PUBLIC] == [("stable", [guard])]
    assert told[PUBLIC].statuses[0].changed_at == now
    # Beside that only its repository with issues and releases, for whom may know of it, as it has no incidents.
    assert not [each for each in asked if "FROM source_verdict" in each or "FROM incident" in each]
    assert len(asked) == 4
    assert told[EVERY_PLUGIN].repository
    assert told[PUBLIC].repository is None


def _said(plugin_id: int, now: datetime) -> list[Status | SourceVerdict]:
    places = (
        ("stable", JudgingSource.GUARD),
        ("stable", JudgingSource.TESTS),
        ("beta", JudgingSource.TESTS),
    )
    verdicts = [
        SourceVerdict(
            plugin_id=plugin_id,
            plugin_branch="main",
            host_branch=host_branch,
            source=source,
            verdict=Verdict.COMPATIBLE,
            plugin_sha="a",
            host_sha="b",
            changed_at=now,
            seen_at=now,
        )
        for host_branch, source in places
    ]
    statuses = [
        Status(
            plugin_id=plugin_id,
            plugin_branch="main",
            host_branch=host_branch,
            verdict=Verdict.COMPATIBLE,
            changed_at=now,
        )
        for host_branch in ("stable", "beta")
    ]
    return [*verdicts, *statuses]
