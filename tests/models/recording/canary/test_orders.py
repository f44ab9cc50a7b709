"""Smoke tests that people ask for: who may, one at a time, and shown while they go."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from models import outbox
from models.database.engine import Database
from models.events import Denial
from models.events.canary import ArtefactUpload, CanaryReport, LoadedPlugin, RunWanted
from models.messages.message import Buttons, Message
from models.operating import slots
from models.record import record
from models.recording.canary import orders
from models.rules.kinds import ArtefactKind
from models.rules.people import Actor
from models.rules.places import Place
from models.rules.smoke import Conclusion, EarlierAttempt, Result, RunStep, SmokeJob, heading
from models.rules.sources import JudgingSource
from models.tables import CanaryOrder, CanaryRun, Job, SourceVerdict
from tests.canaries import BLAMES, FAILED, PASSED, SERVER, a_canary, a_run
from tests.models.messages.samples import said
from tests.staff import GUARDIAN, MAINTAINER, STRANGER, Staffed, answer, staffed
from tests.world import GOOD, World, make_world, saw

HERE = Place("slack", "C1", "guardians")
LINE = slots.JobDescription(SmokeJob(SERVER).name, "daily at 03:15 UTC", timedelta(minutes=31))


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    world = make_world(database, now, "solved", "voting")
    with database.write() as session:
        slots.put_up(session, [LINE], now)
    staffed(world)
    return world


def ask(
    world: World, actor: Actor = GUARDIAN, server: str = SERVER, *, traced: bool = False
) -> Message:
    (outcome,) = world.record(RunWanted(actor, HERE, server, traced))
    return answer(outcome)


def ours(
    world: World, run_id: str, steps: tuple[RunStep, ...] = PASSED, *, ended: bool = True
) -> CanaryReport:
    run = replace(a_run(0, run_id, world.now, steps), key_id=None, planned=37, doing="open /admin")
    return run if ended else replace(run, finished_at=None)


def begin(world: World, run_id: str) -> bool:
    """What the job does first."""
    with world.database.write() as session:
        job = session.get_one(Job, LINE.name)
        job.asked_at, job.lease = None, "held"
        traced = orders.begin(session, SERVER, run_id, world.now)
        record(session, orders.abandoned(session, SERVER, world.now), world.now)
        return traced


def cards(world: World) -> list[Message]:
    """What the card showed, in its order; each is sent before the next."""
    with world.database.write() as session:
        while claims := outbox.claim(session, ["slack"], world.now):
            outbox.mark_sent(session, [(claim, str(claim.id)) for claim in claims], world.now)
    rows = [row for row in world.announced() if row.conversation.startswith("canary:")]
    return [Message.from_json(row.message) for row in rows]


def stored(world: World, run_id: str) -> CanaryRun:
    with world.database.read() as session:
        return session.get_one(CanaryRun, (SERVER, run_id))


def test_a_guardian_asks_and_sees_it_go_step_by_step(world: World) -> None:
    told = ask(world)
    assert told.title == "The smoke test of stable.example.com begins"
    with world.database.read() as session:
        assert session.get_one(Job, LINE.name).asked_at is not None
    assert len(cards(world)) == 1
    assert begin(world, "r1") is False
    world.record(ours(world, "r1", PASSED[:1], ended=False))
    going = cards(world)[-1]
    assert going.title == "stable.example.com: 1 of 37 steps of the smoke test done"
    assert "✓ open the site" in said(going)
    assert "… open /admin" in said(going)
    world.record(ours(world, "r1"))
    ended = cards(world)[-1]
    assert ended.title == "stable.example.com: the last smoke test passed"
    assert "Asked for by Gil" in said(ended)
    (buttons,) = [block for block in ended if isinstance(block, Buttons)]
    assert buttons.buttons == (("Log and pictures", f"canary {SERVER}"),)
    assert len({row.conversation for row in world.announced()}) == 1


@pytest.mark.parametrize(
    ("actor", "server", "title", "outcome"),
    [
        (STRANGER, SERVER, "You may not do that here", "denied"),
        (MAINTAINER, SERVER, "You may not do that here", "denied"),
        (
            GUARDIAN,
            "elsewhere.example.com",
            "elsewhere.example.com is tested by a canary of its own, so no test can be asked for here",
            "unknown",
        ),
        (
            GUARDIAN,
            "stabel.example.com",
            "No browser canary reports on a server “stabel.example.com”",
            "unknown",
        ),
    ],
)
def test_who_may_not_and_what_is_unknown(
    world: World, actor: Actor, server: str, title: str, outcome: str
) -> None:
    elsewhere = replace(
        a_run(0, "r1", world.now, PASSED), key_id=None, server="elsewhere.example.com"
    )
    world.record(elsewhere)
    assert ask(world, actor, server).title == title
    entry = Staffed(world).audited()[-1]
    assert (entry.action, entry.outcome) == ("canary run", outcome)
    assert world.announced() == []
    with world.database.read() as session:
        assert session.get_one(Job, LINE.name).asked_at is None


def test_one_at_a_time(world: World) -> None:
    ask(world)
    assert "under way already" in ask(world).title
    begin(world, "r1")
    assert "under way already" in ask(world, server="STABLE.example.com.").title
    assert [entry.outcome for entry in Staffed(world).audited()[-3:]] == [
        "done",
        "already",
        "already",
    ]
    world.record(ours(world, "r1"))
    release(world)
    assert "begins" in ask(world, traced=True).title
    assert begin(world, "r2") is True


def release(world: World) -> None:
    with world.database.write() as session:
        job = session.get_one(Job, LINE.name)
        job.lease = job.asked_at = None


def test_what_nobody_served_is_given_up_when_somebody_asks_anew(world: World) -> None:
    ask(world)
    begin(world, "r1")
    release(world)
    assert "begins" in ask(world).title
    first = [card for card in cards(world) if "came to nothing" in card.title]
    assert len(first) == 1
    world.now += timedelta(hours=2)
    assert begin(world, "r2") is False
    with world.database.read() as session:
        assert (
            session.exec(select(CanaryOrder).where(col(CanaryOrder.ended_at).is_(None))).all() == []
        )


def test_a_run_whose_process_died_proves_nothing_and_the_next_one_serves_who_asked(
    world: World,
) -> None:
    ask(world)
    begin(world, "dead")
    world.record(ours(world, "dead", FAILED, ended=False))
    begin(world, "alive")
    dead = stored(world, "dead")
    assert (dead.conclusion, dead.blamed) == (Conclusion.NOTHING, [])
    assert [step["result"] for step in dead.steps] == [Result.PASSED, Result.PASSED, Result.SKIPPED]
    assert len(dead.plugins) == 2
    late = replace(ours(world, "dead", FAILED), finished_at=world.now)
    (outcome,) = world.record(late)
    assert outcome.denied is Denial.FINAL
    world.record(ours(world, "alive"))
    assert cards(world)[-1].title == "stable.example.com: the last smoke test passed"


def test_a_retry_counts_and_the_attempt_before_is_told(world: World) -> None:
    ask(world)
    begin(world, "r1")
    world.record(ours(world, "r1", FAILED, ended=False))
    earlier = (EarlierAttempt(1, "open /latest", "/latest was answered with 502"),)
    world.record(replace(ours(world, "r1", PASSED[:1], ended=False), earlier=earlier))
    assert len(stored(world, "r1").steps) == 1
    assert "This is attempt 2" in said(cards(world)[-1])
    world.record(replace(ours(world, "r1"), earlier=earlier))
    ended = cards(world)[-1]
    assert ended.title == "stable.example.com: the last smoke test passed at the 2nd attempt"
    assert "Attempt 1 ended at: open /latest (/latest was answered with 502)" in said(ended)
    with world.database.read() as session:
        verdicts = session.exec(
            select(SourceVerdict.verdict).where(SourceVerdict.source == JudgingSource.CANARY)
        )
        assert set(verdicts) == {GOOD}


def test_only_the_log_of_the_attempt_that_counts_blames(world: World) -> None:
    log = f"{heading(1, 2)}\n{BLAMES.format('solved')}{heading(2, 2)}\n{BLAMES.format('voting')}"
    run = ours(world, "r1", FAILED)
    world.record(
        replace(run, finished_at=None),
        ArtefactUpload(None, SERVER, "r1", ArtefactKind.CONSOLE_LOG, log.encode()),
        run,
    )
    assert stored(world, "r1").blamed == ["voting"]


def test_what_a_site_does_not_tell_of_its_plugins_is_what_was_heard_last(world: World) -> None:
    world.report(saw("solved", "p7", GOOD, branch="stable-branch"), branch="tests-passed")
    plugins = (LoadedPlugin("solved", "solved", "", ""), LoadedPlugin("voting", "voting", "", ""))
    world.record(replace(ours(world, "r1"), plugins=plugins))
    assert stored(world, "r1").plugins == [
        {"handle": "solved", "branch": "stable-branch", "sha": "p7"}
    ]
    world.record(replace(ours(world, "r2"), plugins=(replace(plugins[1], sha="abcdef0"),)))
    assert stored(world, "r2").plugins == [{"handle": "voting", "branch": "main", "sha": "abcdef0"}]


def test_a_run_of_ours_and_one_with_a_key_are_strangers(world: World) -> None:
    key = a_canary(world)
    world.record(ours(world, "ours", ended=False), a_run(key, "theirs", world.now))
    (one,) = world.record(a_run(key, "ours", world.now))
    (other,) = world.record(replace(ours(world, "theirs"), steps=FAILED))
    assert (one.denied, other.denied) == (Denial.FOREIGN, Denial.FOREIGN)
