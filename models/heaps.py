"""How many heaps a process of many threads has."""

import contextlib
import ctypes

_M_ARENA_MAX = -8  # from malloc.h of the GNU C library
_HEAPS = 2


def share_heaps() -> None:
    """Let all threads share two heaps; to be called before there are threads.

    The GNU C library gives each thread a heap of its own, up to eight a processor, and what a rush
    of requests once took stays in each. Other C libraries do otherwise, and nothing is changed
    there.
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _HEAPS)
