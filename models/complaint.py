"""What a thread that never ends says of its troubles: each kind once, and when they are over."""

from typing import Any

import structlog

_log = structlog.get_logger()


class Complaint:
    """Logs the first trouble of each kind as `event`, and once that it is over: a full disk fills no log."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._told: set[tuple[object, ...]] = set()

    def tell(self, error: BaseException, **more: Any) -> None:
        """Log the trouble with its traceback, unless one of its kind was told since all was well."""
        kind = _kind(error)
        if kind in self._told:
            return
        self._told.add(kind)
        _log.error(self._event, error=type(error).__name__, exc_info=error, **more)

    def over(self) -> None:
        """All is well: what comes next is a new trouble."""
        if self._told:
            self._told.clear()
            _log.info(f"{self._event}_is_over")


def _kind(error: BaseException) -> tuple[object, ...]:
    """A database's errors are told apart by its own codes: a full disk and a lock have the same type."""
    cause = getattr(error, "orig", None) or error
    return type(error), getattr(cause, "sqlite_errorcode", None), getattr(cause, "sqlstate", None)
