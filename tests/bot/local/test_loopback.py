"""The room is for this machine's own browser, and for no other site's page in it."""

import aiohttp
import pytest

from bot.local.listener import LocalListener
from models.database.engine import Database
from models.messages.message import Message
from tests.asking import DICTIONARY, by_text
from tests.bot.local.conftest import NAMES, Room


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::"])
async def test_it_listens_on_loopback_only(database: Database, host: str) -> None:
    room = LocalListener(
        database, DICTIONARY, by_text(lambda text, _asker: Message(text)), lambda: NAMES
    )
    with pytest.raises(ValueError, match="listens on 127"):
        await room.start(host, 0)
    await room.stop()


@pytest.mark.parametrize("path", ["/", "/ws", "/completions", "/room.js", "/missing"])
async def test_another_host_name_is_refused(
    room: Room, path: str, subtests: pytest.Subtests
) -> None:
    for host in (
        "evil.example",
        "evil.example:8001",
        "127.0.0.1.evil.example",
        "localhost@evil",
        "",
    ):
        with subtests.test(host):
            async with room.session.get(room.url + path, headers={"Host": host}) as response:
                assert response.status == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:8001"])
async def test_loopback_names_are_served(room: Room, host: str) -> None:
    async with room.session.get(room.url, headers={"Host": host}) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:1", "http://127.0.0.1", "http://["]
)
async def test_another_sites_page_gets_no_socket(room: Room, origin: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with room.browser(Origin=origin):
            pass
    assert refused.value.status == 403


async def test_the_rooms_own_page_gets_a_socket(room: Room) -> None:
    async with room.browser(Origin=room.url) as browser:
        assert (await browser.ask("/plugin help"))["private"]


@pytest.mark.parametrize(
    "path", ["/", "/room.js", "/room.css", "/icon.svg", "/completions", "/missing"]
)
async def test_the_browser_is_told_to_trust_nothing_else(room: Room, path: str) -> None:
    async with room.session.get(room.url + path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
