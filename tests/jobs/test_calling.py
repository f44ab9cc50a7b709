"""Where no call leads, whatever name led there, and how much an answer may become."""

import socket
from pathlib import Path

import pytest
import requests

from jobs.calling import (
    Bounded,
    HttpPool,
    HttpsPool,
    LinkLocalError,
    bounded_session,
    session_through,
)
from tests.servers import odd
from tests.servers.odd import odd_server

_ADDRESSES = Path(
    "/proc/net/if_inet6"
)  # proc_pid_net(5): address, index, prefix, scope, flags, name
_LINK_SCOPE = "20"


def link_local_address() -> tuple[str, int]:
    """One of this machine's own, and the index of its interface."""
    lines = _ADDRESSES.read_text().splitlines() if _ADDRESSES.exists() else []
    for address, index, _, scope, *_ in map(str.split, lines):
        if scope == _LINK_SCOPE:
            return socket.inet_ntop(socket.AF_INET6, bytes.fromhex(address)), int(index, 16)
    pytest.skip("this machine has no link-local address")


@pytest.mark.parametrize("pool", [HttpPool, HttpsPool])
def test_no_connection_to_a_link_local_address(pool: type[HttpPool]) -> None:
    address, interface = link_local_address()
    with socket.socket(socket.AF_INET6) as listening:
        listening.bind((address, 0, 0, interface))
        listening.listen()
        port = listening.getsockname()[1]
        host = f"{address}%{socket.if_indextoname(interface)}"
        with pytest.raises(LinkLocalError):
            pool.ConnectionCls(host, port, timeout=5).connect()


def test_an_answer_may_become_so_many_values_of_json() -> None:
    with odd_server(odd.DENSE) as server:
        with bounded_session(1 << 24, 2_000_000) as session:
            assert session.get(server.url).json()["ok"]
        with session_through(Bounded(1 << 24)) as session:
            assert session.get(server.url).ok
        with (
            bounded_session(1 << 24, 500_000) as session,
            pytest.raises(requests.RequestException),
        ):
            session.get(server.url)
