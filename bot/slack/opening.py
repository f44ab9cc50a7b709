"""Opens Slack: its client, its listener, its door and its sender."""

import contextlib
from collections.abc import AsyncIterator
from functools import partial

import structlog

from bot.platform import House, Platform
from bot.slack.checking import check
from bot.slack.client import opened_client
from bot.slack.doors import http_mode, socket_mode
from bot.slack.listener import SlackListener
from bot.slack.sender import SlackSender
from models.settings import Settings

_log = structlog.get_logger()


def _is_on(settings: Settings) -> bool:
    return bool(settings.slack_bot_token.get_secret_value())


@contextlib.asynccontextmanager
async def _opened(settings: Settings, house: House) -> AsyncIterator[SlackSender]:
    signing_secret = settings.slack_signing_secret.get_secret_value()
    app_token = settings.slack_app_token.get_secret_value()
    async with contextlib.AsyncExitStack() as opened:
        client = await opened.enter_async_context(opened_client(settings))
        trusted = partial(house.trusted, PLATFORM.name)
        listener = SlackListener(
            client, house.dictionary, house.respond, house.names, trusted, signing_secret
        )
        opened.callback(listener.close)
        if app_token:
            await opened.enter_async_context(socket_mode(listener.app, app_token))
            _log.info("slack_open", by="Socket Mode")
        else:
            door = http_mode(listener.app, signing_secret, settings.host, settings.slack_port)
            port = await opened.enter_async_context(door)
            _log.info(
                "slack_open", by="HTTP", address=f"http://{settings.host}:{port}/slack/events"
            )
        yield SlackSender(client)


PLATFORM = Platform("slack", "SLACK_BOT_TOKEN", _is_on, _opened, check)
