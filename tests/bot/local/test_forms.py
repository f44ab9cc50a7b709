"""A form in the room, over its WebSocket."""

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.local.listener import LocalListener
from bot.local.wire import MAX_FILLED, BadFrameError, read_question
from models.actions.asking import Asker
from models.database.engine import Database
from models.messages.message import Message
from tests.asking import DICTIONARY, by_text
from tests.bot.forms import COMMAND, FILLED, answer
from tests.bot.local.conftest import NAMES
from tests.waiting import LONG


@pytest.fixture
async def socket(database: Database) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    def respond(text: str, asker: Asker) -> Message:
        return answer(text, dict(asker.filled))

    room = LocalListener(database, DICTIONARY, by_text(respond), lambda: NAMES)
    await room.start(port=0)
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"http://127.0.0.1:{room.port}/ws") as socket,
        ):
            yield socket
    finally:
        await room.stop()


async def test_a_form_is_drawn_and_comes_back(socket: aiohttp.ClientWebSocketResponse) -> None:
    await socket.send_json({"text": f"/plugin {COMMAND}"})
    drawn = json.loads(await socket.receive_str(timeout=LONG))["html"]
    assert f'data-command="{COMMAND}"' in drawn
    assert all(f'name="{name}"' in drawn for name in FILLED)
    assert 'value="tests-passed at abc1234"' in drawn
    await socket.send_json({"text": f"/plugin {COMMAND}", "filled": FILLED})
    assert json.loads(await socket.receive_str(timeout=LONG))["title"] == "Thanks for 5 answers"


@pytest.mark.parametrize(
    ("frame", "hint"),
    [
        ({"text": "/plugin report x", "filled": "all"}, "A form looks like"),
        ({"text": "/plugin report x", "filled": {"happened": 1}}, "A form looks like"),
        ({"text": "/plugin report x", "filled": {"happened": "\x00"}}, "control characters"),
        ({"text": "/plugin report x", "filled": {"happened": "x" * MAX_FILLED}}, "too long"),
    ],
)
def test_a_form_that_cannot_be_read_is_told_so(frame: dict[str, object], hint: str) -> None:
    with pytest.raises(BadFrameError, match=hint):
        read_question(json.dumps(frame))


def test_a_form_may_be_longer_than_a_question() -> None:
    filled = dict.fromkeys(FILLED, "ä" * 3_000)
    assert read_question(
        json.dumps({"text": "/plugin report x", "filled": filled})
    ).filled == tuple(filled.items())
