"""Who may connect, who gives way, and who is given up: the rules, with connections that remember what befell them."""

import asyncio
from typing import Any

import pytest

from tests.waiting import LONG
from webhooks.serving.connections import ConnectionLimits, Connections, Member, proxies


class Remembering(Member):
    """A connection that remembers how it was refused; it is its own transport, and has so much to send."""

    def __init__(self, address: str | None = "192.0.2.1", unsent: int = 0) -> None:
        self.client = (address, 4321) if address else None
        self.is_awaited = True
        self.transport: Any = self
        self.unsent = unsent
        self.refused: list[int] = []
        self.was_refused = asyncio.Event()

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def refuse(self, status: int) -> None:
        self.refused.append(status)
        self.was_refused.set()


SHARES = {
    "one address": ("192.0.2.1", "192.0.2.1", "192.0.2.1"),
    "one /64": ("2001:db8::1", "2001:db8::2", "2001:db8::ffff:3"),
    "one address in two ways": ("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1"),
}
NO_SHARES = {
    "three addresses": ("192.0.2.1", "192.0.2.2", "192.0.2.3"),
    "three /64": ("2001:db8::1", "2001:db8:0:1::1", "2001:db8:0:2::1"),
    "this machine": ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
    "this machine in another way": ("::ffff:127.0.0.1", "::1", "::1"),
    "a proxy that was named": ("198.51.100.7", "198.51.100.7", "198.51.100.7"),
    "a socket in the file system": (None, None, None),
}
PROXIES = proxies("198.51.100.0/24, /run/proxy.sock")


@pytest.mark.parametrize("addresses", SHARES.values(), ids=SHARES)
async def test_one_address_has_its_share(addresses: tuple[str, ...]) -> None:
    all_connections, members = (
        Connections(ConnectionLimits(of_address=2), PROXIES),
        [Remembering(address) for address in addresses],
    )
    for member in members:
        all_connections.came(member)
    assert [member.refused for member in members] == [[], [], [429]]
    all_connections.left(members[0])
    all_connections.left(members[2])
    again = Remembering(addresses[0])
    all_connections.came(again)
    assert again.refused == []


@pytest.mark.parametrize("addresses", NO_SHARES.values(), ids=NO_SHARES)
async def test_several_addresses_and_proxies_share_nothing(
    addresses: tuple[str | None, ...],
) -> None:
    all_connections, members = (
        Connections(ConnectionLimits(of_address=2), PROXIES),
        [Remembering(address) for address in addresses],
    )
    for member in members:
        all_connections.came(member)
    assert [member.refused for member in members] == [[], [], []]


async def test_everything_is_a_proxy_where_that_was_said() -> None:
    all_connections, members = (
        Connections(ConnectionLimits(of_address=1), proxies("*")),
        [Remembering(), Remembering()],
    )
    for member in members:
        all_connections.came(member)
    assert [member.refused for member in members] == [[], []]


async def test_who_waits_longest_gives_way_and_who_is_being_answered_never() -> None:
    all_connections = Connections(ConnectionLimits(connections=2))
    answered, half, new, newer = (Remembering() for _ in range(4))
    all_connections.came(answered)
    all_connections.came(half)
    all_connections.is_complete(answered)
    all_connections.came(new)
    assert (answered.refused, half.refused, new.refused) == ([], [0], [])
    all_connections.left(half)
    all_connections.is_complete(new)
    all_connections.came(newer)
    assert (answered.refused, new.refused, newer.refused) == ([], [], [503])


async def test_after_an_answer_one_waits_anew() -> None:
    all_connections = Connections(ConnectionLimits(connections=2))
    first, second, third = (Remembering() for _ in range(3))
    all_connections.came(first)
    all_connections.came(second)
    all_connections.waits(first)
    all_connections.came(third)
    assert (first.refused, second.refused) == ([], [0])


async def test_of_large_heads_that_have_no_end_the_largest_gives_way() -> None:
    all_connections, members = Connections(ConnectionLimits()), [Remembering() for _ in range(200)]
    for member in members:
        all_connections.came(member)
    for member in members[:30]:
        all_connections.holds_head(member, 60_000)
    all_connections.has_head(members[0])
    all_connections.left(members[1])
    all_connections.holds_head(members[150], 250_000)
    all_connections.holds_head(members[151], 63_000)
    assert not any(member.refused for member in members)
    all_connections.holds_head(members[152], 200_000)
    assert [n for n, member in enumerate(members) if member.refused] == [150]
    assert members[150].refused == [431]


async def test_answers_that_nobody_reads_are_bounded_and_given_up() -> None:
    all_connections = Connections(ConnectionLimits(unread_seconds=0.01))
    small, large = Remembering(unsent=11 * 2**20), Remembering(unsent=14 * 2**20)
    for member in (small, large):
        all_connections.came(member)
        member.is_awaited = False
        all_connections.stalls(member)
    assert (small.refused, large.refused) == ([], [0])
    read = Remembering(unsent=2**20)
    all_connections.came(read)
    all_connections.stalls(read)
    all_connections.flows(read)
    async with asyncio.timeout(LONG):
        await small.was_refused.wait()
    assert (small.refused, read.refused) == ([0], [])
