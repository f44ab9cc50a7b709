"""Draw a Message as Slack's blocks, within Slack's limits; nothing from outside pings, links or formats. Pure.

Words stand in `plain_text` and `rich_text` elements, which Slack shows letter for letter: no
mention and no mrkdwn is read there. Whom we ourselves call has an element of its own.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar, assert_never

from bot.slack.elements import (
    Element,
    link_part,
    mention_part,
    on_lines,
    preformatted,
    rich_text,
    row_parts,
    section,
    text_part,
)
from models.messages.drawing import grid
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
    Tone,
)
from models.rules.speaking import say

# https://docs.slack.dev/reference/block-kit/blocks
MAX_BLOCKS = 50
MAX_TEXT = 3_000  # characters of one text
MAX_HEADER = 150
MAX_ELEMENTS = 25
MAX_BUTTON_TEXT = 75
MAX_BUTTON_VALUE = 2_000
# Slack answers msg_blocks_too_long from about 13,200 characters on over all blocks, their JSON's own letters included;
# it documents no number (https://github.com/slackapi/bolt-js/issues/2509 and 2867). Bytes are never fewer than letters.
MAX_BYTES = 12_500
MAX_FALLBACK = 400  # of a notification; far below what Slack truncates
MAX_GRID = 84  # letters side by side in a window of usual size; what is wider would wrap

COMMAND = "command"  # action ids of buttons: this and a number, with the command as the value
SHARE = "share"

Line = TypeVar("Line")

# How long a text and how many lines of a list may be: as much as fits in all.
_SIZES = ((MAX_TEXT, 60), (1_800, 40), (1_000, 30), (600, 20), (300, 12), (120, 6), (60, 4))
# How many of a message's first and last blocks are kept when even that is too much.
_ENDS = (20, 8, 3, 1)

# Slack draws these in colour; it has no other one for a message.
_SIGNS = {
    Tone.BROKEN: "❌",
    Tone.WARNING: "⚠️",
    Tone.HEALTHY: "✅",
    Tone.UNKNOWN: "❔",
    Tone.INFO: "",
}


def blocks(message: Message, *, share: str = "") -> list[Element]:
    """The message in blocks that Slack takes.

    `share` is the command that a Share button below it asks again.
    """
    last = [_share(share)] if 0 < len(share) <= MAX_BUTTON_VALUE else []
    roomy = [*_drawn(message, *_SIZES[0], close=False), *last]
    if _fits(roomy):
        return roomy
    for size, lines in _SIZES:
        drawn = [*_drawn(message, size, lines), *last]
        if _fits(drawn):
            return drawn
    for ends in _ENDS:
        drawn = [*_drawn(_without_middle(message, ends), *_SIZES[-1]), *last]
        if _fits(drawn):
            return drawn
    return [_header(message), *last]


def fallback(message: Message) -> str:
    """What a notification shows, and a screen reader reads first: the title and the first words, escaped."""
    words = next((block.text for block in message if isinstance(block, Text)), "")
    return escaped(_cut_line(f"{_titled(message)}\n{words}".strip(), MAX_FALLBACK))


def escaped(text: str) -> str:
    """The text where Slack reads `<!channel>`, `<@U1>` and links: it finds none of them in it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain_text(text: str, limit: int) -> Element:
    """A text object that is shown letter for letter, in at most `limit` characters; Slack takes no empty one."""
    return {
        "type": "plain_text",
        "text": _cut_line(" ".join(text.split()), limit) or "…",
        "emoji": False,
    }


def _fits(drawn: Sequence[Element]) -> bool:
    return (
        len(drawn) <= MAX_BLOCKS
        and len(json.dumps(drawn, ensure_ascii=False).encode()) <= MAX_BYTES
    )


def _without_middle(message: Message, ends: int) -> Message:
    left_out = len(message.blocks) - 2 * ends
    if left_out <= 0:
        return message
    notice = Text(f"[… {left_out:,} parts left out …]", quiet=True)
    return replace(message, blocks=(*message.blocks[:ends], notice, *message.blocks[-ends:]))


