"""What a stranger may keep open, and how much may stand beside a body: raw sockets against the real server."""

import asyncio
import contextlib
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import uvloop

from bench.stage import free_port, wait_for
from models.database.engine import Database
from tests.webhooks.conftest import serving
from webhooks.serving.connection import MAX_HEAD, MOST_LINES, Tolerant
from webhooks.serving.connections import ConnectionLimits

GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = (
    b"POST /plugin-manager/statistics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
MEBIBYTE = b"x" * 2**20
# What begins each request, and what then goes on for ever.
ENDLESS = {
    "a header": (GET + b"X-Long: ", MEBIBYTE),
    "the name of a header": (GET, MEBIBYTE),
    "many headers": (GET, b"X: y\r\n" * 100_000),
    "the address": (b"GET /", MEBIBYTE),
    "the query": (b"GET /?", MEBIBYTE),
    "the method": (b"", MEBIBYTE),
    "a chunk's extension": (CHUNKED + b"1;", MEBIBYTE),
    "a trailer": (CHUNKED + b"1\r\n{\r\n0\r\nX-Long: ", MEBIBYTE),
    "many trailers": (CHUNKED + b"1\r\n{\r\n0\r\n", b"X: y\r\n" * 100_000),
    "requests whose answers nobody reads": (b"", (GET + b"\r\n") * 10_000),
    "a body that was refused": (
        b"POST /plugin-manager/status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999999\r\n\r\n",
        MEBIBYTE,
    ),
}
LIMITS = ConnectionLimits(connections=20, begin_seconds=0.5)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """A server with small limits; none of this reaches a database."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('connections') / 'empty.sqlite3'}")
    with serving(database, limits=LIMITS) as url:
        parts = urlsplit(url)
        yield str(parts.hostname), int(parts.port or 0)
    database.close()


@pytest.mark.parametrize("what", ENDLESS)
def test_what_has_no_end_ends_the_connection(address: tuple[str, int], what: str) -> None:
    begins, goes_on = ENDLESS[what]
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(begins)
        with pytest.raises(ConnectionError):
            connection.sendall(200 * goes_on)
    assert _is_well(address)


def test_after_a_refused_body_the_next_request_is_answered(address: tuple[str, int]) -> None:
    """However long the first one took to send what is thrown away."""
    size = 40 * len(MEBIBYTE)
    head = (
        f"POST /plugin-manager/status HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n"
    )
    with socket.create_connection(address, timeout=20) as connection:
        for _ in range(2):
            connection.sendall(head.encode())
            for _ in range(40):
                connection.sendall(MEBIBYTE)
            assert connection.recv(65_536).startswith(b"HTTP/1.1 415 ")
        connection.sendall(GET + b"\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_while_refused_bodies_are_thrown_away_others_are_answered(tmp_path: Path) -> None:
    head = b"POST /plugin-manager/status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999999\r\n\r\n"
    limits = ConnectionLimits(begin_seconds=60)
    with (
        contextlib.closing(Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")) as database,
        serving(database, limits=limits) as url,
        contextlib.ExitStack() as stack,
    ):
        parts = urlsplit(url)
        address = str(parts.hostname), int(parts.port or 0)
        senders = [
            stack.enter_context(socket.create_connection(address, timeout=20)) for _ in range(10)
        ]
        for each in senders:
            each.sendall(head)
            each.setblocking(False)
        sent = 0
        for _ in range(50):
            for each in senders:
                with contextlib.suppress(BlockingIOError):
                    sent += each.send(MEBIBYTE)
            assert _is_well(address)
        assert sent > 0


def test_a_head_that_is_too_large_is_told_so(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(GET + b"X-Long: " + b"x" * MAX_HEAD)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 431 ")


def test_so_many_header_lines_are_fine_and_more_are_refused(address: tuple[str, int]) -> None:
    for more, status in ((MOST_LINES - 1, 200), (MOST_LINES, 400)):
        with socket.create_connection(address, timeout=20) as connection:
            connection.sendall(GET + b"a:b\r\n" * more + b"\r\n")
            assert connection.recv(65_536).startswith(b"HTTP/1.1 %d " % status)
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(GET + b"a:b\r\n" * (MOST_LINES + 1))
        assert connection.recv(65_536).startswith(b"HTTP/1.1 431 ")


LONG_LINE = b"X-Long: " + b"x" * 60_000
# Heads that are held, and how many of 600 give way at the least: of the last ones each takes 17 KB, for its lines.
HELD = {
    "heads": (GET + LONG_LINE, 545),
    "trailers": (CHUNKED + b"1\r\n{\r\n0\r\n" + LONG_LINE, 545),
    "heads whose body never begins": (
        CHUNKED.removesuffix(b"\r\n") + LONG_LINE + b"\r\n\r\n",
        545,
    ),
    "heads of many short lines": (GET + b"X-Short: 1\r\n" * 97, 455),
}


@pytest.mark.parametrize("what", HELD)
def test_what_is_held_of_many_heads_is_bounded(tmp_path: Path, what: str) -> None:
    """Each is within what one may have; and who sends no more than that, and all of it, is answered."""
    begun, least = HELD[what]
    limits = ConnectionLimits(connections=800, begin_seconds=60)
    with (
        contextlib.closing(Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")) as database,
        serving(database, limits=limits) as url,
        contextlib.ExitStack() as stack,
    ):
        parts = urlsplit(url)
        address = str(parts.hostname), int(parts.port or 0)
        held = []
        for _ in range(600):
            each = stack.enter_context(socket.create_connection(address, timeout=20))
            each.sendall(begun)
            held.append(each)
        with _client(address) as http:
            assert http.get("/healthz", params={"much": "x" * 50_000}).status_code == 200
        assert least < sum(map(_is_over, held)) < least + 40


def test_a_long_address_and_many_requests_in_turn_are_fine(address: tuple[str, int]) -> None:
    with _client(address) as http:
        for _ in range(20):
            assert http.get("/healthz", params={"much": "x" * 30_000}).status_code == 200


def test_a_body_of_tiny_chunks_is_fine(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(CHUNKED + b"1\r\nx\r\n" * 50_000 + b"0\r\n\r\n")
        answer = connection.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"not JSON" in answer


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HT", GET, b"\r\n\r\n", GET + b"\r\n" + b"\r\n\r\n", CHUNKED, CHUNKED + b"1;"],
)
def test_half_a_request_is_given_up_in_time(address: tuple[str, int], sent: bytes) -> None:
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(sent)
        everything = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert b"HTTP/1.1 408 " in everything


def test_who_waits_longest_gives_way_to_others(address: tuple[str, int]) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(3 * LIMITS.connections):
            half = stack.enter_context(socket.create_connection(address, timeout=20))
            half.sendall(GET)
        assert _is_well(address)


def test_who_sends_on_and_on_is_not_cut_off(address: tuple[str, int]) -> None:
    """The time begins again with each request."""
    with _client(address) as http:
        until = time.monotonic() + 3 * LIMITS.begin_seconds
        while time.monotonic() < until:
            assert http.get("/healthz").status_code == 200
            time.sleep(LIMITS.begin_seconds / 5)


def test_no_answer_repeats_the_host_that_was_asked_for(address: tuple[str, int]) -> None:
    with _client(address) as http:
        for path in ("/docs/", "/jobs/", "/plugin-manager/plugin/", "/static"):
            answer = http.get(path, headers={"Host": "evil.example.com"})
            assert answer.status_code == 404
            assert "evil.example.com" not in answer.text + str(answer.headers)


def test_what_is_done_with_a_connection_that_has_ended_is_no_fault() -> None:
    """Three things that uvloop's own transport raises at."""

    async def end_it() -> None:
        there: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        class Protocol(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                there.set_result(transport)

        server = await asyncio.get_running_loop().create_server(Protocol, "127.0.0.1", 0)
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        transport = await there
        tolerant = Tolerant(transport)
        tolerant.pause_reading()
        tolerant.abort()
        await asyncio.sleep(0.05)
        with pytest.raises(RuntimeError, match="closed"):
            transport.write(b"x")
        tolerant.write(b"x")
        tolerant.resume_reading()
        tolerant.pause_reading()
        writer.close()
        server.close()

    uvloop.run(end_it())


def test_the_process_asks_for_as_many_open_files_as_it_may_have(tmp_path: Path) -> None:
    few, most = 200, 900
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'files.sqlite3'}",
        "PORT": str(free_port()),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "webhooks"],
        env=environment,
        stderr=subprocess.PIPE,
    )
    resource.prlimit(
        process.pid, resource.RLIMIT_NOFILE, (few, most)
    )  # long before it has imported all it needs
    address = ("127.0.0.1", int(environment["PORT"]))
    with contextlib.ExitStack() as stack:
        stack.callback(process.wait)
        stack.callback(process.kill)
        wait_for(address[1], process)
        for _ in range(2 * few):
            stack.enter_context(socket.create_connection(address, timeout=20)).sendall(GET)
        assert _is_well(address)
        assert resource.prlimit(process.pid, resource.RLIMIT_NOFILE)[0] == most
        process.kill()
        assert b"ulimit -Hn" in process.communicate()[1]


def _is_over(connection: socket.socket) -> bool:
    """Whether the other side has ended the connection, whatever it said before."""
    connection.setblocking(False)
    try:
        while connection.recv(65_536):
            pass
    except BlockingIOError:
        return False
    except ConnectionError:
        pass
    return True


def _is_well(address: tuple[str, int]) -> bool:
    with _client(address) as http:
        return http.get("/healthz").status_code == 200


def _client(address: tuple[str, int]) -> httpx.Client:
    return httpx.Client(base_url=f"http://{address[0]}:{address[1]}", timeout=20, verify=False)
