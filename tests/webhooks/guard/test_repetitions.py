"""Faults in the log: one line for each kind of them."""

import logging
import sys

from webhooks.operating.repetitions import OncePerKind


def fault(number: str) -> logging.LogRecord:
    """A record as uvicorn logs it when a request fails: of one kind for words, of another for a zero."""
    try:
        1 / int(number)
    except (ValueError, ZeroDivisionError):
        return logging.LogRecord(
            "uvicorn.error", logging.ERROR, __file__, 1, "Exception", None, sys.exc_info()
        )
    raise AssertionError(number)


def test_each_kind_is_told_once_and_what_is_no_fault_always() -> None:
    once = OncePerKind()
    assert [once.filter(fault(number)) for number in ("a", "b", "0", "c", "0")] == [
        True,
        False,
        True,
        False,
        False,
    ]
    said = logging.LogRecord("uvicorn.error", logging.INFO, __file__, 1, "Started", None, None)
    assert [once.filter(said), once.filter(said)] == [True, True]
