"""JSON that is read back: what was damaged, or stored by another version, spoils its own column and no query."""

from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import JSON, Dialect
from sqlalchemy.types import TypeDecorator

_log = structlog.get_logger()

# As SQLite has them.
_EMPTY = ("[]", "{}")


class _Stored(TypeDecorator[Any]):
    """JSON of one kind.

    What is no JSON, or JSON of another kind, reads as an empty value, and the log says so.
    """

    impl = JSON
    cache_ok = True
    kind: type = object

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """How a value that the database gave is read. Only SQLite keeps text that is no JSON."""
        read = super().result_processor(dialect, coltype)

        def tolerant(value: Any) -> Any:
            # None is of a row that an outer join did not find, and JSON's null; most are empty, and read at once.
            if value is None or value in _EMPTY:
                return self.kind()
            try:
                found = read(value) if read else value
            except (ValueError, TypeError, RecursionError):
                found = None
            if isinstance(found, self.kind):
                return found
            _log.error("stored_json_unreadable", expected=self.kind.__name__)
            return self.kind()

        return tolerant


class StoredList(_Stored):
    """A JSON array."""

    cache_ok = True
    kind = list


class StoredDict(_Stored):
    """A JSON object."""

    cache_ok = True
    kind = dict
