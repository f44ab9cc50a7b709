"""One block of a Message in Discord's markdown, within a limit. Pure."""

from collections.abc import Sequence
from typing import assert_never

from bot.discord import fitting
from bot.discord.markdown import bold, code, escape, link, subtext
from models.messages.drawing import grid, is_web
from models.messages.message import Block, Buttons, Code, Facts, Items, Links, Table, Text
from models.rules.excerpt import cut_middle

# Letters of a grid that do not wrap in an embed on a desktop; what is wider is written row by row.
_GRID = 56


def draw_block(block: Block, limit: int, line: int) -> str:
    """The block in at most `limit` characters, none of its list's lines longer than `line`."""
    room = min(limit, line)
    match block:
        case Text(text, quiet):
            return fitting.fit(subtext if quiet else escape, text, cut_middle, limit)
        case Facts(pairs):
            return fitting.lines(pairs, lambda pair: _fact(*pair, room), limit)
        case Table(header, rows):
            return _grid(header, rows, limit) or fitting.lines(
                rows, lambda row: _row(header, row, room), limit
            )
        case Code(text, label):
            return _code(text, label, limit)
        case Links(links):
            return fitting.lines(links, lambda pair: _link(*pair, limit), limit)
        case Items(items):
            return fitting.lines(items, lambda item: _short("- {}", item, room), limit)
        case Buttons():
            raise TypeError("buttons are no text; bot.discord.render draws them")
        case _:
            assert_never(block)


def _short(pattern: str, words: str, room: int) -> str:
    return fitting.fit(
        lambda text: pattern.format(escape(" ".join(text.split()))), words, fitting.ends, room
    )


def _fact(label: str, value: str, room: int) -> str:
    name = fitting.fit(bold, f"{label}:" if label.strip() else "", fitting.ends, room // 4)
    return f"{name} {_short('{}', value, room - fitting.size(name) - 1)}".strip()


def _link(label: str, address: str, room: int) -> str:
    """A link, or words alone where the address is none of the web's, or too long: a part of one leads nowhere."""
    if not is_web(address):
        return _short("{}", f"{label} ({address})", room)
    linked = link(" ".join((label if label.strip() else address).split()), address)
    return linked if fitting.size(linked) <= room else _short("{}", label, room)


def _code(text: str, label: str, limit: int) -> str:
    if not text.strip():
        return fitting.fit(bold, label, fitting.ends, limit)
    name = fitting.fit(bold, label, fitting.ends, limit // 4)
    head = f"{name}\n" if name else ""
    return head + fitting.fit(code, text.strip("\n"), cut_middle, limit - fitting.size(head))


def _grid(header: Sequence[str], rows: Sequence[Sequence[str]], limit: int) -> str:
    """The table in columns of even letters; empty if it is too wide or too long for that."""
    if len(rows) * max(map(len, (header, *rows))) > limit:
        return ""
    drawn = grid(header, rows, _GRID)
    if not drawn.strip():
        return ""
    fenced = code(drawn)
    return fenced if fitting.size(fenced) <= limit else ""


def _row(header: Sequence[str], row: Sequence[str], room: int) -> str:
    """A row that names its columns; where there are only two, the first names the second."""
    if not row:
        return ""
    first = fitting.fit(bold, row[0], fitting.ends, room // 3)
    named = zip((*header[1:], *[""] * len(row)), row[1:], strict=False)
    rest = (
        row[1:] if len(row) == 2 else [f"{name}: {cell}" if name else cell for name, cell in named]
    )
    return " ".join((first, _short("{}", " · ".join(rest), room - fitting.size(first) - 1))).strip()
