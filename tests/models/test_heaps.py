"""The heaps of a process with threads, as the C library itself counts them."""

import platform
import subprocess
import sys

import pytest

THREADS = """
import ctypes, sys, threading
from models.heaps import share_heaps
if sys.argv[1] == "shared":
    share_heaps()
library = ctypes.CDLL(None)
library.fdopen.restype = ctypes.c_void_p
together = threading.Barrier(8)
def take():
    library.malloc(1000)
    together.wait()
threads = [threading.Thread(target=take) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
output = ctypes.c_void_p(library.fdopen(1, b"w"))
library.malloc_info(0, output)
library.fflush(output)
"""
# Much that was freed beneath something that is used, which the C library by itself keeps.
FREED = """
import ctypes, sys
from pathlib import Path
from models.heaps import give_back, share_heaps
share_heaps()
library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
library.free.argtypes = [ctypes.c_void_p]
def taken():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
before = taken()
blocks = [library.malloc(16_000) for _ in range(4_000)]
for block in blocks:
    ctypes.memset(block, 1, 16_000)
used = library.malloc(16_000)
for block in blocks:
    library.free(block)
if sys.argv[1] == "given back":
    give_back()
print(taken() - before)
"""
# How often it looks through all that has lived long, while three hundred thousand more things come to stay.
COLLECTED = """
import gc, sys
from models.heaps import collect_less
if sys.argv[1] == "less":
    collect_less()
before = gc.get_stats()[2]["collections"]
kept = [[] for _ in range(300_000)]
print(gc.get_stats()[2]["collections"] - before)
"""
# How many of so many rings of objects, which were held until they had lived long, are left after the look.
GARBAGE = """
import gc, sys
from models.heaps import collect, collect_less
class Ring:
    pass
def ring():
    made = Ring()
    made.itself = made
    return made
collect_less()
held = [ring() for _ in range(int(sys.argv[1]))]
del held
collect()
print(sum(type(each) is Ring for each in gc.get_objects()))
"""

ONLY_GLIBC = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only this C library has them"
)


@ONLY_GLIBC
@pytest.mark.parametrize(("how", "heaps"), [("shared", range(1, 3)), ("apart", range(3, 99))])
def test_threads_share_two_heaps(how: str, heaps: range) -> None:
    told = subprocess.run(
        [sys.executable, "-c", THREADS, how], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    assert told.count("<heap nr=") in heaps


@ONLY_GLIBC
@pytest.mark.parametrize(
    ("how", "left"), [("given back", range(-(2**23), 2**24)), ("kept", range(2**25, 2**27))]
)
def test_what_was_freed_beneath_something_used_is_given_back(how: str, left: range) -> None:
    told = subprocess.run(
        [sys.executable, "-c", FREED, how], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    assert int(told) in left


@pytest.mark.parametrize(("how", "times"), [("less", range(1)), ("by default", range(1, 99))])
def test_what_has_lived_long_is_looked_through_less(how: str, times: range) -> None:
    told = subprocess.run(
        [sys.executable, "-c", COLLECTED, how],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    assert int(told) in times


@pytest.mark.parametrize(("rings", "left"), [(100_000, range(1)), (10_000, range(1_000, 10_001))])
def test_much_garbage_is_looked_for_and_little_is_not(rings: int, left: range) -> None:
    told = subprocess.run(
        [sys.executable, "-c", GARBAGE, str(rings)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    assert int(told) in left
