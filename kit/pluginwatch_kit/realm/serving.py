"""Answers what the host asks of the realm, one request after the other: confine, hello, configure, call, stop."""

import faulthandler
import os
import signal
import traceback
from typing import Any, Callable, Optional

from pluginwatch_kit.guard.points import INCOMPATIBLE, Point
from pluginwatch_kit.realm.call import Call
from pluginwatch_kit.realm.confinement import confine
from pluginwatch_kit.realm.loading import LoadedExtension, LoadError
from pluginwatch_kit.realm.wire import Frame, Wire

# Upon this the stack is written, whatever the extension does, even within a library in C.
WHERE_SIGNAL = signal.SIGUSR2
# What is told of where something was raised; the host reads no more than 10,000 characters.
_MOST_FRAMES = 20
_LONGEST_FRAMES = 9_000


class RealmSide:
    """One extension, and what it was configured with."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._extension: Any = None
        self._bounds: Optional[Frame] = None
        self._options: dict[str, Any] = {}
        self.methods: dict[str, Callable[..., Any]] = {
            "confine": self.confine,
            "hello": self.hello,
            "configure": self.configure,
            "call": self.call,
        }

    def confine(self, memory: int) -> None:
        """Give up what no extension needs. The host then looks whether this process will end with it."""
        self._bounds = confine(memory)

    def hello(self, handle: str, wheels: str) -> Frame:
        """Load the extension, and say what was found."""
        if self._bounds is None:
            raise RuntimeError("nothing is loaded before this process is confined")
        self._extension = self._loaded(handle, wheels)
        return {
            "handlers": self._extension.handlers,
            "version": self._extension.version,
            "distributions": self._extension.distributions,
            **self._bounds,
        }

    def _loaded(self, handle: str, wheels: str) -> LoadedExtension:
        return LoadedExtension(handle, wheels)

    def configure(self, options: dict[str, Any]) -> None:
        """Take the options' values."""
        self._options = options

    def call(
        self,
        run: str,
        asker: dict[str, str],
        arguments: dict[str, Any],
        hears: bool = False,
        language: str = "en",
    ) -> Frame:
        """Call a handler. It answers with words, or with a message as in REST; one that hears need not."""
        handler = self._extension.handler(run)
        words = self._extension.translations(language)
        called = Call(self._wire, asker, dict(self._options), language, words)
        said = handler(called, **arguments)
        if hears:
            said = ""
        message = {"title": said} if isinstance(said, str) else said
        if not isinstance(message, dict):
            raise TypeError(f"{run} answered {type(said).__name__}: neither words nor a message")
        return {
            "message": message,
            "acts": called.acts,
            "writes": called.writes,
            "raised": called.raised,
            "said": called.said,
        }

    def report(self, error: BaseException) -> Optional[Frame]:
        """The line by which a Guard reports what failed, of the distribution that is to blame.

        The words of what a call raised are not in it, as they may be those of who asked; None where nothing is loaded.
        """
        if isinstance(error, LoadError):
            point, failure = error.failed.point, error.failed.failure._asdict()
        elif self._extension is None:
            return None
        else:
            point = self._to_blame(error)
            failure = {"message": type(error).__name__, "backtrace": _frames(error)}
        return {**point.line, "status": INCOMPATIBLE, **failure}

    def _to_blame(self, error: BaseException) -> Point:
        own: Point = self._extension.point
        try:
            return self._extension.owners.of_error(error) or own
        except BaseException:  # noqa: BLE001 - the error itself is the extension's code
            return own


def serve(wire: Wire) -> None:
    """Answer until the host asks to stop, or closes the stream."""
    realm = RealmSide(wire)
    while True:
        request = wire.receive()
        if request is None:
            return
        number = request["id"]
        if request["method"] == "stop":
            wire.answer(number, None)
            return
        try:
            wire.answer(number, realm.methods[request["method"]](**request["params"]))
        except BaseException as error:  # noqa: BLE001 - an extension may raise anything
            wire.tell("log", {"words": _whole(error)})
            wire.fail(number, _words(error), realm.report(error))


def _words(error: BaseException) -> str:
    if isinstance(error, LoadError):
        return error.failed.failure.message[:500]
    try:
        return f"{type(error).__name__}: {error}"[:500]
    except BaseException:  # noqa: BLE001 - its own `__str__` is the extension's code
        return f"{type(error).__name__}: it cannot say what it is"


def _whole(error: BaseException) -> str:
    if isinstance(error, LoadError):
        return error.failed.failure.backtrace or error.failed.failure.message
    try:
        return "".join(traceback.format_exception(type(error), error, error.__traceback__, -10))
    except BaseException:  # noqa: BLE001 - as above
        return _words(error)


def _frames(error: BaseException) -> str:
    """Where it was raised: files, lines and code, and none of its words."""
    frames = "".join(traceback.format_tb(error.__traceback__, -_MOST_FRAMES))
    return frames[-_LONGEST_FRAMES:]


def main() -> None:
    """Serve the host that started this process. Where its code is when it dies is written to standard error."""
    dumps = os.dup(2)
    wire = Wire.over_standard_streams()
    faulthandler.enable(dumps, all_threads=False)
    faulthandler.register(WHERE_SIGNAL, dumps, all_threads=False)
    serve(wire)
