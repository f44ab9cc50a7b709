"""Facts about plugins that people declare: who may, what is noted, and where it is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlmodel import select

from models.actions.asking import Asker
from models.database.engine import Database
from models.messages.message import Message, Tone
from models.queries.registry import declarations_about
from models.rules.people import Actor
from models.rules.privacy import Clearance
from models.tables import Declaration, Plugin
from tests.asking import ask
from tests.hub import a_repository
from tests.models.messages.samples import said
from tests.staff import ADMIN, GUARDIAN, MAINTAINER, STRANGER, Staffed, staffed
from tests.world import make_world

Edit = Callable[..., Message]


@pytest.fixture
def people(database: Database, now: datetime) -> Staffed:
    return staffed(make_world(database, now, "solved", "voting", "chat"))


@pytest.fixture
def edit(people: Staffed) -> Edit:
    def edit(text: str, actor: Actor = GUARDIAN) -> Message:
        person = Asker("slack", actor.workspace, actor.user, actor.name, "D1", is_direct=True)
        return ask(people.world.database, text, people.world.now, person)

    return edit


def test_what_is_declared_stands_until_it_is_declared_otherwise(edit: Edit) -> None:
    assert edit("edit solved needs 3.5").title == "solved needs host >=3.5"
    assert edit("edit Solved needs >=3.5").title == "Noted already: solved needs host >=3.5"
    assert edit("edit solved needs >=3.6").title == "solved needs host >=3.6"
    conflict = edit("edit solved conflicts voting <1.2 of >=2 because both vote")
    assert conflict.title == "solved >=2 conflicts with voting <1.2: both vote"
    edit("edit solved requires chat")
    assert edit("edit solved tested 3.5").title == "solved was tested with host <=3.5"
    assert edit("edit solved runtime 3.3").title == "solved needs runtime >=3.3"
    assert edit("edit solved optional voting 2").title == "solved can use voting >=2"
    edit("edit solved status deprecated because assign does it, see https://example.com/1")
    told = said(edit("info solved"))
    for line in (
        "solved needs host >=3.6",
        "solved >=2 conflicts with voting <1.2: both vote",
        "solved requires chat",
        "solved is deprecated: assign does it, see ",
    ):
        assert line in told
    assert ">=3.5" not in told
    assert "solved requires chat" in said(edit("info chat")), "told of the other one, too"


def test_what_is_taken_back_is_gone(edit: Edit, people: Staffed) -> None:
    edit("edit solved conflicts voting")
    edit("edit solved conflicts voting of <2")
    edit("edit solved breaks >=4")
    assert (
        edit("edit solved breaks off").title
        == "solved: on which hosts it breaks is declared no more"
    )
    again = edit("edit solved breaks off")
    assert (again.title, again.tone) == (
        "solved: on which hosts it breaks was not declared",
        Tone.WARNING,
    )
    edit("edit solved conflicts voting of <3")
    edit("edit solved conflicts voting of <3 off")
    edit("edit solved optional voting")
    assert (
        edit("edit solved optional voting off").title
        == "solved: that it can use voting is declared no more"
    )
    with people.world.database.read() as session:
        left = [row.of_versions for row in session.exec(select(Declaration))]
    assert sorted(left) == ["", "<2"], "that of some versions is another one"
    edit("edit solved conflicts voting off")
    with people.world.database.read() as session:
        assert not session.exec(select(Declaration)).all(), "of whatever versions"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("edit nowhere needs 3.5", "No plugin is called “nowhere”"),
        ("edit solved requires nowhere", "No plugin is called “nowhere”"),
        ("edit solved conflicts Solved", "solved cannot be said to conflict with itself"),
        ("edit solved optional Solved", "solved cannot be said to use itself"),
        ("edit solved needs never", "“never” is no range of versions; one looks like >=3.5 or >=3.5, <4"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said_and_not_noted(
    edit: Edit, people: Staffed, text: str, title: str
) -> None:
    assert edit(text).title == title
    with people.world.database.read() as session:
        assert session.exec(select(Declaration)).all() == []


def test_who_may_declare_and_every_try_is_audited(edit: Edit, people: Staffed) -> None:
    assert edit("edit solved needs 3.5", STRANGER).title == "You may not do that here"
    assert edit("edit voting needs 3.5", MAINTAINER).title == "You may not do that here"
    assert edit("edit solved needs 3.5", MAINTAINER).title == "solved needs host >=3.5"
    assert edit("edit solved needs off", ADMIN).tone is Tone.INFO
    entries = [(row.action, row.outcome, row.words) for row in people.audited()[-4:]]
    assert entries == [
        ("edit", "denied", "edit: solved needs host >=3.5"),
        ("edit", "denied", "edit: voting needs host >=3.5"),
        ("edit", "done", "edit: solved needs host >=3.5"),
        ("edit", "done", "edit: solved needs off"),
    ]


def test_what_is_declared_of_a_private_plugin_is_for_those_who_may_know(
    edit: Edit, people: Staffed
) -> None:
    edit("edit solved conflicts voting because secret")
    with people.world.database.write() as session:
        plugin = session.exec(select(Plugin).where(Plugin.handle == "solved")).one()
        plugin.repository_id = 7
        plugin_id = plugin.id or 0
        session.add_all((plugin, a_repository(github_id=7, private=True)))
    with people.world.database.read() as session:
        for handle in ("solved", "voting"):
            assert declarations_about(session, {handle}) == []
            for allowed in (
                Clearance(plugins=frozenset({plugin_id})),
                Clearance(every_plugin=True),
            ):
                assert len(declarations_about(session, {handle}, allowed=allowed)) == 1
    assert "secret" not in said(edit("info voting", replace(STRANGER, workspace="T9")))
