"""A way to a server that can swallow everything without a word: no FIN, no RST, as a cut cable or a firewall does."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self

import sqlalchemy

_LOOK_SECONDS = 0.05
_CHUNK = 65_536


class Way:
    """Forwards connections to an address; while it swallows, old ones stay as they are and new ones get no answer."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._lost: list[socket.socket] = []  # kept open, so that nobody hears of their end
        self._swallows = threading.Event()
        self._over = threading.Event()
        self.port: int = self._listener.getsockname()[1]
        self.url = ""

    @classmethod
    @contextmanager
    def to(cls, url: sqlalchemy.URL) -> Iterator[Self]:
        """A way to the server of this URL; its own `url` leads there over the way."""
        way = cls((str(url.host), int(url.port or 5432)))
        way.url = url.set(host="127.0.0.1", port=way.port).render_as_string(hide_password=False)
        thread = threading.Thread(target=way._run, daemon=True)
        thread.start()
        try:
            yield way
        finally:
            way._over.set()
            thread.join()
            for each in (way._listener, *way._pairs, *way._lost):
                each.close()

    def swallow(self) -> None:
        """From now on nothing arrives, and nobody is told."""
        self._swallows.set()

    def mend(self) -> None:
        """New connections work again; of the old ones nothing is ever heard."""
        self._lost += self._pairs
        self._pairs = {}
        self._swallows.clear()

    def _run(self) -> None:
        while not self._over.is_set():
            if self._swallows.is_set():
                self._over.wait(_LOOK_SECONDS)
                continue
            pairs = self._pairs
            for ready in select.select([self._listener, *pairs], [], [], _LOOK_SECONDS)[0]:
                if self._swallows.is_set():
                    break
                if ready is self._listener:
                    self._join(self._listener.accept()[0])
                elif ready in pairs:
                    self._forward(ready, pairs)

    def _join(self, near: socket.socket) -> None:
        far = socket.create_connection(self._target)
        self._pairs |= {near: far, far: near}

    def _forward(self, one: socket.socket, pairs: dict[socket.socket, socket.socket]) -> None:
        with suppress(OSError):
            if data := one.recv(_CHUNK):
                pairs[one].sendall(data)
                return
        for end in (one, pairs[one]):
            del pairs[end]
            end.close()
