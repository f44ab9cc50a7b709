"""The browser's way out, asked as Chromium asks: what it opens, to which address, and what it refuses."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import pytest

from jobs.canary.way_out import way_out
from tests.waiting import LONG

INSIDE, OUTSIDE = "http://inside.example.org", "http://outside.example.org"
_HERE, _NOBODY, _PUBLIC, _LINK = "127.0.0.1", "127.0.0.2", "1.1.1.1", "169.254.169.254"
_GREETING, _GREETED = b"\x05\x01\x00", b"\x05\x00"
_OPENED, _FAILED = 0, 1

Names = dict[str, list[list[str]]]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """The addresses of each name: those of the first time that it is looked up, of the next, and so on."""
    known: Names = {"inside.example.org": [[_HERE]], "outside.example.org": [[_PUBLIC]]}
    of_the_system = socket.getaddrinfo

    def look_up(host: str, *asked: Any, **more: Any) -> Any:
        times = known.get(host, [[host]])
        found = times.pop(0) if len(times) > 1 else times[0]
        return [entry for each in found for entry in of_the_system(each, *asked, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.fixture
def port() -> Iterator[int]:
    """Of a server here, which repeats what it was told when all is said."""
    with socket.create_server((_HERE, 0)) as listening:
        thread = threading.Thread(target=_repeat, args=(listening,))
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def _repeat(listening: socket.socket) -> None:
    while True:
        try:
            taken, _ = listening.accept()
        except OSError:
            return
        with taken:
            taken.sendall(_all(taken))


def _all(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65_536), b""))


@contextmanager
def _connected(ways: list[str]) -> Iterator[socket.socket]:
    proxy = ways[0].rpartition(":")[2]
    with socket.create_connection((_HERE, int(proxy)), timeout=LONG) as connection:
        yield connection


def _asked(connection: socket.socket, host: str, port: int) -> int:
    """What becomes of a request for a connection."""
    name = host.encode()
    request = bytes((5, 1, 0, 3, len(name))) + name + port.to_bytes(2, "big")
    connection.sendall(_GREETING + request)
    with closing(connection.makefile("rb", buffering=0)) as answers:
        assert answers.read(2) == _GREETED
        return answers.read(10)[1]


def _became(url: str, host: str, port: int) -> int:
    with way_out(url) as ways, _connected(ways) as connection:
        return _asked(connection, host, port)


def test_it_calls_the_very_address_that_was_checked(names: Names, port: int) -> None:
    names["turns.example.org"] = [[_HERE], [_NOBODY]]
    assert _became(INSIDE, "turns.example.org", port) == _OPENED


@pytest.mark.parametrize("url", [INSIDE, OUTSIDE])
@pytest.mark.parametrize("other", [_PUBLIC, _LINK])
def test_one_address_of_a_host_that_is_not_allowed_is_enough(
    names: Names, port: int, url: str, other: str
) -> None:
    names["both.example.org"] = [[_HERE, other]]
    allowed = (url, other) == (INSIDE, _PUBLIC)
    assert _became(url, "both.example.org", port) == (_OPENED if allowed else _FAILED)


def test_it_calls_the_next_address_where_one_takes_no_connection(names: Names, port: int) -> None:
    names["twice.example.org"] = [[_NOBODY, _HERE]]
    assert _became(INSIDE, "twice.example.org", port) == _OPENED
    names["twice.example.org"] = [[_NOBODY]]
    assert _became(INSIDE, "twice.example.org", port) == _FAILED


def test_a_site_that_lies_in_our_network_too_is_inside(names: Names, port: int) -> None:
    names["inside.example.org"] = [[_PUBLIC, _HERE]]
    assert _became(INSIDE, _HERE, port) == _OPENED


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize("host", ["a" * 64 + ".example.org", "nobody.invalid", ".", "\xff"])
def test_a_host_that_is_no_name_is_answered(port: int, host: str) -> None:
    assert _became(INSIDE, host, port) == _FAILED


@pytest.mark.usefixtures("names")
def test_what_is_said_is_handed_on_and_so_is_its_end(port: int) -> None:
    said = b"ahoy" * 100_000
    with way_out(INSIDE) as ways, _connected(ways) as connection:
        assert _asked(connection, _HERE, port) == _OPENED
        connection.sendall(said)
        connection.shutdown(socket.SHUT_WR)
        assert _all(connection) == said


@pytest.mark.usefixtures("names")
def test_it_ends_with_the_run_whatever_is_open(port: int) -> None:
    with ExitStack() as stack:
        with way_out(INSIDE) as ways:
            opened, silent = (stack.enter_context(_connected(ways)) for _ in range(2))
            assert _asked(opened, _HERE, port) == _OPENED
        assert (_all(opened), _all(silent)) == (b"", b"")


@pytest.mark.parametrize(
    "request_",
    [
        b"\x04\x01\x00\x03\x01a\x00P",
        b"\x05\x02\x00\x03\x01a\x00P",
        b"\x05\x01\x00\x01\x7f\0\0\1\0P",
    ],
)
@pytest.mark.usefixtures("names")
def test_what_chromium_does_not_ask_is_not_answered(request_: bytes) -> None:
    with way_out(INSIDE) as ways, _connected(ways) as connection:
        connection.sendall(_GREETING + request_)
        assert _all(connection) == _GREETED
