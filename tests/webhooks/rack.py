"""Forms as Ruby's clients nest them: Rack::Utils.build_nested_query (and Faraday), or with numbered rows."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

FORM = "application/x-www-form-urlencoded"


def nested(value: Any, *, numbered: bool = False) -> str:
    """The value, an object, as a form. With `numbered`, `plugins[0][name]` stands for `plugins[][name]`."""
    return urlencode(list(_pairs(value, "", numbered=numbered)), errors="replace")


def _pairs(value: Any, name: str, *, numbered: bool) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _pairs(item, f"{name}[{key}]" if name else key, numbered=numbered)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            row = str(place) if numbered and isinstance(item, dict) else ""
            yield from _pairs(item, f"{name}[{row}]", numbered=numbered)
    else:
        yield name, "" if value is None else str(value)
