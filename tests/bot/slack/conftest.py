"""The real Slack libraries, spoken to by a stand-in of Slack's servers."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr

from bot.slack.client import opened_client
from bot.slack.completion import SECONDS_TO_COMPLETE
from bot.slack.listener import SlackListener
from bot.slack.modes import socket_mode
from bot.slack.sender import SlackSender
from models.actions.action import Typed
from models.actions.asking import Asker
from models.actions.completion import Names
from models.messages.message import Message, Text
from models.rules.languages import ENGLISH
from models.settings import Settings
from tests.asking import DICTIONARY
from tests.servers.slack import APP_TOKEN, BOT_TOKEN, TEAM, SlackStandIn, slack_stand_in
from tests.waiting import LONG

PING_SECONDS = 0.2
PLUGINS = ["discourse-chat", "discourse-events", "discourse-solved", "活动日历"]


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "SLACK_BOT_TOKEN",
        "SLACK_CLIENT_ID",
        "SLACK_CLIENT_SECRET",
        "HTTP_PROXY",
        "http_proxy",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with slack_stand_in() as stand_in:
        yield stand_in


def settings_for(slack: SlackStandIn, **more: object) -> Settings:
    tokens = {"slack_bot_token": SecretStr(BOT_TOKEN), "slack_app_token": SecretStr(APP_TOKEN)}
    return Settings(
        **{**tokens, "slack_api_url": slack.url, "admins": f"slack:{TEAM}:U1", **more},
        _env_file=None,
    )


@dataclass
class SlackScene:
    """What stands behind the listener: it answers each question with its own words, and remembers who asked."""

    asked: list[tuple[str, Asker]] = field(default_factory=list)
    words_gate: threading.Event | None = None
    speaks: str | None = ENGLISH
    of_language: list[Asker] = field(default_factory=list)
    trusted: set[str] = field(default_factory=set)
    answer: Callable[[str], Message] = lambda text: Message(
        f"You asked {text}", blocks=(Text("So it is."),)
    )

    def language(self, asker: Asker) -> str:
        if self.speaks is None:
            raise OSError("the database is away")
        self.of_language.append(asker)
        return self.speaks

    def respond(self, text: str, asker: Asker) -> Message:
        self.asked.append((text, asker))
        return self.answer(text)

    def by_text(self, typed: Typed, asker: Asker) -> Message:
        return self.respond(typed.text, asker)

    def names(self) -> Names:
        if self.words_gate:
            self.words_gate.wait(LONG)
        branches = ["beta", "stable", "tests-passed"]
        return {
            "commands": [],
            "plugins": PLUGINS,
            "tags": ["tag:needs review", "tag:official"],
            "branches": branches,
            "servers": [],
            "guilds": [],
        }

    def groups(self, _workspace: str) -> set[str]:
        return self.trusted

    @property
    def texts(self) -> list[str]:
        return [text for text, _ in self.asked]


@pytest.fixture
def house() -> SlackScene:
    return SlackScene()


@pytest.fixture
def seconds_to_complete() -> float:
    """For how long the words to complete with are waited for; a test may override it."""
    return SECONDS_TO_COMPLETE


@pytest.fixture
async def app(
    slack: SlackStandIn, house: SlackScene, seconds_to_complete: float
) -> AsyncIterator[SlackListener]:
    async with listening(slack, house, seconds_to_complete) as listener:
        yield listener


@asynccontextmanager
async def listening(
    slack: SlackStandIn, house: SlackScene, seconds_to_complete: float = SECONDS_TO_COMPLETE
) -> AsyncIterator[SlackListener]:
    async with opened_client(settings_for(slack)) as client:
        listener = SlackListener(
            client,
            DICTIONARY,
            house.by_text,
            house.names,
            house.language,
            house.groups,
            "",
            seconds_to_complete,
        )
        async with socket_mode(listener.app, APP_TOKEN, PING_SECONDS):
            yield listener
        listener.stop()


@asynccontextmanager
async def sending(slack: SlackStandIn) -> AsyncIterator[SlackSender]:
    async with opened_client(settings_for(slack)) as client:
        yield SlackSender(client)


@pytest.fixture
async def sender(slack: SlackStandIn) -> AsyncIterator[SlackSender]:
    async with sending(slack) as sender:
        yield sender
