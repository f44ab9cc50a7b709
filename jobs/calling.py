"""Bounded calls to other services: in time as a whole, in the size of the answer, and to no link-local address.

A library's own time-out counts from the last byte, so a server that sends one byte a second would
keep a thread for ever.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from models.rules.addresses import is_link_local
from models.rules.json_values import count_values

_here = threading.local()
_live: "set[_Deadline]" = set()


class TooSlowError(OSError):
    """The call took longer than it may, and was ended."""


class LinkLocalError(OSError):
    """The call leads to a link-local address, to which none is made."""


@contextlib.contextmanager
def ends_within(seconds: float) -> Iterator[None]:
    """End the calls that this thread makes in the block after so many seconds, by closing their sockets.

    Raises:
        TooSlowError: the time is over, whatever error the library makes of that.

    """
    deadline = _Deadline()
    _live.add(deadline)
    timer = threading.Timer(seconds, deadline.end)
    timer.daemon = True
    timer.start()
    _here.deadline = deadline
    failure: Exception | None = None
    try:
        yield
    except Exception as error:
        failure = error
        if not deadline.is_over:
            raise
    finally:
        timer.cancel()
        _live.discard(deadline)
        _here.deadline = None
    # The library may raise nothing: it takes headers that end with the connection for complete ones.
    if deadline.is_over:
        raise TooSlowError(f"no whole answer within its {seconds:g} seconds") from failure


def end_all() -> None:
    """End every call of any thread now, as if its time were over."""
    for deadline in tuple(_live):
        deadline.end()


def watch(opened: socket.socket | None) -> None:
    """Close this socket, which the thread opened or uses again, when the block's time is over."""
    deadline: _Deadline | None = getattr(_here, "deadline", None)
    if deadline and opened:
        deadline.add(opened)


class _Deadline:
    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self.is_over = False

    def add(self, opened: socket.socket) -> None:
        with self._lock:
            self._sockets.append(opened)
            if self.is_over:
                _shut(opened)

    def end(self) -> None:
        with self._lock:
            self.is_over = True
            for opened in self._sockets:
                _shut(opened)


def _shut(opened: socket.socket) -> None:
    # The TLS layer's own shutdown may not be called by another thread. The reader sees the connection end.
    with contextlib.suppress(OSError):
        socket.socket.shutdown(opened, socket.SHUT_RDWR)


def _admitted(connected: socket.socket) -> socket.socket:
    """The new connection, before anything is said over it, to whatever address the name led.

    Raises:
        LinkLocalError: clouds keep their machines' credentials there.

    """
    if is_link_local(str(connected.getpeername()[0])):
        connected.close()
        raise LinkLocalError("the host has a link-local address")
    return connected


class _HttpConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _admitted(super()._new_conn())

    def connect(self) -> None:
        super().connect()
        watch(self.sock)

    def request(self, *arguments: Any, **more: Any) -> None:
        watch(self.sock)
        super().request(*arguments, **more)


class _HttpsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _admitted(super()._new_conn())

    def connect(self) -> None:
        super().connect()
        watch(self.sock)

    def request(self, *arguments: Any, **more: Any) -> None:
        watch(self.sock)
        super().request(*arguments, **more)


class HttpPool(urllib3.HTTPConnectionPool):
    """Connections that `ends_within` ends."""

    ConnectionCls = _HttpConnection


class HttpsPool(urllib3.HTTPSConnectionPool):
    """Connections that `ends_within` ends."""

    ConnectionCls = _HttpsConnection


_POOLS = {"http": HttpPool, "https": HttpsPool}


class _Limited:
    """An answer of urllib3's that gives no more than so many bytes and values of JSON; a longer one is an error."""

    def __init__(self, answer: urllib3.BaseHTTPResponse, limit: int, values: int | None) -> None:
        self._answer = answer
        self._left = limit
        self._values_left = values

    def stream(self, amt: int, decode_content: bool | None = None) -> Iterator[bytes]:
        for chunk in self._answer.stream(amt, decode_content=decode_content):
            self._left -= len(chunk)
            is_much = False
            if self._values_left is not None:
                self._values_left -= count_values(chunk)
                is_much = self._values_left < 0
            if is_much or self._left < 0:
                self._answer.close()
                raise urllib3.exceptions.ProtocolError("the answer is longer than it may be")
            yield chunk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._answer, name)


class Bounded(HTTPAdapter):
    """For a session of requests: connections that `ends_within` ends, and answers of `limit` bytes at the most.

    Where they are JSON, `values` bounds what they become.
    """

    def __init__(self, limit: int, values: int | None = None, **how: Any) -> None:
        self._limit = limit
        self._values = values
        super().__init__(**how)

    def init_poolmanager(self, *arguments: Any, **more: Any) -> None:
        """Called by requests."""
        super().init_poolmanager(*arguments, **more)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *arguments: Any, **more: Any) -> Any:
        """Called by requests, where the environment names a proxy."""
        manager = super().proxy_manager_for(*arguments, **more)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """Called by requests, when the headers are there."""
        answer = super().build_response(req, resp)
        answer.raw = _Limited(resp, self._limit, self._values)
        return answer


def bounded_session(limit: int, values: int) -> requests.Session:
    """A session whose answers are of `limit` bytes and so many values of JSON at the most."""
    return session_through(Bounded(limit, values))


def session_through(bounded: Bounded) -> requests.Session:
    """A session that calls through this adapter, and keeps no cookies: several identities may use it."""
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in _POOLS:
        session.mount(f"{scheme}://", bounded)
    return session
