"""The real listener and the real sender, against the stand-in."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from bot.discord.address import point_at
from bot.discord.gateway import PAUSE
from bot.discord.listener import DiscordListener
from bot.discord.replies import PATIENCE
from bot.discord.rest import Rest
from bot.discord.sender import DiscordSender
from models.actions.asking import Asker
from models.actions.completion import Names, completed
from models.messages.message import Buttons, Message, Text, Tone
from models.outbox.sending import Outgoing
from models.rules.languages import ENGLISH
from models.settings import Settings
from models.tables import Posting
from tests.asking import DICTIONARY, by_text
from tests.servers.discord import CHANNEL, GUILD, TOKEN, Discord, discord_server

BROKEN = Message("discourse-events does not load", Tone.BROKEN, (Text("Broken since noon."),))
FIXED = Message("discourse-events works again", Tone.HEALTHY, (Text("It was broken for an hour."),))
NAMES: Names = {
    "commands": [completed(action) for action in DICTIONARY],
    "plugins": [
        "discourse-events",
        "discourse-locations",
        "活动日历",
        *(f"plugin-{n}" for n in range(100)),
    ],
    "tags": ["tag:official", "tag:third-party"],
    "branches": ["tests-passed", "stable"],
    "servers": ["canary-stable"],
    "guilds": [GUILD],
}

_outbox_ids = count(1)


@pytest.fixture
async def server() -> AsyncIterator[Discord]:
    async with discord_server() as server:
        yield server


@pytest.fixture(autouse=True)
def _back_to_discord() -> Iterator[None]:
    yield
    settings = Settings(_env_file=None)
    point_at(settings.discord_api_url, settings.discord_gateway_url)


@pytest.fixture
async def sender(server: Discord) -> AsyncIterator[DiscordSender]:
    async with sending(server) as sender:
        yield sender


@asynccontextmanager
async def sending(server: Discord, **limits: Any) -> AsyncIterator[DiscordSender]:
    point_at(f"{server.url}/api", server.url.replace("http", "ws", 1) + "/gateway")
    rest = Rest(TOKEN, **limits)
    try:
        yield DiscordSender(rest)
    finally:
        await rest.close()


def outgoing(
    action: Posting = Posting.POST,
    message: Message = BROKEN,
    reference: str | None = None,
    *,
    to: str = CHANNEL,
    **more: Any,
) -> Outgoing:
    return Outgoing(next(_outbox_ids), to, action, message, reference, **more)


@dataclass
class Asked:
    """What the listener asked of the house."""

    listener: DiscordListener
    questions: list[tuple[str, Asker]] = field(default_factory=list)


@asynccontextmanager
async def listening(
    server: Discord,
    respond: Any = None,
    token: str = TOKEN,
    patience: float = PATIENCE,
    pause: float = PAUSE,
    speaks: str = ENGLISH,
) -> AsyncIterator[Asked]:
    point_at(f"{server.url}/api", server.url.replace("http", "ws", 1) + "/gateway")

    def answer(text: str, asker: Asker) -> Message:
        asked.questions.append((text, asker))
        return Message(f"You asked {text}", Tone.HEALTHY, (Buttons((("Acknowledge", "ack 12"),)),))

    listener = DiscordListener(
        DICTIONARY,
        by_text(respond or answer),
        lambda: NAMES,
        lambda _asker: speaks,
        guild_ready_timeout=0.05,
        patience=patience,
        pause=pause,
    )
    asked = Asked(listener)
    listener.begin(token)
    try:
        yield asked
    finally:
        # The library's own ready event, a moment after the connection, must not find it closed.
        if server.sockets and not listener.is_closed():
            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await listener.wait_until_ready()
        await listener.end()
