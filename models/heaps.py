"""How many heaps a process has, what of its memory it gives back, and how often it looks for garbage."""

import contextlib
import ctypes
import gc

# From malloc.h of the GNU C library.
_M_ARENA_MAX = -8
_M_MMAP_THRESHOLD = -3
_HEAPS = 2
# The library's own threshold is 128 KiB, and grows to 32 MiB as soon as something so large was freed, unless it is set.
# Bodies come in pieces of 64 KiB at the most.
_GIVEN_BACK = 32 * 1024
# Python's own three numbers, with the last one ten times as large.
_COLLECTIONS = (700, 10, 100)
# After so many looks at what is young, each of them when some 7,000 more things had come to stay for a while, garbage
# may be megabytes.
_MUCH_CAME = 10


def share_heaps() -> None:
    """Let all threads share two heaps, and give back at once what a large body took; to be called before there are
    threads.

    The GNU C library gives each thread a heap of its own, up to eight a processor, and what a rush
    of requests once took stays in each. Other C libraries do otherwise, and nothing is changed
    there.
    """
    with contextlib.suppress(AttributeError, OSError):
        library = ctypes.CDLL(None)
        library.mallopt(_M_ARENA_MAX, _HEAPS)
        library.mallopt(_M_MMAP_THRESHOLD, _GIVEN_BACK)


def give_back() -> None:
    """Give back what stands free between what is used, of which the GNU C library by itself gives back only the end.

    It takes a millisecond or two, during which other threads may wait for a heap, but not for the interpreter.
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def collect_less() -> None:
    """Let what is there live as long as the process, and look through what has lived long a tenth as often.

    Of that nearly nothing is garbage, and looking through all of it, by default after 70,000 new objects, stops every
    thread for 8 to 100 ms.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTIONS)


def collect() -> None:
    """Look for garbage in all that came since `collect_less`, if much did since the last look; for every now and
    then.

    Of a rush's requests some leave rings of objects that live too long to be found while they are young. Python looks
    for those once they are a quarter of all that was there before, which is frozen. It takes some milliseconds, during
    which every thread waits.
    """
    if gc.get_count()[2] >= _MUCH_CAME:
        gc.collect()
