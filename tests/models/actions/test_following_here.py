"""Following as it is typed: in a channel, in a direct message, and in the local room."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlmodel import select

from models.actions.asking import Asker
from models.database.engine import Database
from models.messages.message import Code, Message, Table
from models.rules.authority import Role
from models.tables import Destination, GithubLink, RoleGrant
from tests.asking import responder
from tests.models.messages.samples import said
from tests.world import make_world

GAIL = Asker(
    "discord", "G1", "100", "Gail", channel="200", channel_name="plugins", groups=frozenset({"300"})
)
DIRECT = replace(GAIL, channel="201", channel_name="", is_direct=True)
YOU = Asker("local", "local", "you", "you", channel="room", channel_name="Local room")

Say = Callable[..., Message]


@pytest.fixture
def say(database: Database, now: datetime) -> Say:
    world = make_world(database, now, "solved", "voting")
    with database.write() as session:
        roles = (("discord", "G1", "group", "300"), ("local", "local", "user", "you"))
        for platform, workspace, kind, holder in roles:
            session.add(
                RoleGrant(
                    platform=platform,
                    workspace=workspace,
                    kind=kind,
                    holder=holder,
                    role=Role.GUARDIAN,
                    granted_at=world.now,
                )
            )
    respond = responder(database)

    def say(text: str, asker: Asker = GAIL) -> Message:
        return respond(text, asker)

    return say


def places(database: Database) -> list[tuple[str, str, str, bool]]:
    with database.read() as session:
        rows = session.exec(select(Destination).order_by(Destination.id))
        return [(row.platform, row.address, row.name, row.is_person) for row in rows]


def test_in_a_channel(database: Database, say: Say) -> None:
    assert say("/plugin following").title == "This channel follows nothing"
    assert say("/plugin follow Solved").title == "This channel follows solved now"
    assert (
        say("/plugin follow all on stable only broken").title
        == "This channel follows all plugins on stable now"
    )
    answer = say("/plugin following")
    assert answer.title == "What this channel follows"
    assert next(block.rows for block in answer if isinstance(block, Table)) == (
        ("all plugins on stable", "breakage", "—"),
        ("solved", "breakage, recovery and releases", "—"),
    )
    assert "in each card's thread" in said(answer)
    say("/plugin channel flat")
    assert "messages of their own" in said(say("/plugin following"))
    assert say("/plugin unfollow all").title == "This channel does not follow all plugins any more"
    assert say("/plugin following").title == "This channel follows solved"
    assert places(database)[1:] == [("discord", "200", "plugins", False)]


@pytest.mark.parametrize(
    ("asker", "me"), [(GAIL, "me "), (DIRECT, ""), (replace(DIRECT, groups=frozenset()), "me ")]
)
def test_for_oneself(database: Database, say: Say, asker: Asker, me: str) -> None:
    assert (
        say(f"/plugin follow {me}solved only issues -bot", asker).title == "You follow solved now"
    )
    assert say("/plugin following me", asker).title == "You follow solved"
    assert "what bots write" in said(say("/plugin following", replace(asker, is_direct=True)))
    assert places(database)[1:] == [("discord", "100", "Gail", True)]


def test_in_the_local_room_everything_is_for_the_room(database: Database, say: Say) -> None:
    assert say("/plugin following", YOU).title == "This channel follows all plugins"
    assert say("/plugin follow me voting", YOU).title == "This channel follows voting now"
    assert places(database) == [("local", "room", "Local room", False)]


def test_without_a_role_a_channel_follows_nothing(say: Say) -> None:
    stranger = replace(GAIL, groups=frozenset())
    assert say("/plugin follow solved", stranger).title == "You may not do that here"
    assert say("/plugin channel", stranger).title == "This channel is notified like this"


def test_a_login_is_claimed_with_a_code(database: Database, say: Say) -> None:
    answer = say("/plugin link github @Mona-L", replace(GAIL, groups=frozenset()))
    assert answer.title == "Prove that Mona-L on GitHub is you"
    (code,) = (block.text for block in answer if isinstance(block, Code))
    assert code.startswith("pluginwatch-")
    assert (
        say("/plugin link github mona-l done").title == "Looking at the profile of Mona-L on GitHub"
    )
    with database.read() as session:
        link = session.exec(select(GithubLink)).one()
        assert link.asked_at is not None
    assert places(database)[1:] == [("discord", "100", "Gail", True)]


WRITTEN_WRONG = [
    ("follow", "name a plugin, or a tag"),
    ("follow solved only", "“only” needs one or more of"),
    ("unfollow solved only broken", "unfollow ends all of it"),
    ("following solved", "“solved” was not understood"),
    ("channel loud", "“loud” was not understood"),
    ("link", "Name your login on GitHub"),
    ("link gitlab mona", "Name your login on GitHub"),
    ("link github mona undone", "“undone” was not understood"),
]


def test_what_is_not_written_right_is_answered_with_its_usage(
    say: Say, subtests: pytest.Subtests
) -> None:
    for text, problem in WRITTEN_WRONG:
        with subtests.test(text):
            answer = say(f"/plugin {text}")
            assert problem in answer.title
            assert f"/plugin {text.split(maxsplit=1)[0]}" in said(answer)
