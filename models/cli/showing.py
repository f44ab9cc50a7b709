"""How the commands show messages and tables."""

import sys
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.messages.drawing import in_words
from models.messages.message import Message
from models.messages.pages import on_web
from models.rules.inert import inert
from models.settings import Settings

# A table that is piped into another program is not folded at 80 columns.
_WIDE = 250


def told(message: Message) -> str:
    """A message in words, with the whole addresses of its pages."""
    return inert(in_words(on_web(message, Settings.load().public_url)))


def print_table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """A table on standard output; what stands in its cells can neither style nor hide anything."""
    table = Table(*header, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(inert(cell)) for cell in row))
    Console(width=None if sys.stdout.isatty() else _WIDE).print(table)
