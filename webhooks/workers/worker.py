"""Where long work is done: in a process of its own, because one long call into C stops every thread of this one."""

import asyncio
import contextlib
import pickle
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, TypeVar

import structlog

from webhooks.refusal import Refusal
from webhooks.workers.forker import Forker

# What a body of this size costs at worst, a few milliseconds, the event loop can bear; it is less than a process costs.
SMALL = 32 * 1024
SECONDS = 60
_MOST_WAITING = 64
_MOST_BYTES_WAITING = 12 * 1024 * 1024
# Such a process takes some megabytes for as long as it waits for more, and another one 10 ms.
_SECONDS_IDLE = 1

_Result = TypeVar("_Result")
_log = structlog.get_logger()


class Worker:
    """One process that does one piece of work at a time. It is forked when it is needed, and ends after a short rest.

    It ends itself over work that takes longer than `seconds`, or too much memory; the next work has another one. The
    more `yielding`, from 0 to 19, the more it leaves to others where processors are few.
    """

    def __init__(self, forker: Forker, seconds: int = SECONDS, *, yielding: int = 0) -> None:
        self._forker = forker
        self._seconds = seconds
        self._yielding = yielding
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="worker")
        self._process: _Process | None = None
        self._waiting: list[int] = []
        self._rest: asyncio.TimerHandle | None = None
        self._is_over = False

    async def read(
        self, function: Callable[..., _Result], body: bytes, *arguments: object
    ) -> _Result:
        """`function(body, *arguments)`, done here if the body is small, and else in the process.

        Raises:
            Refusal: what the function says; 413: it takes too long or too much memory; 503: too much waits already.
        """
        if len(body) <= SMALL:
            return function(body, *arguments)
        return await self.do(len(body), function, body, *arguments)

    async def do(self, size: int, function: Callable[..., _Result], *arguments: object) -> _Result:
        """`function(*arguments)`, done in the process; `size` says roughly how many bytes wait with it.

        Raises:
            Refusal: as `read`.
        """
        if len(self._waiting) >= _MOST_WAITING or sum(self._waiting) + size > _MOST_BYTES_WAITING:
            raise Refusal(503, "too much waits to be read already; send it again in a minute")
        loop = asyncio.get_running_loop()
        self._end_rest()
        self._waiting.append(size)
        try:
            done, result = await loop.run_in_executor(
                self._thread, self._ask, (self._seconds, function, arguments)
            )
        finally:
            self._waiting.remove(size)
            self._end_rest()
            if not self._is_over:
                self._rest = loop.call_later(_SECONDS_IDLE, self._thread.submit, self._end)
        if not done:
            raise result
        answer: _Result = result
        return answer

    def stop(self) -> None:
        """Do no more. What is being done is given up; the forker ends it."""
        self._is_over = True
        self._end_rest()
        if self._process:
            self._process.hang_up()
        self._thread.submit(self._end)
        self._thread.shutdown()

    def _end_rest(self) -> None:
        if self._rest:
            self._rest.cancel()

    def _ask(
        self, order: tuple[int, Callable[..., object], tuple[object, ...]]
    ) -> tuple[bool, Any]:
        try:
            process = self._process = self._process or _Process(self._forker.forked(self._yielding))
            done, result, goes_on = process.ask(order)
        except (EOFError, OSError, pickle.UnpicklingError):
            self._end()
            _log.warning("work_given_up", work=order[1].__qualname__, seconds=self._seconds)
            return False, Refusal(
                413, "it takes too long or too much memory to read this; send something smaller"
            )
        if not goes_on:
            self._end()
        return done, result

    def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            process.close()


class _Process:
    """A process that was forked, which ends when we hang up."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._orders: IO[bytes] = connection.makefile("wb")
        self._answers: IO[bytes] = connection.makefile("rb")

    def ask(self, order: object) -> tuple[bool, Any, bool]:
        """Whether it could do it, what came of it, and whether the process goes on."""
        pickle.dump(order, self._orders)
        self._orders.flush()
        done, result, goes_on = pickle.load(self._answers)  # noqa: S301 - written by our own process
        return done, result, goes_on

    def hang_up(self) -> None:
        """Whoever waits for it waits no more."""
        with contextlib.suppress(OSError):  # it has ended
            self._connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hang up, and forget it."""
        with contextlib.suppress(OSError):  # what was not sent cannot be sent any more
            self._orders.close()
        self._answers.close()
        self._connection.close()
