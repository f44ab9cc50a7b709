"""Draw a Message as plain text and as inert HTML. Pure."""

from pathlib import Path
from typing import Any, assert_never

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from models.messages import drawing
from models.messages.form import LONGEST_ANSWER
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

# A browser has no limits of its own; these keep the page quick to draw and to read.
MAX_CODE = 20_000  # characters of one code block; its middle is left out
WHOLE_CELL = 16  # characters of a cell that stands on one line: a branch, a number, a status
LONG_CODE = 12  # lines; longer code is folded away behind its label

# Colour is never the only carrier: each tone has a sign and a word of its own.
SIGNS = {Tone.BROKEN: "✖", Tone.WARNING: "▲", Tone.HEALTHY: "✔", Tone.UNKNOWN: "?", Tone.INFO: "i"}
WORDS = {
    Tone.BROKEN: "Broken",
    Tone.WARNING: "Warning",
    Tone.HEALTHY: "Healthy",
    Tone.UNKNOWN: "Unknown",
    Tone.INFO: "Info",
}


def plain(message: Message) -> str:
    """The message in words alone, its blocks separated by blank lines."""
    title = message.title if message.tone is Tone.INFO else f"{SIGNS[message.tone]} {message.title}"
    return "\n\n".join([title, *(drawing.plain(block, _cut) for block in message)])


def html(message: Message) -> str:
    """The message as an HTML fragment in which nothing from outside is markup, and only `Links` are links."""
    return _TEMPLATE.render(message=message, sign=SIGNS[message.tone], word=WORDS[message.tone])


def _html(block: Block, message: Message) -> Markup:
    match block:
        case Text() | Facts() | Table() | Code() | Links() | Items():
            pass
        case Buttons():
            if message.form:  # which has its own button
                return Markup()
        case _:
            assert_never(block)
    drawn: Markup = getattr(_MACROS, block.kind)(block, message.title)
    return drawn


def _cut(code: str) -> str:
    if len(code) <= MAX_CODE:
        return code
    half = MAX_CODE // 2
    return f"{code[:half]}\n… {len(code) - 2 * half:,} characters left out …\n{code[-half:]}"


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters["cut"] = _cut
_ENVIRONMENT.tests["web_address"] = drawing.is_web
_ENVIRONMENT.globals |= {
    "LONG_CODE": LONG_CODE,
    "LONGEST_ANSWER": LONGEST_ANSWER,
    "WHOLE_CELL": WHOLE_CELL,
    "WHOLE_NAME": drawing.WHOLE_NAME,
    "drawn": _html,
}
_MACROS: Any = _ENVIRONMENT.get_template("blocks.html.jinja").module
_TEMPLATE = _ENVIRONMENT.get_template("message.html.jinja")
