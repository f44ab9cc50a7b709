"""Opens Slack: its client, its listener, its door and its sender.

Its libraries cost a process half a second and some 20 MB, so that they are imported only where Slack is on.
"""

import contextlib
from collections.abc import AsyncIterator, Sequence
from functools import partial

import structlog

from bot.platform import House, Platform
from bot.sender import Sender
from models.health.finding import Finding
from models.settings import Settings
from models.settings.listening import refuse_to_listen

_log = structlog.get_logger()


def _is_on(settings: Settings) -> bool:
    return bool(settings.slack_bot_token.get_secret_value())


@contextlib.asynccontextmanager
async def _opened(settings: Settings, house: House) -> AsyncIterator[Sender]:
    from bot.slack.client import opened_client  # noqa: PLC0415 - see above
    from bot.slack.listener import SlackListener  # noqa: PLC0415 - see above
    from bot.slack.modes import http_mode, socket_mode  # noqa: PLC0415 - see above
    from bot.slack.sender import SlackSender  # noqa: PLC0415 - see above

    signing_secret = settings.slack_signing_secret.get_secret_value()
    app_token = settings.slack_app_token.get_secret_value()
    async with contextlib.AsyncExitStack() as opened:
        client = await opened.enter_async_context(opened_client(settings))
        trusted = partial(house.trusted, PLATFORM.name)
        listener = SlackListener(
            client,
            house.dictionary,
            house.respond,
            house.names,
            house.language,
            trusted,
            signing_secret,
        )
        opened.callback(listener.stop)
        if app_token:
            await opened.enter_async_context(socket_mode(listener.app, app_token))
            _log.info("slack_open", by="Socket Mode")
        else:
            door = http_mode(listener.app, signing_secret, settings.host, settings.slack_port)
            try:
                port = await opened.enter_async_context(door)
            except OSError as error:
                refuse_to_listen(error, settings.host, settings.slack_port, "SLACK_PORT")
            _log.info(
                "slack_open", by="HTTP", address=f"http://{settings.host}:{port}/slack/events"
            )
        yield SlackSender(client)


async def _check(settings: Settings) -> Sequence[Finding]:
    from bot.slack.checking import check  # noqa: PLC0415 - see above

    return await check(settings)


PLATFORM = Platform("slack", "SLACK_BOT_TOKEN", _is_on, _opened, _check)
