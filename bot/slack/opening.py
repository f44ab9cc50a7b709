"""Opens Slack: its client, its listener, its door and its sender."""

import contextlib
from collections.abc import AsyncIterator, Callable

import structlog

from bot.slack.client import opened_client
from bot.slack.doors import http_mode, socket_mode
from bot.slack.groups import Trusted
from bot.slack.listener import Listener
from bot.slack.sender import SlackSender
from models.actions.asking import Respond
from models.actions.completion import Names
from models.actions.dictionary import Dictionary
from models.settings import Settings

_log = structlog.get_logger()


@contextlib.asynccontextmanager
async def slack(
    settings: Settings, dictionary: Dictionary, respond: Respond, names: Callable[[], Names], trusted: Trusted
) -> AsyncIterator[SlackSender]:
    """Listen and be able to send until the end of the block."""
    signing_secret = settings.slack_signing_secret.get_secret_value()
    app_token = settings.slack_app_token.get_secret_value()
    async with contextlib.AsyncExitStack() as opened:
        client = await opened.enter_async_context(opened_client(settings))
        listener = Listener(client, dictionary, respond, names, trusted, signing_secret)
        opened.callback(listener.close)
        if app_token:
            await opened.enter_async_context(socket_mode(listener.app, app_token))
            _log.info("slack_open", by="Socket Mode")
        else:
            door = http_mode(listener.app, signing_secret, settings.host, settings.slack_port)
            port = await opened.enter_async_context(door)
            _log.info("slack_open", by="HTTP", address=f"http://{settings.host}:{port}/slack/events")
        yield SlackSender(client)
