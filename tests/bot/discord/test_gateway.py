"""A gateway that floods or lies, as the real library sees it, and one that says much."""

import struct
import tracemalloc
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.discord.gateway import MOST_BYTES, MOST_VALUES
from tests.bot.discord.conftest import listening, outgoing, sending
from tests.servers.discord import CHANNEL, PERSON, Discord, until
from tests.waiting import LONG

_TEXT, _BINARY = 0x81, 0x82
_GIBIBYTE = 1 << 30
_MOST_GROWTH = 50 * 1024 * 1024


def frame(kind: int, said: bytes, length: int | None = None) -> bytes:
    return struct.pack("!BBQ", kind, 127, len(said) if length is None else length) + said


def packed(length: int) -> bytes:
    """So many blanks, as the gateway would compress them. Each block unpacks without those before it."""
    packer = zlib.compressobj()
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * (length >> 20)


REFUSED = {
    "unpacks to 1 GiB": lambda: frame(_BINARY, packed(_GIBIBYTE)),
    "says that it is 1 GiB long": lambda: frame(_TEXT, b"[", _GIBIBYTE),
    "comes in parts without end": lambda: (
        frame(0x01, b" " * (1 << 20)) + frame(0x00, b" " * (1 << 20)) * 8
    ),
    "is no text": lambda: frame(_TEXT, b"\xff"),
}


LEFT_OUT = {
    "MOST_BYTES": frame(_TEXT, b" " * (MOST_BYTES + 1)),
    "MOST_VALUES": frame(_TEXT, b"[" + b"{}," * (MOST_VALUES // 2) + b"{}]"),
}


@pytest.fixture
def peak() -> Iterator[Any]:
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


@pytest.mark.parametrize("name", REFUSED)
async def test_a_frame_without_measure_is_refused_and_the_bot_comes_back(
    name: str, server: Discord, peak: Any
) -> None:
    raw = REFUSED[name]()
    async with listening(server, pause=0.0) as asked, sending(server) as sender:
        await server.connected()
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        server.send_raw(raw)
        await until(lambda: len(server.gateway_calls) > 1, 20)
        assert peak() - before < _MOST_GROWTH
        assert server.gateway_calls[-1][0] == "resume"
        answers = await server.command("failing")
        await until(lambda: bool(answers))
        assert [text for text, _ in asked.questions] == ["failing"]
        await sender.send(outgoing())
    assert len(server.messages[CHANNEL]) == 1


@pytest.mark.parametrize("limit", LEFT_OUT)
async def test_a_guild_that_is_too_large_is_told_once_and_keeps_nobody_waiting(
    limit: str, server: Discord, peak: Any
) -> None:
    with capture_logs() as logs:
        async with listening(server, pause=60.0) as asked:
            await server.connected()
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            for _ in range(3):
                server.send_raw(LEFT_OUT[limit])
                # The head of the next one comes in two parts.
                server.send_raw(LEFT_OUT[limit][:5])
                server.send_raw(LEFT_OUT[limit][5:])
                answers = await server.command("failing")
                await until(lambda answers=answers: bool(answers), LONG)
            assert peak() - before < _MOST_GROWTH
            assert len(server.gateway_calls) == 1
            assert len(asked.questions) == 3
    told = [each["limit"] for each in logs if each["event"] == "discord_guild_is_too_large"]
    assert [each.partition(":")[0] for each in told] == [limit]


async def test_the_bot_comes_back_from_a_gateway_that_does_not_say_goodbye(server: Discord) -> None:
    async with listening(server, pause=0.0):
        await server.connected()
        assert server.transport is not None
        server.transport.pause_reading()  # it sees no goodbye, so it answers none
        server.send_raw(frame(_BINARY, b"x"))
        await until(lambda: len(server.gateway_calls) > 1, 20)


async def test_after_a_refused_frame_the_bot_waits(server: Discord) -> None:
    """Its session would be told the same again, as often as it comes back."""
    async with listening(server, pause=60.0) as asked:
        await server.connected()
        before = server.transport
        server.send_raw(frame(_BINARY, b"x"))
        with pytest.raises(TimeoutError):
            await until(lambda: server.transport is not before, 0.5)
        assert asked.listener.ws.socket.closed


def large_guild() -> dict[str, Any]:
    """As large as Discord lets a guild be, but for permissions, of which no channel has so many."""
    allowed = [
        {"id": str(10**17 + role), "type": 0, "allow": "1024", "deny": "2048"} for role in range(50)
    ]
    channel = {"type": 0, "topic": "话" * 1_024, "permission_overwrites": allowed, "nsfw": False}
    channels = [
        {"id": str(2 * 10**17 + n), "name": f"channel-{n}", "position": n, **channel}
        for n in range(500)
    ]
    thread = {"type": 11, "name": "t" * 100, "parent_id": channels[0]["id"], "owner_id": PERSON}
    thread |= {"message_count": 1, "member_count": 1, "rate_limit_per_user": 0}
    thread["thread_metadata"] = {"archived": False, "auto_archive_duration": 60, "locked": False}
    thread["thread_metadata"] |= {"archive_timestamp": "2026-01-01T00:00:00+00:00"}
    threads = [{"id": str(3 * 10**17 + n), "guild_id": "201", **thread} for n in range(1_000)]
    role = {"color": 0, "permissions": "1024", "hoist": False, "managed": False}
    role |= {"mentionable": False, "flags": 0, "colors": {"primary_color": 0}}
    roles = [{"id": str(10**17 + n), "name": "r" * 100, "position": n, **role} for n in range(250)]
    emoji = {"roles": [], "require_colons": True, "managed": False, "available": True}
    emojis = [
        {"id": str(4 * 10**17 + n), "name": "e" * 32, "animated": False, **emoji}
        for n in range(500)
    ]
    everyone = {"id": "201", "name": "@everyone", "position": 0, **role}
    guild = {"id": "201", "name": "Large", "owner_id": PERSON, "features": [], "members": []}
    guild |= {"channels": channels, "threads": threads, "roles": [everyone, *roles]}
    return {**guild, "emojis": emojis, "member_count": 1, "preferred_locale": "en-US"}


async def test_the_largest_guild_is_read(server: Discord) -> None:
    async with listening(server) as asked:
        await server.connected()
        await server.dispatch("GUILD_CREATE", large_guild())
        await until(lambda: len(asked.listener.guilds) == 2, 20)
        (large,) = [guild for guild in asked.listener.guilds if guild.name == "Large"]
        assert (len(large.channels), len(large.threads), len(large.roles)) == (500, 1_000, 251)
        assert len(server.gateway_calls) == 1
