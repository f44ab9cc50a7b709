"""What a rush took is given back while the web process serves."""

import gc
import threading
import time
import weakref

from models.heaps import collect_less
from tests.webhooks.conftest import ON_ONE, Door

# Enough to be looked through by Python, while they are young, more often than counts as much.
_MANY = 100_000


class _Ring:
    def __init__(self) -> None:
        self.itself = self


@ON_ONE
def test_memory_is_given_back_for_as_long_as_the_application_serves(door: Door) -> None:
    assert door.http.get("/healthz").status_code == 200
    assert "giving back" in {thread.name for thread in threading.enumerate()}


@ON_ONE
def test_much_garbage_is_found_while_the_application_serves(door: Door) -> None:
    assert door.http.get("/healthz").status_code == 200
    before = gc.get_threshold()
    collect_less()
    try:
        held = [_Ring() for _ in range(_MANY)]
        oldest = weakref.ref(held[0])
        del held
        until = time.monotonic() + 20
        while oldest() and time.monotonic() < until:
            time.sleep(0.1)
        assert oldest() is None
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
