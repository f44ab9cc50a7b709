"""A table in letters of one width, for platforms that draw none. Pure."""

import unicodedata
from collections.abc import Sequence

# Letters that stand side by side in a window of usual size; what is wider would wrap, and be no table any more.
_WIDEST = 84


def grid(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The table with its columns in line and a rule below the header; empty if it is too wide for that."""
    if any(len(cell) > _WIDEST for row in (header, *rows) for cell in row):
        return ""
    lines = [[" ".join(cell.split()) for cell in row] for row in (header, *rows)]
    columns = max(map(len, lines), default=0)
    widths = [max(_width(line[column]) for line in lines if column < len(line)) for column in range(columns)]
    if sum(widths) + 2 * (columns - 1) > _WIDEST:
        return ""
    drawn = [
        "  ".join(f"{cell}{' ' * (width - _width(cell))}" for cell, width in zip(line, widths, strict=False)).rstrip()
        for line in lines
    ]
    return "\n".join([drawn[0], "  ".join("─" * width for width in widths), *drawn[1:]])


def _width(text: str) -> int:
    """How many columns the text takes: wide letters two, marks on other letters none."""
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
