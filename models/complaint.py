"""What a thread that never ends says of its troubles: each kind once, and when they are over."""

import sqlite3
from typing import Any

import sqlalchemy
import structlog

# Troubles from outside say all in one line; a traceback is for our own mistakes.
_FROM_OUTSIDE = (
    sqlalchemy.exc.DBAPIError,
    sqlalchemy.exc.TimeoutError,
    sqlite3.Error,
    OSError,
)

_log = structlog.get_logger()


class Complaint:
    """Logs the first trouble of each kind as `event`, and once that it is over: a full disk fills no log."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._told: set[tuple[object, ...]] = set()

    def tell(self, error: BaseException, **more: Any) -> None:
        """Log the trouble, unless one of its kind was told since all was well."""
        cause = getattr(error, "orig", None) or error
        # A database's errors are told apart by its own codes: a full disk and a lock have the same type.
        kind = (
            type(error),
            getattr(cause, "sqlite_errorcode", None),
            getattr(cause, "sqlstate", None),
        )
        if kind in self._told:
            return
        self._told.add(kind)
        reason, _, _ = str(cause).partition("\n")
        mistake = None if isinstance(error, _FROM_OUTSIDE) else error
        _log.error(self._event, error=type(error).__name__, reason=reason, exc_info=mistake, **more)

    def over(self) -> None:
        """All is well: what comes next is a new trouble."""
        if self._told:
            self._told.clear()
            _log.info(f"{self._event}_is_over")
