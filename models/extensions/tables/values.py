"""Values of own tables, from and to what a realm may say: JSON. Pure."""

import json
import math
from datetime import UTC, datetime
from typing import Any

from models.extensions.manifest.declared import Column
from models.rules.clean import clean, clean_json

LONGEST_TEXT = 10_000
_LARGEST_INTEGER = 1 << 63


def stored(name: str, column: Column, value: Any) -> Any:
    """The value as it is stored. A reference is not looked up yet.

    Raises:
        ValueError: it does not fit the column; the words say what would.
    """
    if value is None:
        if not column.optional:
            raise ValueError(f"{name} cannot be empty")
        return None
    found = _READERS[column.refers_to or column.type](value)
    if found is None:
        raise ValueError(f"{name} must be {_RIGHT[column.refers_to or column.type]}")
    return found


def told(column: Column, value: Any) -> Any:
    """A stored value as a realm is told it."""
    if column.type == "time" and isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value


def _text(value: Any) -> str | None:
    return clean(value) if isinstance(value, str) and len(value) <= LONGEST_TEXT else None


def _integer(value: Any) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if -_LARGEST_INTEGER <= value < _LARGEST_INTEGER else None


def _real(value: Any) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _time(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, TypeError, OverflowError):
        return None


def _json(value: Any) -> Any:
    try:
        text = json.dumps(value, allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        return None
    return clean_json(value) if len(text) <= LONGEST_TEXT else None


def number(value: Any) -> int | None:
    """The number of a row, an incident or an outbreak, as a command gets it; None where it can be none."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 18:
        value = int(value)
    found = _integer(value)
    return found if found and 0 < found < 1 << 31 else None


_READERS = {
    "text": _text,
    "integer": _integer,
    "real": _real,
    "flag": _flag,
    "time": _time,
    "json": _json,
    "incident": number,
    "outbreak": number,
    "plugin": _text,
}
_RIGHT = {
    "text": f"a text of {LONGEST_TEXT:,} characters at the most",
    "integer": "a whole number of 64 bits",
    "real": "a finite number",
    "flag": "true or false",
    "time": 'a time with its zone, such as "2026-11-01T12:00:00+00:00"',
    "json": f"JSON of {LONGEST_TEXT:,} characters at the most",
    "incident": "the number of an incident",
    "outbreak": "the number of an outbreak",
    "plugin": "the handle of a plugin",
}
