"""A table in letters of one width, for platforms that draw none. Pure."""

import unicodedata
from collections.abc import Sequence

_WIDEST_CELL = 40


def grid(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The table with its columns in line and a rule below the header."""
    lines = [[_cell(cell) for cell in row] for row in (header, *rows)]
    columns = max(map(len, lines), default=0)
    widths = [max(_width(line[column]) for line in lines if column < len(line)) for column in range(columns)]
    drawn = [
        "  ".join(f"{cell}{' ' * (width - _width(cell))}" for cell, width in zip(line, widths, strict=False)).rstrip()
        for line in lines
    ]
    return "\n".join([drawn[0], "  ".join("─" * width for width in widths), *drawn[1:]])


def _cell(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _WIDEST_CELL else f"{text[: _WIDEST_CELL - 1]}…"


def _width(text: str) -> int:
    """How many columns the text takes: wide letters two, marks on other letters none."""
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
