"""Chat platforms whose servers hang, drip, flood, lead elsewhere and lie, as the real libraries see them."""

import asyncio
from collections.abc import Iterator
from copy import deepcopy

import pytest
from pydantic import SecretStr

from bot import response_limits
from bot.discord.address import point_at
from bot.discord.listener import DiscordListener
from bot.discord.rest import Rest
from bot.discord.sender import DiscordSender
from bot.slack.client import copyable_client, opened_client
from bot.slack.sender import SlackSender
from models.messages.message import Message
from models.outbox.sending import Outgoing, SendError
from models.rules.languages import ENGLISH
from models.settings import Settings
from models.tables import Posting
from tests.asking import DICTIONARY, by_text
from tests.servers import odd
from tests.servers.odd import odd_server

SECONDS = 0.5  # that a call may take


@pytest.fixture(autouse=True)
def _back_to_discord() -> Iterator[None]:
    yield
    settings = Settings(_env_file=None)
    point_at(settings.discord_api_url, settings.discord_gateway_url)


@pytest.mark.parametrize("mode", odd.ALL)
async def test_slack(mode: str) -> None:
    call = Outgoing(1, "C1", Posting.POST, Message("solved does not load"))
    with (
        odd_server(odd.LIE) as elsewhere,
        odd_server(mode, location=f"{elsewhere.url}/x", pause=0.02) as server,
    ):
        settings = Settings(
            slack_bot_token=SecretStr("xoxb-a"),
            slack_app_token=SecretStr("xapp-a"),
            slack_api_url=server.url,
            _env_file=None,
        )
        async with opened_client(settings, SECONDS) as client:
            with pytest.raises(SendError) as caught:
                await SlackSender(client).send(call)
        assert not caught.value.permanent
        assert not caught.value.gone
        assert elsewhere.asked == []
        assert server.sent < response_limits.MOST_BYTES + odd.MOST_HELD


@pytest.mark.parametrize("mode", [odd.FLOOD, odd.FLOOD_HEADERS, odd.DENSE, odd.REDIRECT])
async def test_slacks_library_itself(mode: str) -> None:
    with (
        odd_server(odd.LIE) as elsewhere,
        odd_server(mode, location=f"{elsewhere.url}/x") as server,
    ):
        settings = Settings(
            slack_bot_token=SecretStr("xoxb-a"),
            slack_app_token=SecretStr("xapp-a"),
            slack_api_url=server.url,
            _env_file=None,
        )
        async with opened_client(settings) as client:
            ours = deepcopy(copyable_client(client))  # as the library does
            with pytest.raises(response_limits.aiohttp.ClientError):
                await ours.apps_connections_open(app_token="xapp-a")
        assert elsewhere.asked == []
        assert server.sent < response_limits.MOST_BYTES + odd.MOST_HELD


@pytest.mark.parametrize("mode", odd.ALL)
async def test_discord(mode: str) -> None:
    call = Outgoing(1, "10", Posting.POST, Message("solved does not load"))
    with (
        odd_server(odd.LIE) as elsewhere,
        odd_server(mode, location=f"{elsewhere.url}/x", pause=0.02) as server,
    ):
        point_at(server.url, "ws://127.0.0.1:9/")
        rest = Rest("a-token", seconds_to_answer=SECONDS)
        try:
            with pytest.raises((SendError, TypeError, ValueError)) as caught:
                await DiscordSender(rest).send(call)
        finally:
            await rest.close()
        assert not getattr(caught.value, "permanent", False)
        assert elsewhere.asked == []
        assert server.sent < response_limits.MOST_BYTES + odd.MOST_HELD


async def test_who_floods_waits_until_what_came_is_answered() -> None:
    answered = asyncio.Event()
    async with asyncio.TaskGroup() as answers:
        for _ in range(30):
            answers.create_task(answered.wait())
        reading = answers.create_task(response_limits.until_room(20))
        done, _ = await asyncio.wait([reading], timeout=0.2)
        assert not done
        answered.set()
        await reading


@pytest.mark.parametrize("mode", [odd.FLOOD, odd.DENSE, odd.REDIRECT])
async def test_discords_library_itself(mode: str) -> None:
    with (
        odd_server(odd.LIE) as elsewhere,
        odd_server(mode, location=f"{elsewhere.url}/x") as server,
    ):
        point_at(server.url, "ws://127.0.0.1:9/")
        listener = DiscordListener(
            DICTIONARY, by_text(lambda text, _asker: Message(text)), dict, lambda _: ENGLISH
        )
        with pytest.raises(response_limits.aiohttp.ClientError):
            await listener.login("a-token")
        await listener.end()
        assert elsewhere.asked == []
        assert server.sent < response_limits.MOST_BYTES + odd.MOST_HELD
