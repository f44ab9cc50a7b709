"""A room that listens on loopback, a sender to it, and WebSocket clients."""

import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import aiohttp
import pytest

from bot.local.listener import LocalListener
from bot.local.sender import LocalSender
from models.actions.asking import Asker
from models.actions.completion import Names, completed
from models.database.engine import Database
from models.messages.message import Message, Text, Tone
from models.outbox.room import RoomEntry
from models.outbox.sending import Outgoing, SendError
from models.tables import Posting
from tests.asking import DICTIONARY, by_text
from tests.waiting import LONG

OFFERED = ("status", "failing", "issues", "canary", "canary run", "help", "follow")
NAMES: Names = {
    "commands": [completed(action) for action in DICTIONARY if action.name in OFFERED],
    "plugins": ["discourse-events", "discourse-locations", "活动日历"],
    "tags": ["tag:official", "tag:third-party"],
    "branches": ["tests-passed", "stable"],
    "servers": ["beta", "stable"],
}
BROKEN = Message("discourse-events does not load", Tone.BROKEN, (Text("Broken since noon."),))
FIXED = Message("discourse-events works again", Tone.HEALTHY, (Text("It was broken for an hour."),))

_outbox_ids = count(1)


@dataclass
class Room:
    """The room under test. Questions that begin with "/plugin slow" wait until `answering` is set."""

    database: Database
    room: LocalListener
    sender: LocalSender
    session: aiohttp.ClientSession
    answering: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.room.port}"

    async def post(self, message: Message = BROKEN) -> str:
        return self.send(outgoing(Posting.POST, message))

    async def edit(self, card: str, message: Message = FIXED) -> str:
        return self.send(outgoing(Posting.EDIT, message, card))

    async def reply(self, card: str, message: Message = FIXED, *, broadcast: bool = False) -> str:
        return self.send(outgoing(Posting.REPLY, message, card, broadcast=broadcast))

    def send(self, *batch: Outgoing) -> str:
        """Store what was claimed together, and show it; the id of the last."""
        with self.database.write() as session:
            stored = self.sender.store(session, batch, datetime.now(UTC))
        entries = [each for each in stored if isinstance(each, RoomEntry)]
        self.sender.show(self.sender.draw(entries))
        last = stored[-1]
        if isinstance(last, SendError):
            raise last
        return str(last.id)

    @asynccontextmanager
    async def browser(self, **headers: str) -> AsyncIterator["Browser"]:
        async with self.session.ws_connect(
            f"{self.url}/ws", headers=headers, timeout=_TIMEOUT
        ) as socket:
            yield Browser(socket)


@dataclass
class Browser:
    """A WebSocket client."""

    socket: aiohttp.ClientWebSocketResponse

    async def ask(self, text: str) -> dict[str, Any]:
        await self.socket.send_json({"text": text})
        return await self.next()

    async def next(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(await self.socket.receive_str(timeout=LONG))
        return message

    async def take(self, number: int) -> list[dict[str, Any]]:
        return [await self.next() for _ in range(number)]


_TIMEOUT = aiohttp.ClientWSTimeout(ws_receive=10, ws_close=2)


def outgoing(
    action: Posting,
    message: Message = BROKEN,
    reference: str | None = None,
    *,
    broadcast: bool = False,
) -> Outgoing:
    return Outgoing(next(_outbox_ids), "", action, message, reference, broadcast)


@pytest.fixture
async def room(database: Database) -> AsyncIterator[Room]:
    async with opened(database) as room:
        yield room


@asynccontextmanager
async def opened(database: Database, port: int = 0) -> AsyncIterator[Room]:
    answering = threading.Event()

    def respond(text: str, _asker: Asker) -> Message:
        if text.startswith("/plugin slow"):
            answering.wait(LONG)
        if text == "/plugin boom":
            raise RuntimeError("a secret of the inside")
        return Message(f"You asked {text}", Tone.HEALTHY)

    local = LocalListener(database, DICTIONARY, by_text(respond), lambda: NAMES)
    sender = LocalSender(local)
    await local.start(port=port)
    try:
        async with aiohttp.ClientSession() as session:
            yield Room(database, local, sender, session, answering)
    finally:
        answering.set()
        await local.stop()
