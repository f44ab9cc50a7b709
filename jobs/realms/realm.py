"""One realm: starts the process, asks it one thing at a time, and ends it."""

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from jobs.realms.frames import (
    MOST_FRAMES,
    Answered,
    BrokenProtocolError,
    Failed,
    RealmNotice,
    RealmRequest,
    Streams,
)
from models import jail
from models.rules.redact import redact

START_SECONDS = 5.0
_STOP_SECONDS = 1.0
_LOG_LINES = 50
_LOG_WORDS = 2_000

# What answers a realm's question: by its method and parameters, within so many seconds.
Serve = Callable[[str, dict[str, Any], float], Any]

_log = structlog.get_logger()


class RealmError(Exception):
    """The realm did not do what was asked; the words say why. What `raised` in it left the process whole."""

    def __init__(self, words: str, *, raised: bool = False) -> None:
        super().__init__(words)
        self.raised = raised


class RefusedError(Exception):
    """The host refuses what a realm asks for, or cannot do it; the words are for the realm's author."""


class Greeting(BaseModel):
    """What a realm says of itself: what can be called, the version of the extension's own wheel and of each that it
    brought, and whether system calls are filtered.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    handlers: list[str]
    version: str
    distributions: dict[str, str]
    filtered: bool


class Realm:
    """A process that runs one extension.

    Between two requests it is stopped by a signal, so that it uses no processor while nobody waits
    for it. Use it from one thread alone, which must outlive it: the kernel ends the process with
    the thread that started it. A plain process, without a jail, runs as `user`, or else as ours.

    Raises:
        RealmError: it does not start.
    """

    def __init__(
        self,
        handle: str,
        wheels: Path,
        *,
        memory: int,
        jailed: bool = True,
        user: int | None = None,
    ) -> None:
        self._handle = handle
        self._number = 0
        self.is_over = False
        self._process, self._pidfd = _started(wheels, user, jailed=jailed)
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("a realm has both streams")
        self._streams = Streams(self._process.stdin.fileno(), self._process.stdout.fileno())
        inside = jail.WHEELS if jailed else str(wheels.resolve())
        told = {"handle": handle, "wheels": inside, "memory": memory}
        try:
            self.hello = Greeting.model_validate(self.request("hello", told, START_SECONDS))
        except (RealmError, ValidationError) as error:
            self.kill()
            words = str(error) if isinstance(error, RealmError) else "it does not say who it is"
            raise RealmError(words) from error

    def request(
        self, method: str, params: dict[str, Any], seconds: float, serve: Serve | None = None
    ) -> Any:
        """Ask it something, and meanwhile `serve` what it asks.

        Raises:
            RealmError: it failed. Unless that was `raised` in it, the process has been ended.
        """
        if self.is_over:
            raise RealmError("it has ended")
        self._number += 1
        deadline = monotonic() + seconds
        try:
            if not self._streams.is_quiet:
                words = "it wrote while nobody asked"
                raise BrokenProtocolError(words)  # noqa: TRY301 - ended as below
            self._signal(signal.SIGCONT)
            sent = {"id": self._number, "method": method, "params": params}
            self._streams.send(sent, deadline)
            answer = self._answer(deadline, serve)
            self._signal(signal.SIGSTOP)
        except TimeoutError as error:
            self.kill()
            raise RealmError(f"it did not answer within {seconds:g} seconds") from error
        except EOFError as error:
            raise RealmError(self._ending()) from error
        except BrokenProtocolError as error:
            self.kill()
            raise RealmError(str(error)) from error
        if isinstance(answer, Failed):
            raise RealmError(redact(answer.error.message), raised=True)
        return answer.result

    def _answer(self, deadline: float, serve: Serve | None) -> Answered | Failed:
        lines = 0
        for _ in range(MOST_FRAMES):
            frame = self._streams.receive(deadline)
            if isinstance(frame, Answered | Failed):
                if frame.id != self._number:
                    raise BrokenProtocolError("it answered what was not asked")
                return frame
            if isinstance(frame, RealmRequest):
                self._streams.send(_served(frame, serve, deadline - monotonic()), deadline)
            elif lines < _LOG_LINES:
                lines += 1
                self._tell(frame)
        raise BrokenProtocolError(f"it wrote more than {MOST_FRAMES:,} frames for one answer")

    def _tell(self, told: RealmNotice) -> None:
        words = redact(told.params.get("words", "")[:_LOG_WORDS])
        _log.info("extension_says", extension=self._handle, words=words)

    def stop(self) -> None:
        """Let it end."""
        with contextlib.suppress(RealmError):
            self.request("stop", {}, _STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End it now."""
        if self.is_over:
            return
        self.is_over = True
        self._signal(signal.SIGKILL)
        _end(self._process)
        os.close(self._pidfd)

    def _ending(self) -> str:
        """In what way it ended. One that lives on behind closed streams is ended here."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_SECONDS)
        code = self._process.returncode
        self.kill()
        if code is None:
            return "it closed its streams"
        return f"its process ended (exit code {code})"

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, OSError):
            signal.pidfd_send_signal(self._pidfd, number)


def _served(asked: RealmRequest, serve: Serve | None, seconds: float) -> dict[str, Any]:
    try:
        if serve is None:
            raise RefusedError("nothing can be asked now")  # noqa: TRY301 - told alike
        return {"id": asked.id, "result": serve(asked.method, asked.params, seconds)}
    except RefusedError as error:
        return {"id": asked.id, "error": {"code": -32000, "message": str(error)}}


def _started(
    wheels: Path, user: int | None, *, jailed: bool
) -> tuple["subprocess.Popen[bytes]", int]:
    """The process, and a handle on the one that is the realm: bubblewrap waits beside it."""
    if not jailed:
        groups: list[int] | None = [] if user else None
        try:
            process = _popen(jail.plain(), user=user, group=user, extra_groups=groups)
        except PermissionError as error:
            words = "Python is in a folder that only root may read, and no extension runs as root"
            raise RealmError(words) from error
        return process, os.pidfd_open(process.pid)
    bwrap = jail.bubblewrap()
    if bwrap is None:
        raise RealmError("there is no bubblewrap here, which keeps extensions in a jail")
    reading, writing = os.pipe()
    with open(reading, "rb") as info:  # noqa: PTH123 - a descriptor
        try:
            process = _popen(jail.jailed(bwrap, wheels, writing), pass_fds=(writing,))
        finally:
            os.close(writing)
        return process, _realm_within(process, info.read())


def _realm_within(process: "subprocess.Popen[bytes]", told: bytes) -> int:
    try:
        return os.pidfd_open(json.loads(told)["child-pid"])
    except (ValueError, OSError) as error:
        _end(process)
        raise RealmError("the jail does not run here: python -m models check says why") from error


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()


def _popen(command: list[str], **how: Any) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - bubblewrap or Python, and our own arguments
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={},
        bufsize=0,
        start_new_session=True,
        **how,
    )
