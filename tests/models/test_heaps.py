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


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only this C library has them")
@pytest.mark.parametrize(("how", "heaps"), [("shared", range(1, 3)), ("apart", range(3, 99))])
def test_threads_share_two_heaps(how: str, heaps: range) -> None:
    told = subprocess.run(
        [sys.executable, "-c", THREADS, how], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    assert told.count("<heap nr=") in heaps
