"""Draws a Message as Markdown for GitHub and Discourse, and as plain text and HTML for mail. Pure.

Nothing from outside pings, links, refers to another issue or formats; only `Links` are links.
"""

import re
from collections.abc import Iterable
from html import escape
from typing import assert_never

from models.messages import drawing
from models.messages.drawing import is_web
from models.messages.message import Buttons, Code, Facts, Items, Links, Message, Table, Text
from models.rules.excerpt import cut_middle

# Every sign that Markdown may read something into; each may stand behind a backslash. Some mean
# nothing but at a line's start, in an address or in the name of a picture.
_SIGNS = re.compile(
    r"([\\`*_{}\[\]()<>#|~$&]|:(?=[^\s\d])|^[+=-]|(?<=^\d)[.)]|(?<=\d)[.)](?=\s)|(?<=www)\.)",
    re.IGNORECASE,
)
# Names and references are found in the text that Markdown leaves, where only something between
# their parts helps.
_PINGS = re.compile(r"@(?=[\w-])|(?<=\\#)(?=\w)|(?<=\bGH-)(?=\d)", re.IGNORECASE)
_GAP = "&#8203;"  # a space of no width
_FENCE = re.compile(r"`{3,}")

_Drawn = Text | Facts | Table | Code | Links | Items


def markdown(message: Message, limit: int) -> str:
    """The message's blocks, without its title, in at most `limit` characters."""
    for size in (limit, 8_000, 3_000, 1_000, 200):
        drawn = "\n\n".join(_markdown(block, size) for block in _blocks(message))
        if len(drawn) <= limit:
            return drawn
    return drawn[:limit]


def plain(message: Message) -> str:
    """The message's blocks in words alone."""
    return "\n\n".join(drawing.plain(block, _indented) for block in _blocks(message))


def html(message: Message) -> str:
    """The message as a page for mail, with its title."""
    blocks = "\n".join(_html(block) for block in _blocks(message))
    title = escape(message.title)
    return f"<!doctype html>\n<html><body>\n<h2>{title}</h2>\n{blocks}\n</body></html>\n"


def escaped(text: str) -> str:
    """Words in Markdown, letter for letter."""
    return "  \n".join(map(_escaped_line, text.splitlines()))


def _escaped_line(line: str) -> str:
    signs = _SIGNS.sub(r"\\\1", line.strip())
    return _PINGS.sub(lambda found: found[0] + _GAP, signs)


def _blocks(message: Message) -> list[_Drawn]:
    """All that can be read; there is nobody to press a button."""
    return [block for block in message if not isinstance(block, Buttons)]


def _markdown(block: _Drawn, size: int) -> str:
    match block:
        case Text(text, quiet):
            words = escaped(text)
            return f"<sub>{words}</sub>" if quiet and "\n" not in words else words
        case Facts(pairs):
            return "\n".join(f"- **{escaped(label)}:** {escaped(value)}" for label, value in pairs)
        case Table(header, rows):
            return "\n".join(
                [
                    _markdown_row(map(escaped, header)),
                    _markdown_row("---" for _ in header),
                    *(_markdown_row(map(escaped, row)) for row in rows),
                ]
            )
        case Code(text, label):
            fence = "`" * max([3, *(len(run) + 1 for run in _FENCE.findall(text))])
            heading = f"**{escaped(label)}**\n\n" if label else ""
            return f"{heading}{fence}text\n{cut_middle(text, size)}\n{fence}"
        case Links(links):
            return "\n".join(f"- {_markdown_link(label, address)}" for label, address in links)
        case Items(items):
            return "\n".join(f"- {escaped(item)}" for item in items)
        case _:
            assert_never(block)


def _markdown_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _markdown_link(label: str, address: str) -> str:
    if not is_web(address):
        return escaped(f"{label} ({address})")
    return f"[{escaped(label)}](<{address}>)"


def _indented(code: str) -> str:
    return "\n".join(f"    {line}" for line in code.splitlines())


def _html(block: _Drawn) -> str:
    match block:
        case Text(text, quiet):
            words = "<br>".join(map(escape, text.splitlines()))
            return f"<p><small>{words}</small></p>" if quiet else f"<p>{words}</p>"
        case Facts(pairs):
            return _list(f"<b>{escape(label)}:</b> {escape(value)}" for label, value in pairs)
        case Table(header, rows):
            lines = [_html_row("th", header), *(_html_row("td", row) for row in rows)]
            return f"<table>{''.join(lines)}</table>"
        case Code(text, label):
            heading = f"<p><b>{escape(label)}</b></p>\n" if label else ""
            return f"{heading}<pre>{escape(text)}</pre>"
        case Links(links):
            return _list(_html_link(label, address) for label, address in links)
        case Items(items):
            return _list(map(escape, items))
        case _:
            assert_never(block)


def _html_row(tag: str, cells: Iterable[str]) -> str:
    drawn = (f"<{tag}>{escape(cell)}</{tag}>" for cell in cells)
    return f"<tr>{''.join(drawn)}</tr>"


def _html_link(label: str, address: str) -> str:
    if not is_web(address):
        return escape(f"{label} ({address})")
    return f'<a href="{escape(address)}">{escape(label)}</a>'


def _list(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
