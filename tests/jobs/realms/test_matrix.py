"""matrix, the bundled extension: rooms in which people ask and follow, against a local stand-in of a homeserver."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from jobs.deliver.deliverer import DeliveryTimes
from jobs.deliver.opening import delivering
from jobs.realms.hosting import hosting
from models.database.engine import Database
from models.people.persons import appoint
from models.rules.authority import Holder, HolderKind
from models.settings import Settings
from models.tables import Announcement, ClosedPlatform, Destination, RealmCall, Workspace
from tests.jobs.realms.chatting import ADMIN, Chat, chatting, state, until
from tests.models.extensions.operator import shell
from tests.servers.matrix import BOT, Homeserver, homeserver
from tests.world import BAD, GOOD, World, make_world, saw

TOKEN = "tripwire-77aa-of-matrix"
ROOM = "!plugins:example.org"
ANN = "@ann:example.org"
HOLDER = Holder("matrix", "example.org", HolderKind.USER, "ann_at_example.org")


@pytest.fixture
def matrix(monkeypatch: pytest.MonkeyPatch) -> Iterator[Homeserver]:
    with homeserver(TOKEN) as there:
        monkeypatch.setenv("EXTENSION_MATRIX_SERVER", there.url)
        monkeypatch.setenv("EXTENSION_MATRIX_TOKEN", TOKEN)
        monkeypatch.setenv("EXTENSION_MATRIX_ACCOUNT", BOT)
        there.invites.add(ROOM)
        yield there


@pytest.fixture
def world(
    database: Database, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> World:
    monkeypatch.chdir(tmp_path)
    with database.write() as session:
        session.add(Workspace(platform="matrix", workspace="example.org", admitted_at=now))
        appoint(session, [ADMIN, HOLDER], now)
    return make_world(database, now, "solved")


@pytest.fixture
def chat(matrix: Homeserver, world: World, database_url: str) -> Iterator[Chat]:
    """The extension is on, and the bot listens in the room."""
    assert shell(database_url)("install", "matrix", "--agree").code == 0
    settings = Settings(extensions_folder=Path("extensions"), webhook_private_hosts="127.0.0.1")
    with (
        hosting(world.database, settings),
        delivering(world.database, settings, DeliveryTimes(look=0.02)),
        chatting(database_url) as chat,
    ):
        assert chat.ask("extension on matrix").title == "Matrix 1.0.0 is on"
        until(lambda: ROOM in matrix.joined, "it accepts the invitation")
        yield chat


def ask(matrix: Homeserver, words: str, sender: str = ANN) -> dict[str, Any]:
    """What the bot answers in the room to what somebody says there."""
    event_id = matrix.say(ROOM, sender, {"msgtype": "m.text", "body": words})

    def answers() -> list[dict[str, Any]]:
        said = matrix.said_by_bot(ROOM)
        reply = {"m.in_reply_to": {"event_id": event_id}}
        return [each for each in said if each.get("m.relates_to") == reply]

    until(lambda: bool(answers()), words)
    return answers()[0]


def cards(matrix: Homeserver) -> list[dict[str, Any]]:
    return [each for each in matrix.said_by_bot(ROOM) if each["msgtype"] == "m.text"]


def test_people_ask_and_follow_in_a_room(chat: Chat, matrix: Homeserver, world: World) -> None:
    answer = ask(matrix, "!plugin status solved")
    assert answer["msgtype"] == "m.notice"
    assert "solved" in answer["body"]
    assert "!plugin help" in ask(matrix, "!plugin nonsense")["body"]
    refused = ask(matrix, "!plugin follow solved", "@eve:elsewhere.example")
    assert "only in workspaces that are admitted" in refused["body"]
    assert not followed(chat.database)
    for words in ("role grant admin U-evil", "extension off matrix", "workspaces admit slack:T9"):
        assert "is not done from here" in ask(matrix, f"!plugin {words}")["body"], words
    assert "Matrix" in ask(matrix, "!plugin extensions")["body"], "asking is another thing"
    ask(matrix, "!plugin follow solved")
    assert followed(chat.database) == [ROOM]
    asked_before = len(matrix.said_by_bot(ROOM))
    matrix.say(ROOM, BOT, {"msgtype": "m.text", "body": "!plugin list"})
    matrix.say(ROOM, ANN, {"msgtype": "m.notice", "body": "!plugin list"})
    matrix.say(ROOM, ANN, {"msgtype": "m.text", "body": "hello"})

    world.report(saw("solved", "p1", BAD))
    until(lambda: any("solved" in each["body"] for each in cards(matrix)[1:]), "a card")
    card = next(each for each in cards(matrix)[1:] if "m.relates_to" not in each)
    assert "solved (main) does not load" in card["body"]
    assert "Acknowledge: !plugin ack 1" in card["body"]
    world.report(saw("solved", "p2", GOOD))

    def relations() -> set[str]:
        return {each.get("m.relates_to", {}).get("rel_type", "") for each in cards(matrix)}

    until(lambda: {"m.replace", "m.thread"} <= relations(), "the card is edited, and its thread")
    until(lambda: not waiting(chat.database), "all is marked")
    assert [
        each for each in matrix.said_by_bot(ROOM)[asked_before:] if "m.in_reply_to" in str(each)
    ] == []
    assert state(chat.database) == ("on", None)
    with chat.database.read() as session:
        assert TOKEN not in str(session.exec(select(RealmCall.arguments, RealmCall.answer)).all())


@pytest.mark.usefixtures("chat")
def test_a_person_follows_by_themselves(matrix: Homeserver, world: World) -> None:
    ask(matrix, "!plugin follow me solved")
    world.report(saw("solved", "p1", BAD))
    until(lambda: bool(matrix.direct), "a room for two is made")
    (room,) = matrix.direct[ANN]
    until(lambda: bool(matrix.said_by_bot(room)), "the card is there")


def test_what_is_off_is_told_nothing(chat: Chat, matrix: Homeserver, world: World) -> None:
    ask(matrix, "!plugin follow solved")
    assert chat.ask("extension off matrix").title == "Matrix is off"
    with chat.database.read() as session:
        assert session.get(ClosedPlatform, "matrix") is not None
    world.report(saw("solved", "p1", BAD))
    assert not waiting(chat.database)
    chat.ask("extension on matrix")
    world.report(saw("solved", "p2", GOOD))
    until(lambda: bool(cards(matrix)), "what is followed was kept")


def followed(database: Database) -> list[str]:
    with database.read() as session:
        rows = session.exec(select(Destination.address).where(Destination.platform == "matrix"))
        return list(rows)


def waiting(database: Database) -> list[Announcement]:
    with database.read() as session:
        rows = session.exec(select(Announcement).order_by(col(Announcement.id))).all()
        return [
            row
            for row in rows
            if row.platform == "matrix" and row.sent_at is None and row.dead_at is None
        ]


def test_other_extensions_are_asked_there(
    chat: Chat, matrix: Homeserver, database_url: str
) -> None:
    shell(database_url)("install", "helloworld", "--agree")
    chat.ask("extension on helloworld")
    assert "is not used here" in ask(matrix, "!plugin helloworld hello Ann")["body"]
    chat.ask("extension on helloworld everywhere")
    assert "Hello Ann!" in ask(matrix, "!plugin helloworld hello Ann")["body"]
    chat.ask("extension off helloworld")
    assert "Hello world is off" in ask(matrix, "!plugin helloworld hello Ann")["body"]
