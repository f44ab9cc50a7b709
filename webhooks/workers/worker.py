"""Where long work is done: in a process of its own, because one long call into C stops every thread of this one."""

import asyncio
import contextlib
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import structlog

from webhooks.refusal import Refusal

# What a body of this size costs at worst, a few milliseconds, the event loop can bear; it is less than a process costs.
SMALL = 32 * 1024
SECONDS = 60
_MOST_WAITING = 64
_MOST_BYTES_WAITING = 24 * 1024 * 1024
# Such a process takes a tenth of a second to start, and some 15 MiB for as long as it waits for more.
_SECONDS_IDLE = 5

_PROJECT = Path(__file__).parent.parent.parent

_Result = TypeVar("_Result")
_log = structlog.get_logger()


class Worker:
    """One process that does one piece of work at a time. It starts when it is needed, and ends after a short rest.

    It ends itself over work that takes longer than `seconds`, or too much memory; the next work has another one. The
    more `yielding`, from 0 to 19, the more it leaves to others where processors are few.
    """

    def __init__(self, seconds: int = SECONDS, *, yielding: int = 0) -> None:
        self._seconds = seconds
        self._yielding = yielding
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="worker")
        self._process: subprocess.Popen[bytes] | None = None
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
        """End the process, whatever it is doing: nobody waits for that any more."""
        self._is_over = True
        self._end_rest()
        if self._process:
            self._process.kill()
        self._thread.submit(self._end)
        self._thread.shutdown()

    def _end_rest(self) -> None:
        if self._rest:
            self._rest.cancel()

    def _ask(
        self, order: tuple[int, Callable[..., object], tuple[object, ...]]
    ) -> tuple[bool, Any]:
        process = self._process = self._process or _start(self._yielding)
        assert process.stdin  # noqa: S101 - both are pipes
        assert process.stdout  # noqa: S101 - as above
        try:
            pickle.dump(order, process.stdin)
            process.stdin.flush()
            done, result, goes_on = pickle.load(process.stdout)  # noqa: S301 - written by our own process
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
        if process is None:
            return
        with contextlib.suppress(OSError):
            process.communicate()


def _start(yielding: int) -> subprocess.Popen[bytes]:
    """The process: it inherits the environment, and ends when nobody holds the other end of its pipe any more."""
    command = [sys.executable, "-m", "webhooks.workers.process", str(yielding)]
    return subprocess.Popen(  # noqa: S603 - our own program, and no shell
        command, cwd=_PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
