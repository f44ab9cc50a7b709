"""A stop that somebody asks for while a plugin is loaded is not the plugin's doing."""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, Callable, Optional


class Stops:
    """What somebody asked for: whether it was Ctrl-C, as far as that can be known."""

    interrupted = False


@contextlib.contextmanager
def stop_noticed(notice: Callable[[], None]) -> Iterator[Stops]:
    """Within this, `notice` is called before SIGTERM ends the process, where nothing else handles that signal.

    Code that never returns to Python, such as a loop in C, is not interrupted.
    """
    stops = Stops()

    def stop(number: int, _frame: Optional[FrameType]) -> None:
        notice()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    def interrupt(number: int, frame: Optional[FrameType]) -> None:
        stops.interrupted = True
        signal.default_int_handler(number, frame)

    if threading.current_thread() is not threading.main_thread():
        stops.interrupted = True  # by whom is not known
        yield stops
        return
    with contextlib.ExitStack() as stack:
        stack.enter_context(_handling(signal.SIGTERM, signal.SIG_DFL, stop))
        is_ours = stack.enter_context(
            _handling(signal.SIGINT, signal.default_int_handler, interrupt)
        )
        stops.interrupted = not is_ours
        yield stops


@contextlib.contextmanager
def _handling(number: int, usual: Any, handler: Callable[..., Any]) -> Iterator[bool]:
    """Handle the signal if it is handled as usual; yields whether it is."""
    is_usual = signal.getsignal(number) is usual
    if is_usual:
        signal.signal(number, handler)
    try:
        yield is_usual
    finally:
        if is_usual and signal.getsignal(number) is handler:
            signal.signal(number, usual)
