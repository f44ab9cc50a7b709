"""One realm: starts the process, asks it one thing at a time, and ends it."""

import contextlib
import signal
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from jobs.realms.errors import UNKNOWN, RealmError, RefusedError
from jobs.realms.frames import (
    MOST_FRAMES,
    BrokenProtocolError,
    ErrorReply,
    RealmNotice,
    RealmRequest,
    ResultReply,
    Streams,
)
from jobs.realms.last_words import LastWords, dumped, reported, spoken
from jobs.realms.process import RealmProcess
from models import jail
from models.messages.words import clip
from models.rules.excerpt import beginning_without_secrets
from models.rules.redact import redact

START_SECONDS = 5.0
# Upon this a realm writes where its code is, whatever it does; as `pluginwatch_kit.realm.serving` has it.
WHERE_SIGNAL = signal.SIGUSR2
_STOP_SECONDS = 1.0
# What has the realm load the extension.
_LOADING = "hello"
_LOG_LINES = 50
_LOG_WORDS = 2_000
# Who asks the host more often than this had a part in the time that it took.
_MOST_EXCUSED = 20

# What answers a realm's question: by its method and parameters, within so many seconds.
Serve = Callable[[str, dict[str, Any], float], Any]

_log = structlog.get_logger()


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
    What it says is logged, unless somebody takes it by `says`.

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
        says: Callable[[str], None] | None = None,
    ) -> None:
        self._handle = handle
        self._says = says or self._log_words
        self._number = 0
        # By the host, during one request: for how long, and how often.
        self._served_seconds, self._served = 0.0, 0
        self.is_over = False
        self._process = RealmProcess(wheels, user, jailed=jailed)
        self._streams = Streams(self._process.to, self._process.of, self._process.over)
        self._wheels = wheels
        self._inside = jail.WHEELS if jailed else str(wheels.resolve())
        try:
            self.hello = self._greeted(memory)
        except (RealmError, ValidationError) as error:
            self.kill()
            if isinstance(error, RealmError):
                raise
            raise RealmError("it does not say who it is") from error

    def _greeted(self, memory: int) -> Greeting:
        """Start it in two steps: nothing of the extension is loaded, and nothing stopped, before it is known to
        end with us.
        """
        self._result(self._answered("confine", {"memory": memory}, START_SECONDS))
        self._process.hold()
        told = {"handle": self._handle, "wheels": self._inside}
        return Greeting.model_validate(self.request(_LOADING, told, START_SECONDS))

    def request(
        self, method: str, params: dict[str, Any], seconds: float, serve: Serve | None = None
    ) -> Any:
        """Ask it something, and meanwhile `serve` what it asks.

        Raises:
            RealmError: it failed. Unless that was `raised` in it, the process has been ended.
        """
        answer = self._answered(method, params, seconds, serve)
        self._process.signal(signal.SIGSTOP)
        return self._result(answer, is_loading=method == _LOADING)

    def _result(self, answer: ResultReply | ErrorReply, *, is_loading: bool = False) -> Any:
        if not isinstance(answer, ErrorReply):
            return answer.result
        line, last = answer.error.data, UNKNOWN
        if line:
            last = reported(line, self._inside, self._wheels, is_loading=is_loading)
        raise RealmError(redact(answer.error.message), raised=True, last=last)

    def _answered(
        self, method: str, params: dict[str, Any], seconds: float, serve: Serve | None = None
    ) -> ResultReply | ErrorReply:
        if self.is_over:
            raise RealmError("it has ended")
        self._number += 1
        deadline = monotonic() + seconds
        try:
            if not self._streams.is_quiet:
                words = "it wrote while nobody asked"
                raise BrokenProtocolError(words)  # noqa: TRY301 - ended as below
            self._streams.begin()
            self._served_seconds, self._served = 0.0, 0
            self._process.signal(signal.SIGCONT)
            sent = {"id": self._number, "method": method, "params": params}
            self._streams.send(sent, deadline)
            return self._answer(deadline, serve)
        except TimeoutError as error:
            raise self._too_late(seconds) from error
        except EOFError as error:
            last = self._dumped()
            raise RealmError(self._ending(method, last.cause), last=last) from error
        except BrokenProtocolError as error:
            self.kill()
            raise RealmError(str(error)) from error
        except BaseException:
            # It waits for an answer that will not come, and would take the next request for it.
            self.kill()
            raise

    def _too_late(self, seconds: float) -> RealmError:
        """End it, once it has said where it is."""
        self._process.signal(WHERE_SIGNAL)
        last = self._dumped()
        self.kill()
        words = f"it did not answer within {seconds:g} seconds"
        return RealmError(words, excused=self._is_excused(seconds), last=last)

    def _dumped(self) -> LastWords:
        """Where it was, as it says when it dies or is told to."""
        return dumped(spoken(self._process.dumps), self._inside, self._wheels)

    def _answer(self, deadline: float, serve: Serve | None) -> ResultReply | ErrorReply:
        lines = 0
        for _ in range(MOST_FRAMES):
            frame = self._streams.receive(deadline)
            if isinstance(frame, ResultReply | ErrorReply):
                if frame.id != self._number:
                    raise BrokenProtocolError("it answered what was not asked")
                return frame
            if isinstance(frame, RealmRequest):
                self._serve(frame, serve, deadline)
            elif lines < _LOG_LINES:
                lines += 1
                self._tell(frame)
        raise BrokenProtocolError(f"it wrote more than {MOST_FRAMES:,} frames for one answer")

    def _serve(self, asked: RealmRequest, serve: Serve | None, deadline: float) -> None:
        began = monotonic()
        answer = served(asked, serve, deadline - began)
        self._served_seconds += monotonic() - began
        self._served += 1
        try:
            self._streams.send(answer, deadline)
        except ValueError as error:
            refused = _refused(asked, f"the answer to {clip(asked.method)} has {error}")
            self._streams.send(refused, deadline)

    def _is_excused(self, seconds: float) -> bool:
        return self._served <= _MOST_EXCUSED and self._served_seconds > seconds / 2

    def _tell(self, told: RealmNotice) -> None:
        self._says(beginning_without_secrets(told.params.get("words", ""), _LOG_WORDS))

    def _log_words(self, words: str) -> None:
        _log.info("extension_says", extension=self._handle, words=words)

    def stop(self) -> None:
        """Let it end."""
        with contextlib.suppress(RealmError):
            self.request("stop", {}, _STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End it now."""
        if not self.is_over:
            self.is_over = True
            self._process.end()

    def _ending(self, method: str, cause: str) -> str:
        """How it ended, or of what, if that is known. One that lives on behind closed streams is ended here."""
        has_ended = self._process.ends_within(_STOP_SECONDS)
        self.is_over = True
        how = self._process.end()
        if not has_ended:
            return "it closed its streams"
        while_ = " while it was loaded" if method == _LOADING else ""
        return f"its process ended{while_} ({cause or how})"


def served(asked: RealmRequest, serve: Serve | None, seconds: float) -> dict[str, Any]:
    """The frame that answers what a realm asks."""
    try:
        if serve is None:
            raise RefusedError("nothing can be asked now")  # noqa: TRY301 - told alike
        return {"id": asked.id, "result": serve(asked.method, asked.params, seconds)}
    except RefusedError as error:
        return _refused(asked, str(error))


def _refused(asked: RealmRequest, words: str) -> dict[str, Any]:
    return {"id": asked.id, "error": {"code": -32000, "message": words}}
