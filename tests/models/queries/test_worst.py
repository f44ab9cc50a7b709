"""The worst of many: the same as of all that is read whole, sorted, filtered and counted."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from models import queries
from models.database.engine import Database, Session
from models.rules.privacy import PUBLIC, Clearance
from models.rules.sources import DESCRIPTORS, JudgingSource
from models.rules.status import Verdict
from models.tables import Incident, Plugin, SourceVerdict
from tests.hub import a_repository
from tests.world import a_plugin

BRANCHES = ("stable", "beta", "tests-passed")
EVERY_PLUGIN = Clearance(inside=True, every_plugin=True)
PLUGINS = 24


@pytest.fixture
def mixed(database: Database, now: datetime) -> Database:
    """Plugins of which any source says anything, lately or too long ago; every sixth one is private."""
    with database.write() as session:
        for n in range(PLUGINS):
            session.add(_plugin(session, n, now))
            session.flush()
            for place, source in enumerate(JudgingSource):
                if (n + place) % 3:
                    session.add(_said(n, place, source, now))
            for branch in BRANCHES[: n % 4]:
                session.add(_incident(n, branch, now))
    return database


def _plugin(session: Session, n: int, now: datetime) -> Plugin:
    plugin = a_plugin(f"plugin-{n:02}", now)
    plugin.id = n + 1
    plugin.name = f"Großes {n}" if n % 5 == 0 else f"Plugin {n}"
    plugin.tags = ["Chat", "größer"] if n % 2 else []
    plugin.path = "plugins/bundled" if n % 3 == 0 else ""
    if n % 6 == 0:
        plugin.repository_id = 100 + n
        session.add(a_repository(github_id=100 + n, full_name=plugin.repository, private=True))
    return plugin


def _said(n: int, place: int, source: JudgingSource, now: datetime) -> SourceVerdict:
    late = DESCRIPTORS[source].deadline + timedelta(seconds=(n % 5) - 2)
    return SourceVerdict(
        plugin_id=n + 1,
        plugin_branch="main",
        host_branch=BRANCHES[(n + place) % 3],
        source=source,
        verdict=list(Verdict)[(n * 7 + place) % len(Verdict)],
        plugin_sha="a",
        host_sha="b",
        changed_at=now,
        seen_at=now - (late if n % 4 == 1 else timedelta()),
        expired=n % 7 == 0,
    )


def _incident(n: int, branch: str, now: datetime) -> Incident:
    return Incident(
        plugin_id=n + 1,
        plugin_branch="main",
        host_branch=branch,
        origin=list(JudgingSource)[n % len(JudgingSource)],
        verdict=list(Verdict)[2 + n % 3],
        opened_at=now - timedelta(minutes=n * 7 % 5),
        updated_at=now,
        bad_plugin_sha="a",
        bad_host_sha="b",
        last_plugin_sha="a",
        last_host_sha="b",
        suspect="plugin",
        fingerprint=f"f{n}",
        cause="",
    )


FILTERS = (
    "",
    "broken",
    "unknown",
    "incompatible",
    "CHAT",
    "GRÖSSER",
    "example/",
    "plugins/bund",
    "plugin-1",
    "no",
)


@pytest.mark.parametrize("allowed", [PUBLIC, EVERY_PLUGIN, Clearance(plugins=frozenset({7}))])
def test_plugins(mixed: Database, now: datetime, allowed: Clearance) -> None:
    with mixed.read() as session:
        for filter_ in FILTERS:
            all_lines = queries.plugin_lines(session, now, filter_, allowed=allowed)
            found = queries.worst_plugins(session, now, filter_, 5, allowed=allowed)
            assert found.lines == tuple(all_lines[:5]), filter_
            assert found.tally == Counter(line.verdict for line in all_lines), filter_
            assert found.total == len(all_lines)


@pytest.mark.parametrize("allowed", [PUBLIC, EVERY_PLUGIN])
def test_incidents(mixed: Database, allowed: Clearance) -> None:
    with mixed.read() as session:
        opened = queries.open_incidents(session, allowed=allowed)
        found = queries.worst_incidents(session, 7, allowed=allowed)
    opened.sort(key=lambda each: (-each.verdict.severity, each.opened_at, each.number))
    assert found.incidents == tuple(opened[:7])
    assert found.total == len(opened) > 7
    assert found.plugins == len({each.plugin.handle for each in opened})
