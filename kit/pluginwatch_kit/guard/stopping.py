"""A stop that somebody asks for while a plugin is loaded is not the plugin's doing."""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Callable, Optional


@contextlib.contextmanager
def stop_noticed(notice: Callable[[], None]) -> Iterator[None]:
    """Within this, `notice` is called before SIGTERM ends the process, where nothing else handles that signal.

    Code that never returns to Python, such as a loop in C, is not interrupted.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return

    def stop(number: int, _frame: Optional[FrameType]) -> None:
        notice()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) is stop:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
