"""Draw a Message as plain text and as inert HTML. Pure."""

from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.messages.form import LONGEST_ANSWER
from models.messages.message import Block, Buttons, Code, Facts, Items, Links, Message, Table, Text, Tone

# A browser has no limits of its own; these keep the page quick to draw and to read.
MAX_CODE = 20_000  # characters of one code block; its middle is left out
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
    return "\n\n".join([title, *map(_plain, message)])


def html(message: Message) -> str:
    """The message as an HTML fragment in which nothing from outside is markup, and only `Links` are links."""
    return _TEMPLATE.render(message=message, sign=SIGNS[message.tone], word=WORDS[message.tone])


def _plain(block: Block) -> str:
    match block:
        case Text(text):
            return text
        case Facts(pairs) | Links(pairs):
            return "\n".join(f"{label}: {value}" for label, value in pairs)
        case Table(header, rows):
            return "\n".join(" | ".join(row) for row in (header, *rows))
        case Code(text, label):
            return f"{label}:\n{_cut(text)}" if label else _cut(text)
        case Items(items):
            return "\n".join(f"- {item}" for item in items)
        case Buttons(buttons):
            return "\n".join(f"{label}: /plugin {command}" for label, command in buttons)


def _cut(code: str) -> str:
    if len(code) <= MAX_CODE:
        return code
    half = MAX_CODE // 2
    return f"{code[:half]}\n… {len(code) - 2 * half:,} characters left out …\n{code[-half:]}"


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters["cut"] = _cut
_ENVIRONMENT.tests["web_address"] = _is_web
_ENVIRONMENT.globals |= {"LONG_CODE": LONG_CODE, "LONGEST_ANSWER": LONGEST_ANSWER}
_TEMPLATE = _ENVIRONMENT.get_template("message.html.jinja")
