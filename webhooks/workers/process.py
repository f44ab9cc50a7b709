"""The process from which those of `Worker`s are forked, `python -m webhooks.workers.process`: it has loaded what they
need, so that one more takes next to no time and some megabytes. Its standard input is a socket over which it is asked.
"""

import ctypes
import gc
import os
import pickle
import re
import resource
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from models import picture
from models.heaps import give_back, share_heaps
from models.rules import console
from webhooks.canary import parsing
from webhooks.github import reading as of_github
from webhooks.guard import reading as of_guards
from webhooks.refusal import Refusal

# What reads bodies, so that it is here already in what is forked. None of it loads a database's libraries.
LOADED = (picture, console, parsing, of_github, of_guards)
# Several times what the largest picture and the largest delivery need; what is only reserved counts too.
_MOST_MEMORY = 512 * 1024 * 1024
# Not all that was once taken is given back, so that after work that took more than this another process goes on.
_MEMORY_KEPT = 1024 * 1024
_IS_LINUX = sys.platform == "linux"
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
# linux/prctl.h
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Fork a process for each connection that comes with a niceness, until nobody asks any more."""
    share_heaps()
    # Whoever stops the web process ends this one by hanging up.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_IGN)
    gc.collect()
    gc.freeze()  # what is collected is written on, and what is written on is shared no more
    give_back()
    asked = socket.socket(fileno=0)
    here = os.getpid()
    while True:
        niceness, connections, _, _ = socket.recv_fds(asked, 1, 1)
        if not connections:
            return
        with socket.socket(fileno=connections[0]) as connection:
            if not os.fork():
                asked.close()
                _end_with(here)
                os.nice(niceness[0])
                _work(connection)
                os._exit(0)


def _end_with(parent: int) -> None:
    """End when the parent does, whatever is being done: nobody waits for it any more. Linux alone does that."""
    if _IS_LINUX:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)


def _work(connection: socket.socket) -> None:
    """Do one order after the other, until nobody gives any more."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    at_start = _most_memory()
    orders, answers = connection.makefile("rb"), connection.makefile("wb")
    goes_on = True
    while goes_on:
        try:
            seconds, function, arguments = pickle.load(orders)  # noqa: S301 - written by our own web process
        except (EOFError, OSError, pickle.UnpicklingError):
            return  # nobody is at the other end any more
        # The kernel ends this process then, whatever it is doing.
        signal.alarm(seconds)
        done, result = _do(function, arguments)
        signal.alarm(0)
        goes_on = _most_memory() <= at_start + _MEMORY_KEPT
        pickle.dump((done, result, goes_on), answers)
        answers.flush()
        # They may be megabytes, which would be kept until there is more to do.
        del function, arguments, result
        give_back()


def _most_memory() -> int:
    """What this process took at its peak, in bytes.

    What getrusage tells begins with what its parent took.
    """
    found = _PEAK.search(Path("/proc/self/status").read_text()) if _IS_LINUX else None
    return 1024 * int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _do(function: Callable[..., object], arguments: tuple[object, ...]) -> tuple[bool, object]:
    try:
        return True, function(*arguments)
    except MemoryError:
        return False, Refusal(413, "it takes too much memory to read this; send something smaller")
    except Exception as error:  # noqa: BLE001 - it is raised where the work was ordered
        return False, error


if __name__ == "__main__":
    main()
