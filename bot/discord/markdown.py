"""Words written in Discord's markdown so that they are read as they are: no link, no mention, no format. Pure."""

import re
from urllib.parse import quote

# A backslash before a mark shows the mark. Letters and most punctuation are left alone, so that text stays short.
_MARKS = re.compile(
    r"[\\*_~`|<>\[\]@]"
    r"|#(?=[#\s]|$)"  # headings; "#12" is none
    r"|:(?=/|[^\s:]+:)",  # addresses and emoji names; a time of day is neither
    re.MULTILINE,
)
_LIST_MARK = re.compile(r"^([^\S\n]*)([-+])(?=\s)", re.MULTILINE)
_LIST_NUMBER = re.compile(r"^([^\S\n]*[0-9]+)([.)])(?=\s)", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")
_FENCE = re.compile(r"`{3,}")
_ENDS = re.compile(r"[\s()<>\\]")
_ZERO_WIDTH_SPACE = "\u200b"


def escape(text: str) -> str:
    """The text, shown letter for letter; more than one blank line in a row becomes one."""
    marked = _MARKS.sub(r"\\\g<0>", _BLANK_LINES.sub("\n\n", text.strip()))
    return _LIST_NUMBER.sub(r"\1\\\2", _LIST_MARK.sub(r"\1\\\2", marked))


def bold(text: str) -> str:
    """The text in bold; nothing for no text, for its marks alone would be shown."""
    return f"**{escape(text)}**" if text.strip() else ""


def subtext(text: str) -> str:
    """The text in small and grey, line by line."""
    return "\n".join(f"-# {line}" for line in escape(text).splitlines() if line.strip())


def code(text: str) -> str:
    """A block in which nothing is a mark; fences inside are taken apart so that it ends only where it ends."""
    return f"```\n{_FENCE.sub(lambda found: _ZERO_WIDTH_SPACE.join(found[0]), text)}\n```"


def link(label: str, address: str) -> str:
    """A link under its label. Whatever could end the address early is percent-encoded."""
    return f"[{escape(label)}]({_ENDS.sub(lambda found: quote(found[0], safe=''), address)})"