def _drawn(message: Message, size: int, lines: int, *, close: bool = True) -> list[Element]:
    """The message's blocks; `close` ones are joined where they can be, which saves blocks and the space between."""
    drawn = [_header(message)]
    if message.calls:
        drawn += rich_text(section(mention_part(message.calls)))
    for block in message:
        for element in _block(block, size, lines):
            if close and element["type"] == drawn[-1]["type"] == "rich_text":
                drawn[-1]["elements"] += element["elements"]
            else:
                drawn.append(element)
    return drawn


def _header(message: Message) -> Element:
    return {"type": "header", "text": plain_text(_titled(message), MAX_HEADER)}


def _titled(message: Message) -> str:
    return f"{_SIGNS[message.tone]} {message.title}".strip()


def _block(block: Block, size: int, lines: int) -> Iterator[Element]:
    match block:
        case Text(text, quiet):
            if quiet and text.strip():
                yield {"type": "context", "elements": [plain_text(text, size)]}
            else:
                yield from rich_text(section(text_part(text, size)))
        case Facts(pairs):
            facts = [
                [text_part(f"{label}: ", size, bold=True), text_part(value, size)]
                for label, value in pairs
            ]
            yield from _lines(facts, size, lines)
        case Table(header, rows):
            shown = _ends_of(rows, lines, lambda notice: (notice,))
            if drawn := grid(header, shown, MAX_GRID):
                yield from rich_text(preformatted(drawn, size))
            else:
                yield from rich_text(
                    section(*on_lines([row_parts(header, row, size) for row in shown]))
                )
        case Code(text, label):
            yield from rich_text(
                section(text_part(label, size, bold=True)),
                preformatted(text, size),
            )
        case Links(links):
            linked = [[link_part(label, address, size)] for label, address in links]
            yield from _lines(linked, size, lines)
        case Items(items):
            listed = [section(text_part(item, size)) for item in _ends_of(items, lines, str)]
            filled = [line for line in listed if line]
            yield from rich_text({"type": "rich_text_list", "style": "bullet", "elements": filled})
        case Buttons(buttons):
            yield from _buttons(buttons, size, lines)
        case _:
            assert_never(block)


def _lines(rows: Sequence[list[Element | None]], size: int, lines: int) -> Iterator[Element]:
    """The first and the last of the rows, each on a line of its own."""
    ends = _ends_of(rows, lines, lambda notice: [text_part(notice, size)])
    yield from rich_text(section(*on_lines(ends)))


def _buttons(buttons: Sequence[tuple[str, str]], size: int, lines: int) -> Iterator[Element]:
    """Buttons; those with more to say than a button holds are told as what to type."""
    longest = min(size, MAX_BUTTON_VALUE)
    pressed = [pair for pair in buttons if 0 < len(pair[1]) <= longest][: min(lines, MAX_ELEMENTS)]
    typed = [
        f"{label}: /plugin {command}"
        for label, command in buttons
        if (label, command) not in pressed
    ]
    if pressed:
        yield {
            "type": "actions",
            "elements": [
                _button(f"{COMMAND}-{number}", label, command)
                for number, (label, command) in enumerate(pressed)
            ],
        }
    if typed:
        yield from _block(Items(tuple(typed)), size, lines)


def _share(command: str) -> Element:
    return {"type": "actions", "elements": [_button(SHARE, say("Share with the channel"), command)]}


def _button(action_id: str, label: str, value: str) -> Element:
    return {
        "type": "button",
        "action_id": action_id,
        "text": plain_text(label, MAX_BUTTON_TEXT),
        "value": value,
    }


def _ends_of(lines: Sequence[Line], limit: int, noted: Callable[[str], Line]) -> list[Line]:
    """The first and the last of the lines, `limit` in all, with a notice of how many were left out between them."""
    if len(lines) <= limit:
        return list(lines)
    head, tail = limit - limit // 2, limit // 2 - 1
    notice = noted(f"[… {len(lines) - head - tail:,} more …]")
    return [*lines[:head], notice, *lines[len(lines) - tail :]]


def _cut_line(text: str, limit: int) -> str:
    """The text in at most `limit` characters with both its ends."""
    text = text.strip()
    half = (limit - 3) // 2
    return text if len(text) <= limit else f"{text[:half]} … {text[-half:]}".strip()
