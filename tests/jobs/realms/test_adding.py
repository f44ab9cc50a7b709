"""What extensions add to the cards and answers about incidents: buttons, a selection, and blocks."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from jobs.deliver.deliverer import DeliveryTimes
from jobs.deliver.opening import delivering
from jobs.realms.hosting import hosting
from models import outbox
from models.actions.asking import Asker
from models.database.engine import Database
from models.messages.drawing import in_words
from models.messages.message import Buttons, Message
from models.outbox import Claim
from models.people.persons import appoint
from models.settings import Settings
from tests.jobs.realms.chatting import ADMIN, Chat, chatting, until
from tests.models.extensions.operator import shell
from tests.webhooks.conftest import serving
from tests.world import BAD, World, make_world, saw

QUICK = DeliveryTimes(look=0.02)
CARE = ("Care for it", "helloworld care 1")


@pytest.fixture
def world(
    database: Database, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> World:
    monkeypatch.chdir(tmp_path)
    with database.write() as session:
        appoint(session, [ADMIN], now)
    return make_world(database, now, "solved", "voting")


@pytest.fixture
def chat(world: World, database_url: str) -> Iterator[Chat]:
    """helloworld is on, and used in the room, which follows all."""
    shell(database_url)("install", "helloworld", "--agree")
    settings = Settings(extensions_folder=Path("extensions"))
    with (
        hosting(world.database, settings),
        delivering(world.database, settings, QUICK),
        chatting(database_url) as chat,
    ):
        chat.ask("follow all")
        chat.ask("extension on helloworld")
        yield chat


def claimed(chat: Chat) -> list[Message]:
    """What the announcer would send now, which stands then."""
    chat.offering.look()
    now = datetime.now(UTC)
    with chat.database.write() as session:
        claims = outbox.claim(session, ["local"], now)
        told = chat.responder.additions.to_claims(session, claims)
        marked: list[tuple[Claim, str]] = [(each, f"card-{each.id}") for each in claims]
        if marked:
            outbox.mark_sent(session, marked, now)
    return [each.message for each in told]


def buttons(message: Message) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for block in message:
        found += block.buttons if isinstance(block, Buttons) else ()
    return found


def test_a_card_has_its_button_and_is_decorated_afterwards(chat: Chat, world: World) -> None:
    claimed(chat)
    world.report(saw("solved", "p1", BAD))
    (card,) = claimed(chat)
    assert CARE in buttons(card)
    edits: list[Message] = []

    def is_edited() -> bool:
        edits.extend(each for each in claimed(chat) if CARE in buttons(each))
        return bool(edits)

    until(is_edited, "the card is edited once it is decorated")
    said = "Hello world: solved broke once"
    assert said in in_words(edits[0])
    with serving(chat.database) as address:
        assert said in httpx.get(f"{address}/incidents/1").text
        chat.ask("unuse helloworld")
        world.report(saw("voting", "p1", BAD))
        assert "helloworld" not in str([buttons(each) for each in claimed(chat)])
        chat.ask("extension off helloworld")
        assert said not in httpx.get(f"{address}/incidents/1").text


def test_several_incidents_are_asked_about_once(chat: Chat, world: World) -> None:
    for plugin in ("solved", "voting"):
        world.report(saw(plugin, "p1", BAD))
    asked = chat.ask("helloworld care 1 2")
    assert asked.title == "Really for 2 incidents?"
    assert buttons(asked) == [("Yes, for all 2", "helloworld care 1 2 sure")]
    assert chat.ask("helloworld care 1 2 sure").title == "Cared for: 1, 2"
    assert chat.ask("helloworld care solved").title == "Cared for: 1", "one is not asked about"
    for words, why in (
        ("helloworld care 1 99", "There is no incident 99"),
        ("helloworld care outbreak 1", "No incident of outbreak 1 is open"),
        ("helloworld care nobody", "No incident of nobody is open"),
    ):
        assert chat.ask(words).title == why
    stranger = Asker("local", "local", "somebody", "Somebody", "room")
    assert "guardians" in in_words(chat.ask("helloworld care 1 2 sure", stranger))
