"""Anybody submits a plugin for the master list; a guardian accepts or declines it."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from models.actions.asking import Asker
from models.database.engine import Database
from models.events.master_list import PluginSubmission, SubmissionDecision, SubmissionRead
from models.messages.message import Buttons, Links, Message
from models.queries.plugins import handles
from models.rules.audit import AuditOutcome
from models.rules.people import Actor
from models.rules.places import Place
from models.rules.privacy import EVERYTHING, PUBLIC, Clearance
from models.tables import Announcement, Destination, Submission
from tests.asking import event, problem
from tests.hub import a_repository, follow
from tests.staff import GUARDIAN, MAINTAINER, STRANGER, Staffed, answer, staffed
from tests.world import make_world

REPOSITORY = "Example/discourse-kanban"
HEADER = "# name: discourse-kanban\n# about: A board of topics\n# version: 1.2\n"


@pytest.fixture
def people(database: Database, now: datetime) -> Staffed:
    return staffed(make_world(database, now, "solved"))


def submit(people: Staffed, actor: Actor = STRANGER, text: str = REPOSITORY) -> Message:
    place = Place(actor.platform, actor.user, actor.name, is_person=True, workspace="T1")
    (outcome,) = people.world.record(PluginSubmission(actor, place, text))
    return answer(outcome)


def read(people: Staffed, number: int = 1, **what: object) -> None:
    seen = {"header": HEADER, "topics": ("discourse-plugin", "kanban"), **what}
    people.world.record(SubmissionRead(number, **seen))  # type: ignore[arg-type]  # of several kinds


def decide(
    people: Staffed,
    actor: Actor = GUARDIAN,
    number: int = 1,
    *,
    accepts: bool = True,
    allowed: Clearance = PUBLIC,
) -> Message:
    reason = "" if accepts else "it is a theme"
    (outcome,) = people.world.record(SubmissionDecision(actor, number, accepts, reason, allowed))
    return answer(outcome)


def sent(people: Staffed, address: str = "") -> list[tuple[str, Message]]:
    """What was told, oldest first: to the guardians' room, or at an address."""
    with people.world.database.read() as session:
        rows = session.exec(
            select(Announcement, Destination).join(Destination).order_by(Announcement.id)
        )
        return [
            (row.action, Message.from_json(row.message))
            for row, to in rows
            if (to.address == address if address else to.platform == "local")
        ]


def buttons(message: Message) -> list[str]:
    return [
        command for block in message if isinstance(block, Buttons) for _, command in block.buttons
    ]


def test_it_is_read_shown_and_accepted(people: Staffed) -> None:
    said = submit(people, text=f"https://github.com/{REPOSITORY}")
    assert said.title == f"Submission 1: {REPOSITORY}"
    assert buttons(said) == []  # who is no guardian decides nothing
    read(people)
    card = sent(people)[-1][1]
    assert "A board of topics" in str(card)
    assert buttons(card) == ["accept 1", "decline 1"]
    told = sent(people, STRANGER.user)[-1][1]
    assert "A board of topics" in str(told)
    assert buttons(told) == []
    assert decide(people).title == "discourse-kanban is on the master list"
    with people.world.database.read() as session:
        assert handles(session) == ["discourse-kanban", "solved"]
        row = session.exec(select(Submission)).one()
    assert (row.accepted, row.decided_by) == (True, GUARDIAN.name)
    assert sent(people, STRANGER.user)[-1][1].title == "discourse-kanban is on the master list"
    assert buttons(sent(people)[-1][1]) == []
    assert "accepted" in decide(people).title  # too late
    assert "already" in submit(people).title


def test_a_guardian_confirms_what_was_read(people: Staffed) -> None:
    assert buttons(submit(people, GUARDIAN)) == ["accept 1", "decline 1"]
    read(people)
    assert buttons(sent(people, GUARDIAN.user)[-1][1]) == ["accept 1", "decline 1"]
    again = submit(people, GUARDIAN)
    assert "A board of topics" in str(again)
    assert buttons(again) == ["accept 1", "decline 1"]


