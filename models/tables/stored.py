"""JSON that is read back: what was damaged, or stored by another version, spoils its own column and no query."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from sqlalchemy import JSON, Dialect
from sqlalchemy.types import TypeDecorator

_log = structlog.get_logger()

# As SQLite has them.
_EMPTY = ("[]", "{}")


def _tolerant(kind: type, read: Callable[[Any], Any] | None, value: Any) -> Any:
    # None is of a row that an outer join did not find, and JSON's null; most are empty, and read at once.
    if value is None or value in _EMPTY:
        return kind()
    try:
        found = read(value) if read else value
    except (ValueError, TypeError, RecursionError):
        found = None
    if isinstance(found, kind):
        return found
    _log.error("stored_json_unreadable", expected=kind.__name__)
    return kind()


def read_as(kind: type, value: Any) -> Any:
    """The same of what `bulk.fetch` returned: SQLite has told the text, and PostgreSQL what it says."""
    return _tolerant(kind, json.loads if isinstance(value, str) else None, value)


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

        return partial(_tolerant, self.kind, read)


class StoredList(_Stored):
    """A JSON array."""

    cache_ok = True
    kind = list


class StoredDict(_Stored):
    """A JSON object."""

    cache_ok = True
    kind = dict
