"""All connections to the web process: how many there may be, and how long each may keep the others waiting."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Protocol

from webhooks.access.senders import sender_of

Network = IPv4Network | IPv6Network

_SECONDS_BETWEEN_LOOKS = 1.0
# The largest answer, a test's trace, is 20 MiB.
_MOST_UNSENT = 24 * 1024 * 1024
# Bytes that all connections together may hold of heads whose body has not begun, and of all else beside bodies. Heads
# of honest senders are smaller than LARGE_HEAD, for example twenty lines of a hundred bytes, and are not counted.
LARGE_HEAD = 6 * 1024
_MOST_OF_HEADS = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """How many connections there may be, in all and from one address (of IPv6, one /64).

    `begin_seconds`: a request's headers and the first of its body must be here within this time. `unread_seconds`:
    some of an answer must be read within this time.
    """

    connections: int = 500
    of_address: int = 200
    begin_seconds: float = 10
    unread_seconds: float = 30


class Member(Protocol):
    """A connection as the all_connections sees it. It `is_awaited` until the body of its request begins."""

    transport: Any
    client: tuple[str, int] | None
    is_awaited: bool

    def refuse(self, status: int) -> None:
        """End it."""


class Connections:
    """Knows who waits for what. Who waits longest gives way when there are too many.

    `proxies` are networks from which the connections of many come, so that these are not counted by address.
    """

    def __init__(self, limits: ConnectionLimits, proxies: Sequence[Network] = ()) -> None:
        self._limits = limits
        self._proxies = tuple(proxies)
        self._addresses: dict[Member, str] = {}
        self._numbers: Counter[str] = Counter()
        self._everybody: set[Member] = set()
        # Members whose request has not come completely, oldest first, with the time since when; and those who do not
        # read their answer.
        self._unfinished: dict[Member, float] = {}
        self._unsent: dict[Member, tuple[float, int]] = {}
        self._heads: dict[Member, int] = {}
        self._of_heads = 0
        self._look: asyncio.TimerHandle | None = None

    def came(self, member: Member) -> None:
        """Somebody connects. If there are too many, who waits longest for the rest of a request is cut off."""
        self._everybody.add(member)
        self._look = self._look or self._later()
        if not self._is_within_share(member):
            member.refuse(429)
            return
        if len(self._everybody) > self._limits.connections:
            if not self._unfinished:
                member.refuse(503)
                return
            longest = next(iter(self._unfinished))
            del self._unfinished[longest]
            longest.refuse(0)
        self._unfinished[member] = _now()

    def left(self, member: Member) -> None:
        """Somebody is gone."""
        self._everybody.discard(member)
        self._unfinished.pop(member, None)
        self._unsent.pop(member, None)
        self.has_head(member)
        address = self._addresses.pop(member, None)
        if address is not None:
            self._numbers[address] -= 1
            if not self._numbers[address]:
                del self._numbers[address]

    def waits(self, member: Member) -> None:
        """Another request may come."""
        self._unfinished.pop(member, None)
        self._unfinished[member] = _now()

    def is_complete(self, member: Member) -> None:
        """A request is here as a whole."""
        self._unfinished.pop(member, None)

    def holds_head(self, member: Member, size: int) -> None:
        """So much is here of a large head, and more to come. If all of them are too much, the largest is refused."""
        self._of_heads += size - self._heads.get(member, 0)
        self._heads[member] = size
        if self._of_heads > _MOST_OF_HEADS:
            largest = max(self._heads, key=self._heads.__getitem__)
            self.has_head(largest)
            largest.refuse(431)

    def has_head(self, member: Member) -> None:
        """A head has ended, and its body begins."""
        self._of_heads -= self._heads.pop(member, 0)

    def stalls(self, member: Member) -> None:
        """An answer waits to be read. If all of them are too much, the largest is cut off."""
        self._unsent[member] = (_now(), member.transport.get_write_buffer_size())
        if sum(size for _, size in self._unsent.values()) > _MOST_UNSENT:
            largest = max(self._unsent, key=lambda each: self._unsent[each][1])
            del self._unsent[largest]
            largest.refuse(0)

    def flows(self, member: Member) -> None:
        """An answer was read."""
        self._unsent.pop(member, None)

    def _is_within_share(self, member: Member) -> bool:
        if member.client is None:
            return True
        address = sender_of(member.client[0])
        if not address or _is_proxy(address, self._proxies):
            return True
        self._addresses[member] = address
        self._numbers[address] += 1
        return self._numbers[address] <= self._limits.of_address

    def _later(self) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(_SECONDS_BETWEEN_LOOKS, self._look_at_all)

    def _look_at_all(self) -> None:
        self._look = self._later() if self._everybody else None
        now = _now()
        for member, since in tuple(self._unfinished.items()):
            if now - since < self._limits.begin_seconds:
                break
            if member.is_awaited:
                member.refuse(408)
        for member, (since, size) in tuple(self._unsent.items()):
            left = member.transport.get_write_buffer_size()
            if left < size:
                self._unsent[member] = (now, left)
            elif now - since > self._limits.unread_seconds:
                member.refuse(0)


def proxies(named: str) -> list[Network]:
    """The networks of this machine, and those named with commas between them, as in FORWARDED_ALLOW_IPS; * is all."""
    words = [word.strip() for word in named.split(",") if word.strip()]
    if "*" in words:
        return [ip_network("0.0.0.0/0"), ip_network("::/0")]
    return [ip_network("127.0.0.0/8"), ip_network("::1"), *_networks(words)]


def _networks(words: Sequence[str]) -> list[Network]:
    found: list[Network] = []
    for word in words:
        try:
            found.append(ip_network(word, strict=False))
        except ValueError:
            continue  # the path of a socket, which uvicorn knows as well
    return found


@lru_cache(512)
def _is_proxy(sender: str, proxies: tuple[Network, ...]) -> bool:
    network = ip_network(sender)
    return any(_is_within(network, proxy) for proxy in proxies)


def _is_within(network: Network, other: Network) -> bool:
    # One address of a network is enough: nobody names half of a /64.
    return network.version == other.version and network.overlaps(other)


def _now() -> float:
    return asyncio.get_running_loop().time()
