"""Heartbeats end early, and what else a batch says is recorded as if each report had come by itself."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from models.database.engine import Database
from models.events import GuardReport, Reporter
from models.record import record
from models.rules.kinds import SiteKind
from models.rules.status import Verdict
from models.tables import Report, SourceVerdict
from tests.world import BAD, GOOD, World, a_plugin, make_world, saw

_NUMBERS = count()
_SITES = ("one.example.com", "two.example.com")
_LINE = st.tuples(
    st.sampled_from(["left", "right"]),
    st.sampled_from(["1", "2"]),
    st.sampled_from([GOOD, GOOD, GOOD, BAD, Verdict.UNKNOWN]),
)
_REPORT = st.tuples(
    st.sampled_from(_SITES), st.lists(_LINE, min_size=1, max_size=2, unique_by=lambda each: each[0])
)


def test_the_answer_names_what_counts_in_the_order_in_which_it_was_sent(
    database: Database, now: datetime
) -> None:
    world = make_world(database, now, "solved", "voting", "chat")
    lines = (saw("solved", "1", GOOD), saw("voting", "1", GOOD), saw("chat", "1", GOOD))
    world.report(*lines)
    broken = replace(lines[1], verdict=BAD, message="NameError: uninitialized constant Vote")
    quiet, loud = world.record(
        world.a_report(*lines), world.a_report(lines[0], broken, saw("none", "1", GOOD), lines[2])
    )
    assert quiet.accepted == ("solved", "voting", "chat")
    assert loud.accepted == ("solved", "voting", "chat")
    assert [each.name for each in loud.errors] == ["none"]
    assert [each.plugin_branch for each in world.incidents()] == ["main"]


def test_words_that_come_with_a_good_line_are_kept(database: Database, now: datetime) -> None:
    world = make_world(database, now, "solved")
    world.report(saw("solved", "1", GOOD))
    world.report(replace(saw("solved", "1", GOOD), message="3 deprecations"))
    with database.read() as session:
        rows = session.exec(select(Report.message).order_by(col(Report.id))).all()
    assert rows == [None, "3 deprecations"]


def test_when_a_verdict_was_seen_last_is_noted_once_a_minute(
    database: Database, now: datetime
) -> None:
    world = make_world(database, now, "solved")
    heartbeat = world.a_report(saw("solved", "1", GOOD))
    noted = []
    for seconds in (0, 59, 60, 90):
        at = now + timedelta(seconds=seconds)
        with database.write() as session:
            record(session, [heartbeat], at)
        with database.read() as session:
            noted.append(session.exec(select(SourceVerdict.seen_at)).one() - now)
    assert [each.seconds for each in noted] == [0, 0, 60, 60]


@given(
    st.lists(_REPORT, min_size=1, max_size=3),
    st.lists(_REPORT, min_size=1, max_size=6),
    st.sampled_from([SiteKind.CANARY, SiteKind.CLIENT]),
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_together_they_lead_to_what_they_lead_to_one_by_one(
    database: Database,
    now: datetime,
    before: list[tuple[str, list[tuple[str, str, Verdict]]]],
    after: list[tuple[str, list[tuple[str, str, Verdict]]]],
    kind: SiteKind,
) -> None:
    number = next(_NUMBERS)
    world = _world(database, now)
    found = []
    for way in ("together", "apart"):
        prefix = f"p{number}-{way}"
        with database.write() as session:
            session.add_all(a_plugin(f"{prefix}-{name}", now) for name in ("left", "right"))
        batches = [[each] for each in before] + (
            [after] if way == "together" else [[each] for each in after]
        )
        for batch in batches:
            with database.write() as session:
                reports = [_report(world, kind, prefix, *each) for each in batch]
                record(session, reports, now)
        with database.read() as session:
            found.append(_state(session, prefix))
    assert found[0] == found[1]


def _world(database: Database, now: datetime) -> World:
    """One world for all examples, which share the database."""
    with database.read() as session:
        there = session.exec(select(Report).limit(1)).first()
    if there is None:
        return make_world(database, now)
    return World(database, now, Reporter(1, SiteKind.CANARY, ""))


def _report(
    world: World,
    kind: SiteKind,
    prefix: str,
    domain: str,
    lines: list[tuple[str, str, Verdict]],
) -> GuardReport:
    seen = (saw(f"{prefix}-{name}", sha, verdict) for name, sha, verdict in lines)
    by = Reporter(world.canary.key_id, kind, f"{prefix}.{domain}")
    return world.a_report(*seen, by=by)


def _state(session: Session, prefix: str) -> dict[str, list[tuple[object, ...]]]:
    """What is known of the example's plugins, without what tells the examples apart.

    What breaks and is well again in one batch was no incident.
    """
    return {
        name: [tuple(row) for row in session.connection().exec_driver_sql(sql.format(prefix))]
        for name, sql in _STATE.items()
    }


_STATE = {
    "verdicts": """
        SELECT substr(p.handle, length('{0}') + 1), v.plugin_branch, v.verdict, v.plugin_sha, v.good_plugin_sha,
               v.good_rounds
        FROM source_verdict v JOIN plugin p ON p.id = v.plugin_id WHERE p.handle LIKE '{0}%%' ORDER BY 1, 2
    """,
    "words": """
        SELECT substr(p.handle, length('{0}') + 1), substr(s.domain, length('{0}') + 1), i.verdict, i.plugin_sha
        FROM installation i JOIN plugin p ON p.id = i.plugin_id JOIN site s ON s.id = i.site_id
        WHERE p.handle LIKE '{0}%%' ORDER BY 1, 2
    """,
    "open incidents": """
        SELECT substr(p.handle, length('{0}') + 1) FROM incident i JOIN plugin p ON p.id = i.plugin_id
        WHERE p.handle LIKE '{0}%%' AND i.resolved_at IS NULL ORDER BY 1
    """,
}
