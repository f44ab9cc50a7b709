"""Faults in the log: each kind once a minute, however many connections run into it."""

import logging
import time

_SECONDS = 60.0
_MOST_KINDS = 100


class OncePerKind:
    """A filter for a logger: of records with an exception, those that are not the first of their kind in a minute go.

    A kind is the exception's type and the line that raised it.
    """

    def __init__(self) -> None:
        self._told: dict[tuple[object, ...], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is to be logged."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return True
        kind, now = _kind(error), time.monotonic()
        if now - self._told.get(kind, -_SECONDS) < _SECONDS:
            return False
        if len(self._told) >= _MOST_KINDS:
            self._told.clear()
        self._told[kind] = now
        return True


def _kind(error: BaseException) -> tuple[object, ...]:
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None:
        return (type(error),)
    return type(error), place.tb_frame.f_code.co_filename, place.tb_lineno
