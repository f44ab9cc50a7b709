"""The process of a `Workshop`, `python -m webhooks.workbench`: orders come by standard input, answers by output."""

import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable

from webhooks.refusal import Refusal

# Where processors are few, whoever waits for the event loop goes first.
_YIELDING = 10
# Twice of what the largest picture and the largest delivery need.
_MOST_MEMORY = 1024 * 1024 * 1024
# What was once taken is not given back, so that after large work another process goes on.
_MEMORY_KEPT = 160 * 1024 * 1024


def main() -> None:
    """Do one order after the other, until nobody gives any more."""
    # Whoever stops the web process ends this one by closing its input, after what is being done.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    os.nice(_YIELDING)
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    orders, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not disturb
    goes_on = True
    kept = max(_MEMORY_KEPT, _most_memory())  # Linux begins to count with what the web process had when this one began
    while goes_on:
        try:
            seconds, function, arguments = pickle.load(orders)  # noqa: S301 - written by our own web process
        except (EOFError, pickle.UnpicklingError):
            return  # nobody is at the other end any more
        # The kernel ends this process then, whatever it is doing.
        signal.alarm(seconds)
        done, result = _do(function, arguments)
        signal.alarm(0)
        goes_on = _most_memory() <= kept
        pickle.dump((done, result, goes_on), answers)
        answers.flush()


def _most_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _do(function: Callable[..., object], arguments: tuple[object, ...]) -> tuple[bool, object]:
    try:
        return True, function(*arguments)
    except MemoryError:
        return False, Refusal(413, "it takes too much memory to read this; send something smaller")
    except Exception as error:  # noqa: BLE001 - it is raised where the work was ordered
        return False, error


if __name__ == "__main__":
    main()
