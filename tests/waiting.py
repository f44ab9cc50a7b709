"""How long tests wait for what comes within moments: on a busy machine it may take a multiple."""

import time
from collections.abc import Callable

# Seconds; a test that takes longer than tests/conftest.py allows is ended by that.
LONG = 120.0


def until(condition: Callable[[], object], seconds: float = LONG) -> None:
    """Wait for this, with an end."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.01)
