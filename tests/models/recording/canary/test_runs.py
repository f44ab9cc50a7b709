"""What a browser canary's runs do to plugins and to its server, in whatever order they are told."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from sqlmodel import col, select

from models import outbox
from models.database.engine import Database
from models.events import Denial
from models.events.canary import CanaryReport
from models.events.silence import Overdue
from models.rules.smoke import Result, RunStep
from models.rules.sources import JudgingSource
from models.rules.status import Verdict
from models.tables import (
    Announcement,
    CanaryRun,
    Destination,
    Plugin,
    SourceVerdict,
    Subscription,
    WatchedIncident,
)
from tests.canaries import BLAMES, FAILED, PASSED, SERVER, a_canary, a_log, a_run, unfinished
from tests.world import BAD, GOOD, World, make_world, saw

SMOKE = Verdict.SMOKE_FAILING
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_world(database, now, "solved", "voting")


@pytest.fixture
def key(world: World) -> int:
    return a_canary(world)


def verdicts(world: World, source: JudgingSource = JudgingSource.CANARY) -> dict[str, str]:
    with world.database.read() as session:
        found = (
            select(Plugin.handle, SourceVerdict.verdict)
            .join(SourceVerdict)
            .where(SourceVerdict.source == source)
        )
        return dict(session.exec(found).all())


def server_incidents(world: World) -> list[WatchedIncident]:
    with world.database.read() as session:
        return list(session.exec(select(WatchedIncident).order_by(col(WatchedIncident.id))))


def told(world: World, conversation: str) -> list[Announcement]:
    return [row for row in world.announced() if row.conversation.startswith(conversation)]


def sent(world: World) -> None:
    """Send all that waits, so that edits are told anew."""
    with world.database.write() as session:
        while claims := outbox.claim(session, ["local"], world.now):
            outbox.mark_sent(session, [(claim, str(claim.id)) for claim in claims], world.now)


def test_a_run_that_passes_speaks_well_of_what_it_found_loaded(world: World, key: int) -> None:
    run = a_run(key, "r1", world.now, plugins=("solved", "nobody-knows-it"))
    (outcome,) = world.record(run)
    assert [error.name for error in outcome.errors] == ["nobody-knows-it"]
    assert verdicts(world) == {"solved": GOOD}
    assert world.announced() == []
    with world.database.read() as session:
        row = session.exec(select(SourceVerdict)).one()
    assert (row.plugin_sha, row.host_sha, row.seen_at) == ("p1", "h1", run.started_at)


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (RunStep("log in", Result.SKIPPED, 0),),
        (*PASSED, RunStep("open /admin", Result.SKIPPED, 0)),
    ],
)
def test_a_run_that_tried_nothing_proves_nothing(
    world: World, key: int, steps: tuple[RunStep, ...]
) -> None:
    world.record(a_run(key, "r1", world.now, steps))
    assert verdicts(world) == {}
    assert server_incidents(world) == []


def test_a_run_that_goes_on_or_never_ends_says_nothing(world: World, key: int) -> None:
    run = a_run(key, "r1", world.now, FAILED)
    world.record(unfinished(run, 3))
    world.record(a_log(run, BLAMES.format("solved")))
    assert (verdicts(world), world.incidents(), server_incidents(world)) == ({}, [], [])


def test_of_two_words_about_an_unfinished_run_the_longer_one_holds(world: World, key: int) -> None:
    run = a_run(key, "r1", world.now, FAILED)
    world.record(unfinished(run, 2))
    world.record(unfinished(run, 1), unfinished(run, 2))
    assert len(stored(world).steps) == 2
    world.record(unfinished(run, 3))
    assert len(stored(world).steps) == 3


def stored(world: World) -> CanaryRun:
    with world.database.read() as session:
        return session.exec(select(CanaryRun)).one()


def test_a_finished_run_is_final(world: World, key: int) -> None:
    run = a_run(key, "r1", world.now)
    (first,), (again,), (late,) = (
        world.record(run),
        world.record(run),
        world.record(unfinished(run, 1)),
    )
    assert (first.denied, again.denied, late.denied) == (None, None, None)
    (other,) = world.record(a_run(key, "r1", world.now, FAILED))
    assert other.denied is Denial.FINAL
    assert (len(stored(world).steps), verdicts(world)) == (2, {"solved": GOOD, "voting": GOOD})


def test_a_run_belongs_to_its_server(world: World, key: int) -> None:
    run = a_run(key, "r1", world.now)
    world.record(unfinished(run))
    ours = replace(run, key_id=None)
    assert [outcome.denied for outcome in world.record(ours, a_log(ours, "x"))] == [
        Denial.FOREIGN,
        Denial.FOREIGN,
    ]
    for other in (
        a_run(a_canary(world, "beta.example.com"), "r1", world.now, server="beta.example.com"),
        run,
    ):
        assert [outcome.denied for outcome in world.record(other, a_log(other, "x"))] == [
            None,
            None,
        ]
    renewed = replace(run, key_id=a_canary(world))
    assert [outcome.denied for outcome in world.record(renewed, a_log(renewed, "y"))] == [
        None,
        None,
    ]
    (unknown,) = world.record(a_log(a_run(key, "r2", world.now), "x"))
    assert unknown.denied is Denial.UNKNOWN


def test_what_the_log_blames_fails_and_nothing_is_said_of_the_others(
    world: World, key: int
) -> None:
    run = a_run(key, "r1", world.now, FAILED)
    world.record(unfinished(run))
    world.record(
        a_log(
            run,
            f"[log] booted\n{BLAMES.format('solved')}[log] GET /assets/plugins/voting-0a1b2c3d.js\n",
        )
    )
    world.record(run)
    assert verdicts(world) == {"solved": SMOKE}
    (incident,) = world.incidents()
    assert (incident.origin, incident.verdict, incident.said_by, incident.reference) == (
        JudgingSource.CANARY,
        SMOKE,
        "stable.example.com",
        f"{SERVER}/r1",
    )
    assert incident.message
    assert incident.message.startswith(
        "open /latest: Timeout 100000ms exceeded\n[error] Uncaught Error"
    )
    assert incident.backtrace
    assert "[log] booted" in incident.backtrace
    assert server_incidents(world) == []
    assert "fails the browser smoke test" in world.announced()[0].message


def test_the_repositorys_name_is_understood_as_the_plugins_folder(world: World, key: int) -> None:
    with world.database.write() as session:
        plugin = session.exec(select(Plugin).where(Plugin.handle == "solved")).one()
        plugin.repository = plugin.repository_key = "example/discourse-solved-by"
    run = a_run(key, "r1", world.now, FAILED)
    world.record(run, a_log(run, BLAMES.format("discourse-solved-by")))
    assert verdicts(world) == {"solved": SMOKE}


def test_without_a_plugin_to_blame_the_server_is_in_trouble_until_it_passes(
    world: World, key: int
) -> None:
    world.record(a_run(key, "r1", world.now, FAILED))
    (incident,) = server_incidents(world)
    assert (incident.name, incident.step, incident.message, incident.resolved_at) == (
        "stable.example.com",
        "open /latest",
        "Timeout 100000ms exceeded",
        None,
    )
    assert (verdicts(world), world.incidents()) == ({}, [])
    assert [(row.action, row.conversation) for row in world.announced()] == [("post", "source:1")]
    sent(world)
    world.record(
        a_run(key, "r2", world.now, (PASSED[0], RunStep("log in", Result.FAILED, 5, "no button")))
    )
    (incident,) = server_incidents(world)
    assert (incident.run_id, incident.step) == ("r2", "log in")
    sent(world)
    world.record(a_run(key, "r3", world.now))
    (incident,) = server_incidents(world)
    assert incident.resolved_at == world.now
    assert [(row.action, row.broadcast) for row in told(world, "source:1")] == [
        ("post", False),
        ("edit", False),
        ("edit", False),
        ("reply", True),
    ]
    assert "passed every step" in world.announced()[-1].message


def test_only_those_who_follow_everything_hear_of_a_server(world: World, key: int) -> None:
    with world.database.write() as session:
        follower = Destination(platform="local", address="solved", name="Solved")
        session.add(follower)
        session.flush()
        session.add(Subscription(destination_id=follower.id or 0, plugin_id=1))
    world.record(a_run(key, "r1", world.now, FAILED))
    assert [row.destination_id for row in world.announced()] == [1]


def test_a_log_that_comes_later_clears_the_server(world: World, key: int) -> None:
    run = a_run(key, "r1", world.now, FAILED)
    world.record(run)
    sent(world)
    world.record(a_log(run, BLAMES.format("voting")))
    (incident,) = server_incidents(world)
    assert incident.resolved_at == world.now
    assert incident.resolution
    assert "blames voting" in incident.resolution
    assert verdicts(world) == {"voting": SMOKE}
    assert [row.conversation for row in world.announced()[1:]] == [
        "source:1",
        "source:1",
        "incident:1",
        "incident:1",
    ]


def test_the_order_of_run_and_log_makes_no_difference(world: World) -> None:
    ends = []
    for server, order in (("a.example.com", (0, 1)), ("b.example.com", (1, 0))):
        key_id = a_canary(world, server)
        run = a_run(key_id, f"r-{server}", world.now, FAILED, server=server)
        said = (a_log(run, BLAMES.format("solved")), run)
        world.record(unfinished(run))
        for place in order:
            world.record(said[place])
        (row,) = world.incidents()
        still_open = [
            incident for incident in server_incidents(world) if incident.resolved_at is None
        ]
        ends.append((row.fingerprint, row.message, row.backtrace, row.verdict, still_open))
    assert ends[0] == ends[1]


def test_a_log_adds_to_what_a_step_said(world: World) -> None:
    steps = (
        RunStep("log in", Result.FAILED, 5, "Error in `discourse/plugins/solved/discourse/y`"),
    )
    ends = []
    for server, order in (("a.example.com", (0, 1)), ("b.example.com", (1, 0))):
        run = a_run(a_canary(world, server), f"r-{server}", world.now, steps, server=server)
        said = (a_log(run, BLAMES.format("solved")), run)
        world.record(unfinished(run, 0))
        for place in order:
            world.record(said[place])
        (row,) = world.incidents()
        assert row.backtrace
        ends.append((row.fingerprint, row.message, row.backtrace))
    assert ends[0] == ends[1]
    assert server_incidents(world) == []


def test_interleaved_and_late_runs_end_the_same(world: World, key: int) -> None:
    early, late = a_run(key, "early", world.now, FAILED), a_run(key, "late", world.now + MINUTE)
    world.record(unfinished(early), unfinished(late))
    world.record(late)
    world.record(early, a_log(early, BLAMES.format("solved")))
    assert verdicts(world) == {"solved": GOOD, "voting": GOOD}
    assert (world.incidents(), server_incidents(world)) == ([], [])


def test_a_passing_run_that_began_earlier_heals_nothing(world: World, key: int) -> None:
    late, early = a_run(key, "late", world.now + MINUTE, FAILED), a_run(key, "early", world.now)
    world.record(late)
    world.record(early)
    (incident,) = server_incidents(world)
    assert incident.resolved_at is None


def test_what_a_guard_took_out_of_service_gains_nothing(world: World, key: int) -> None:
    world.report(saw("solved", "p1", BAD), branch="tests-passed")
    world.record(a_run(key, "r1", world.now))
    assert verdicts(world) == {"voting": GOOD}
    world.now += timedelta(days=4)
    world.record(Overdue(limit=10))
    world.record(a_run(key, "r2", world.now))
    assert verdicts(world) == {"voting": GOOD}
    run = a_run(key, "r3", world.now, FAILED)
    world.record(run, a_log(run, BLAMES.format("solved")))
    assert verdicts(world) == {"voting": GOOD}
    assert all(incident.resolved_at for incident in server_incidents(world))
    assert verdicts(world, JudgingSource.GUARD) == {"solved": BAD}


def test_deprecations_blame_only_where_no_error_does(world: World, key: int) -> None:
    notice = "[warning] [PLUGIN voting] Deprecation notice: widgets are gone\n"
    run = a_run(key, "r1", world.now, FAILED)
    world.record(run, a_log(run, notice))
    assert verdicts(world) == {"voting": SMOKE}
    again = a_run(key, "r2", world.now, FAILED)
    world.record(again, a_log(again, notice + BLAMES.format("solved")))
    assert verdicts(world)["solved"] == SMOKE
    assert stored_blame(world, "r2") == ["solved"]


def stored_blame(world: World, run_id: str) -> list[str]:
    with world.database.read() as session:
        return session.exec(select(CanaryRun.blamed).where(CanaryRun.run_id == run_id)).one()


def test_a_log_that_is_replaced_takes_its_accusation_back(world: World, key: int) -> None:
    run = a_run(key, "r1", world.now, FAILED)
    world.record(run, a_log(run, BLAMES.format("solved")))
    world.record(a_log(run, BLAMES.format("voting")))
    assert verdicts(world) == {"solved": Verdict.UNKNOWN, "voting": SMOKE}


def test_a_log_that_is_sent_again_is_no_news(world: World, key: int) -> None:
    run = a_run(key, "r1", world.now, FAILED)
    world.record(run, a_log(run, BLAMES.format("solved")))
    before = len(world.announced())
    world.record(a_log(run, BLAMES.format("solved")), run)
    assert len(world.announced()) == before


def test_the_next_passing_run_heals_the_plugin(world: World, key: int) -> None:
    run = a_run(key, "r1", world.now, FAILED)
    world.record(run, a_log(run, BLAMES.format("solved")))
    world.record(a_run(key, "r2", world.now, host="h2"))
    (incident,) = world.incidents()
    assert (incident.resolved_at, verdicts(world)["solved"]) == (world.now, GOOD)


def test_a_run_of_last_week_opens_nothing(world: World, key: int) -> None:
    world.record(a_run(key, "r1", world.now - timedelta(days=7), FAILED))
    assert server_incidents(world) == []


def test_a_revoked_key_records_nothing(world: World, key: int) -> None:
    from models.operating import keys

    with world.database.write() as session:
        keys.revoke(session, str(key), world.now)
    (outcome,) = world.record(a_run(key, "r1", world.now))
    assert outcome.refused
    with world.database.read() as session:
        assert session.exec(select(CanaryRun)).all() == []


def test_any_order_of_two_days_ends_the_same(database: Database, now: datetime) -> None:
    """Four words about two failed runs and one that passed between them, in every order that a canary may send them."""
    world = make_world(database, now, "solved", "voting")
    ends = set()
    for n, order in enumerate(permutations(("first", "passing", "second", "log"))):
        if order.index("log") < order.index("second"):
            continue
        server, day = f"s{n}.example.com", world.now
        key_id = a_canary(world, server)

        def made(name: str, minute: int, steps: tuple[RunStep, ...]) -> CanaryReport:
            return a_run(key_id, f"{name}-{n}", day + minute * MINUTE, steps, server=server)  # noqa: B023 - called before the next turn

        second = made("second", 2, FAILED)
        said = {
            "first": made("first", 0, FAILED),
            "passing": made("passing", 1, PASSED),
            "second": second,
        }
        for what in order:
            world.record(said[what] if what in said else a_log(second, BLAMES.format("solved")))
        mine = [incident for incident in server_incidents(world) if incident.name == server]
        ends.add(
            (
                verdicts(world)["solved"],
                verdicts(world)["voting"],
                any(not one.resolved_at for one in mine),
            )
        )
        world.now += timedelta(hours=1)
    assert ends == {(SMOKE, GOOD, False)}