def test_it_is_declined_with_a_reason(people: Staffed) -> None:
    submit(people)
    read(people, header=None, topics=(), problem="There is no plugin.rb.")
    card = sent(people)[-1][1]
    assert buttons(card) == ["decline 1"]
    assert "declined" in decide(people, accepts=False).title
    told = str(sent(people, STRANGER.user)[-1][1])
    assert "it is a theme" in told
    with people.world.database.read() as session:
        assert handles(session) == ["solved"]


def test_what_was_declined_is_submitted_again_by_guardians_or_later(people: Staffed) -> None:
    submit(people)
    decide(people, accepts=False)
    cards = len(sent(people))
    for actor in (STRANGER, MAINTAINER):
        said = submit(people, actor)
        assert "Submission 1, declined" in said.title
        assert "it is a theme" in str(said)
    assert len(sent(people)) == cards
    assert "Submission 2" in submit(people, GUARDIAN).title
    decide(people, number=2, accepts=False)
    people.world.now += timedelta(days=31)
    assert "Submission 3" in submit(people).title


def test_a_folder_is_linked(people: Staffed) -> None:
    links = [
        block
        for block in submit(people, text=f"{REPOSITORY}/plugins/x")
        if isinstance(block, Links)
    ]
    assert links == [
        Links((("Repository", f"https://github.com/{REPOSITORY}/tree/HEAD/plugins/x"),))
    ]


def test_no_number_is_given_again(people: Staffed) -> None:
    submit(people)
    with people.world.database.write() as session:
        session.delete(session.get_one(Submission, 1))
    assert "Submission 2" in submit(people, text="example/other").title


@pytest.mark.parametrize("actor", [MAINTAINER, STRANGER])
def test_others_decide_nothing(people: Staffed, actor: Actor) -> None:
    submit(people)
    assert decide(people, actor).title == "You may not do that here"
    assert people.audited()[-1].outcome == AuditOutcome.DENIED


def test_what_makes_no_sense_is_refused(people: Staffed) -> None:
    assert "no repository" in submit(people, text="https://example.com/x").title
    assert "no repository" in submit(people, text="").title
    assert "already" in submit(people, text="example/solved").title
    assert decide(people, number=9).title == "There is no submission 9"
    for number in range(5):
        submit(people, text=f"example/plugin-{number}")
    assert "wait already" in submit(people, text="example/one-more").title


def test_names_that_others_hold_are_not_taken(people: Staffed) -> None:
    submit(people)
    read(people, header="# name: solved\n")
    said = decide(people)
    assert "cannot be accepted" in said.title
    assert "belongs to example/solved" in str(said)
    assert buttons(submit(people, GUARDIAN)) == ["accept 1", "decline 1"]


def test_where_others_read_no_private_repository_is_told(people: Staffed) -> None:
    with people.world.database.write() as session:
        follow(session, "solved", repository=a_repository(private=True))
    submit(people)
    read(people, header="# name: solved\n")
    said = str(decide(people))
    assert "`solved`, which belongs to another plugin" in said
    assert "example/solved" not in said
    assert "belongs to example/solved" in str(decide(people, allowed=EVERYTHING))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://ada:hunter2@github.com/o/n", "github.com/o/n"),
        ("ada:hun@ter2@github.com/o/n", "github.com/o/n"),
        ("ssh://ada:hunter2@gitserver/o/n.git", "gitserver/o/n.git"),
        ("https://hunter2@example.com/o/n", "example.com/o/n"),
        ("https://github.com/o/n/tree/main/a", "https://github.com/o/n/tree/main/a"),
        ("o/n", "o/n"),
    ],
)
def test_no_password_is_kept(people: Staffed, typed: str, kept: str) -> None:
    made = event(f"add {typed}", Asker("slack", "T1", STRANGER.user, STRANGER.name, "D1"))
    assert isinstance(made, PluginSubmission)
    assert made.text == kept
    (outcome,) = people.world.record(made)
    assert "hunter2" not in f"{outcome.answer} {people.audited()[-1].words}"


def test_what_is_typed() -> None:
    assert "NUMBER" in problem("accept x") or "number" in problem("accept x")
    made = event("decline #3 because it is a theme")
    assert made == SubmissionDecision(made.actor, 3, accepts=False, reason="it is a theme")  # type: ignore[union-attr]  # it has one
