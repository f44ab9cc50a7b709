"""The process of a `Worker`, `python -m webhooks.workers.process NICENESS`: orders come by standard input."""

import os
import pickle
import re
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from models.heaps import give_back, share_heaps
from webhooks.refusal import Refusal

# Several times what the largest picture and the largest delivery need; what is only reserved counts too.
_MOST_MEMORY = 512 * 1024 * 1024
# Not all that was once taken is given back, so that after large work another process goes on.
_MEMORY_KEPT = 48 * 1024 * 1024
_IS_LINUX = sys.platform == "linux"
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


def main() -> None:
    """Do one order after the other, until nobody gives any more."""
    share_heaps()
    # Whoever stops the web process ends this one by closing its input, after what is being done.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    os.nice(int(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    orders, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not disturb
    goes_on = True
    while goes_on:
        try:
            seconds, function, arguments = pickle.load(orders)  # noqa: S301 - written by our own web process
        except (EOFError, pickle.UnpicklingError):
            return  # nobody is at the other end any more
        # The kernel ends this process then, whatever it is doing.
        signal.alarm(seconds)
        done, result = _do(function, arguments)
        signal.alarm(0)
        goes_on = _most_memory() <= _MEMORY_KEPT
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
