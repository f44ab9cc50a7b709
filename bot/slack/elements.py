"""The elements of Slack's rich text, which it shows letter for letter. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from models.messages.drawing import is_web
from models.messages.message import Mention
from models.rules.excerpt import cut_middle

# https://docs.slack.dev/reference/block-kit/blocks
MAX_URL = 3_000

Element = dict[str, Any]


def rich_text(*elements: Element | None) -> Iterator[Element]:
    """A block of the elements that hold anything; no block where none does."""
    filled = [element for element in elements if element and element["elements"]]
    if filled:
        yield {"type": "rich_text", "elements": filled}


def section(*parts: Element | None) -> Element | None:
    """A paragraph of the parts that are there; None where none is."""
    filled = [part for part in parts if part]
    return {"type": "rich_text_section", "elements": filled} if filled else None


def preformatted(text: str, size: int) -> Element | None:
    """A text in letters of one width, of `size` characters at the most; None where it is blank."""
    part = text_part(text, size)
    return {"type": "rich_text_preformatted", "elements": [part]} if part else None


def text_part(text: str, size: int, *, bold: bool = False) -> Element | None:
    """A text of `size` characters at the most, without its middle if it is longer; None where it is blank."""
    if not text.strip():
        return None
    part: Element = {"type": "text", "text": cut_middle(text, size)}
    return part | {"style": {"bold": True}} if bold else part


def row_parts(header: Sequence[str], row: Sequence[str], size: int) -> list[Element | None]:
    """A row of a table that is too wide for Slack, as a line: its first cell, and then the others.

    Each of the others has its column's name before it, unless there is only one.
    """
    first, *rest = row or ("",)
    cells = []
    for number, cell in enumerate(rest, 1):
        name = header[number] if number < len(header) else ""
        cells.append(f"{name}: {cell}" if name and len(rest) > 1 else cell)
    words = " · ".join(cells)
    return [text_part(first, size, bold=True), text_part(f" {words}", size)]


def link_part(label: str, address: str, size: int) -> Element | None:
    """A link under its label; as words where the address is none of the web, or too long for Slack."""
    if len(address) > MAX_URL or not is_web(address):
        return text_part(f"{label}: {address}", size)
    if not label.strip():
        return None
    return {"type": "link", "url": address, "text": cut_middle(label, size)}


def mention_part(whom: Mention) -> Element:
    """Somebody, or a group, whom Slack notifies."""
    if whom.is_group:
        return {"type": "usergroup", "usergroup_id": whom.id}
    return {"type": "user", "user_id": whom.id}


def on_lines(lines: Sequence[Sequence[Element | None]]) -> list[Element | None]:
    """The parts of these lines, each line on its own."""
    end: Element = {"type": "text", "text": "\n"}
    parts: list[Element | None] = []
    for number, line in enumerate(lines):
        if number:
            parts.append(end)
        parts += line
    return parts
