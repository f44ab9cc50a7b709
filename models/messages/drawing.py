"""What every platform draws the same way: web addresses, grids, and plain words. Pure."""

from collections.abc import Callable, Sequence
from typing import assert_never
from urllib.parse import urlsplit

from rich.cells import cell_len

from models.messages.message import (
    Block,
    Buttons,
    Code,
    Facts,
    Items,
    Links,
    Message,
    Table,
    Text,
)

# Characters of a row's name that stands on one line however narrow its table is.
WHOLE_NAME = 40

_GAP = "  "  # between the columns of a grid


def is_web(address: str) -> bool:
    """Whether the address leads to the web; anything else is shown as words, and never as a
    link.
    """
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises where it is no number
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return False
    return address.isprintable() and not any(letter in address for letter in ' <>"\\')


def grid(header: Sequence[str], rows: Sequence[Sequence[str]], widest: int) -> str:
    """The table in letters of one width, with a rule below the header.

    Empty when a line would take more than `widest` places, for it would wrap and be no table any
    more.
    """
    cells = (header, *rows)
    lines = [[" ".join(cell.split()) for cell in row] for row in cells]
    widths = _widths(lines)
    if sum(widths) + len(_GAP) * (len(widths) - 1) > widest:
        return ""
    first, *others = [_line(line, widths) for line in lines]
    rule = _GAP.join("─" * width for width in widths)
    return "\n".join([first, rule, *others])


def _widths(lines: Sequence[Sequence[str]]) -> list[int]:
    """How wide each column is: wide letters take two places, and marks on other letters none."""
    widths = [0] * max(map(len, lines), default=0)
    for line in lines:
        for column, cell in enumerate(line):
            widths[column] = max(widths[column], cell_len(cell))
    return widths


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    # A row may have fewer cells than others.
    padded = [
        cell + " " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=False)
    ]
    return _GAP.join(padded).rstrip()


def in_words(message: Message) -> str:
    """The message in words alone."""
    return "\n".join([message.title, *(plain(block, str) for block in message)])


def plain(block: Block, code: Callable[[str], str]) -> str:
    """The block in words alone. `code` formats the text of code."""
    match block:
        case Text(text):
            return text
        case Facts(pairs) | Links(pairs):
            return "\n".join(f"{label}: {value}" for label, value in pairs)
        case Table(header, rows):
            return "\n".join(" | ".join(row) for row in (header, *rows))
        case Code(text, label):
            return f"{label}:\n{code(text)}" if label else code(text)
        case Items(items):
            return "\n".join(f"- {item}" for item in items)
        case Buttons(buttons):
            return "\n".join(f"{label}: /plugin {command}" for label, command in buttons)
        case _:
            assert_never(block)
