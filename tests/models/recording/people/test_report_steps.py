"""Drafts of bug reports: kept until they stand as issues, and what is said late gets into no other one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select, update

from jobs.prune import prune
from models.actions.asking import Asker
from models.database.engine import Database
from models.events import BugReport, Outcome, StepSaid
from models.messages.drawing import in_words
from models.messages.message import Message, Text
from models.messages.report_steps import lacking_in_step
from models.outbox.ways_out import GITHUB
from models.people.persons import who
from models.recording.people import report_steps
from models.rules.people import Actor
from models.rules.places import Place
from models.rules.report_steps import ReportMove, ReportStep
from models.settings import Settings
from models.tables import Extension, OpenChannel, Person, Plugin, RealmCall, ReportDraft
from tests.asking import ask
from tests.world import World, make_world

ADA = Actor("local", "local", "ada", "Ada")
ADAS = Asker("local", "local", "ada", "Ada", "room", "Room")
EVE = Actor("local", "local", "eve", "Eve")
FORM = {"happened": "It broke", "expected": "That it works", "steps": "Open it"}
FIELDS = (
    ("number", "How many", "integer", (), False),
    ("sure", "Sure?", "flag", (), False),
    ("which", "Which", "incident", (), False),
    ("other", "Other plugin", "plugin", (), False),
    ("mood", "Mood", "choice", ("calm", "upset"), False),
)
STEP = ReportStep("acmejira", "Jira", "Ticket", "step", True, FIELDS, {})


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    world = make_world(database, now, "solved", "voting")
    with database.write() as session:
        person = who(session, ADA, now)
        session.add(
            Extension(
                handle="acmejira",
                state="on",
                version="1",
                manifest="",
                folder="",
                digest="",
                agreed_by_id=person.person_id,
                agreed_at=now,
                agreed_terms="",
                changed_at=now,
            )
        )
    return world


def begin(world: World, actor: Actor = ADA) -> None:
    with world.database.write() as session:
        plugin = session.exec(select(Plugin).where(Plugin.handle == "solved")).one()
        person = who(session, actor, world.now)
        report_steps.begin(session, person, plugin, FORM, [STEP], world.now)


def go(world: World, move: ReportMove, actor: Actor = ADA, **answers: str) -> Outcome:
    place = Place("local", "room", "Room")
    report = BugReport(
        actor, place, "Solved", tuple(answers.items()), asked_in=place, move=move, step=2
    )
    (outcome,) = world.record(report)
    return outcome


def drafts(world: World) -> list[ReportDraft]:
    with world.database.read() as session:
        return list(session.exec(select(ReportDraft)))


def called(world: World) -> list[RealmCall]:
    with world.database.read() as session:
        return list(session.exec(select(RealmCall).order_by(RealmCall.id)))  # type: ignore[arg-type] # a column


def issues(world: World) -> list[str]:
    found = [each for each in world.announced() if each.platform == GITHUB]
    return [in_words(Message.from_json(each.message)) for each in found]


def said(call: RealmCall, words: str) -> StepSaid:
    draft, number, token = call.event.removeprefix("step:").split(":")
    return StepSaid(int(draft), int(number), token, Message("", blocks=(Text(words),)))


def test_a_report_that_cannot_be_filed_just_now_is_kept(world: World) -> None:
    begin(world)
    answer = go(world, ReportMove.FINISH).answer
    assert answer
    assert "on its way" not in answer.title
    assert len(drafts(world)) == 1
    with world.database.write() as session:
        session.add(OpenChannel(platform=GITHUB))
    answer = go(world, ReportMove.FINISH).answer
    assert answer
    assert "on its way" in answer.title
    assert drafts(world) == []
    assert len(issues(world)) == 1


def test_what_is_said_late_gets_into_no_other_draft(world: World) -> None:
    with world.database.write() as session:
        session.add(OpenChannel(platform=GITHUB))
    begin(world)
    go(world, ReportMove.NEXT, mood="upset")
    go(world, ReportMove.NEXT, mood="calm")
    earlier, later = called(world)
    assert later.arguments["plugin"] == "solved", "by its handle, however it was typed"
    world.record(said(earlier, "to what was filled in before"), said(later, "to Ada alone"))
    (draft,) = drafts(world)
    assert "to Ada alone" in str(draft.steps)
    assert "before" not in str(draft.steps)
    go(world, ReportMove.FINISH)
    begin(world, EVE)
    go(world, ReportMove.NEXT, EVE, mood="calm")
    (hers,) = drafts(world)
    number, _, token = later.event.removeprefix("step:").split(":")
    late = Message("", blocks=(Text("to Ada alone"),))
    for step in (1, 2, 7):
        world.record(StepSaid(hers.id or 0, step, token, late))
        world.record(StepSaid(hers.id or 0, step, "", late))
        world.record(StepSaid(int(number), step, token, late))
    go(world, ReportMove.FINISH, EVE)
    assert ["to Ada alone" in each for each in issues(world)] == [True, False]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ({"number": "many"}, "How many (a whole number)"),
        ({"number": "²"}, "How many (a whole number)"),
        ({"sure": "maybe"}, "Sure? (yes or no)"),
        ({"which": "solved"}, "Which (the number of an incident)"),
        ({"other": "nobody"}, "Other plugin (the name of a plugin)"),
        ({"mood": "cross"}, "Mood (calm, upset)"),
    ],
)
def test_fields_are_checked_by_their_types(world: World, wrong: dict[str, str], right: str) -> None:
    begin(world)
    answer = go(world, ReportMove.NEXT, **wrong).answer
    assert answer
    assert f"It needs: {right}." in in_words(answer)
    assert called(world) == []


def test_what_fits_is_taken() -> None:
    fits: dict[str, Any] = {"number": "-3", "sure": "Yes", "which": "#12", "mood": "calm"}
    assert lacking_in_step(STEP, fits) == ()


def test_nobody_fills_in_a_step_of_a_report_whose_day_is_over(world: World) -> None:
    with world.database.write() as session:
        session.add(OpenChannel(platform=GITHUB))
    begin(world)
    for hours, title in (
        (24, "Ticket (2 of 2)"),
        (25, "There is no report on solved to go on with"),
    ):
        asked = ask(
            world.database, "report solved next 2", world.now + timedelta(hours=hours), ADAS
        )
        assert asked.title == title
    world.now += timedelta(hours=25)
    answer = go(world, ReportMove.NEXT, mood="calm").answer
    assert answer
    assert answer.title == "There is no report on solved to go on with"


def test_a_draft_goes_after_a_day(world: World) -> None:
    begin(world)
    today = datetime.now(world.now.tzinfo)
    with world.database.write() as session:
        session.exec(update(Person).values(seen_at=today))
        (draft,) = session.exec(select(ReportDraft))
        draft.begun_at = today - timedelta(hours=23)
    prune(world.database, Settings())
    assert len(drafts(world)) == 1
    with world.database.write() as session:
        (draft,) = session.exec(select(ReportDraft))
        draft.begun_at -= timedelta(hours=2)
    prune(world.database, Settings())
    assert drafts(world) == []
