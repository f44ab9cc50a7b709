"""Text from outside made harmless to read: characters that would hide or act are made visible."""

import re

# All controls but newline and tab, every format character of Unicode 16 (bidi controls, zero-width
# characters, tags), the line and paragraph separators, letters that draw nothing, lone surrogates.
_HIDDEN = re.compile(
    r"\r\n|["
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    r"\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    r"\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb"
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_PICTURES = 0x2400
_PICTURE_OF_DELETE = "\u2421"


def inert(text: str) -> str:
    """The same words with hidden characters made visible, as `␛` or `<U+202E>`; CRLF becomes LF."""
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    hidden = found[0]
    if hidden == "\r\n":
        return "\n"
    if hidden < " ":
        return chr(_PICTURES + ord(hidden))
    if hidden == "\x7f":
        return _PICTURE_OF_DELETE
    return f"<U+{ord(hidden):04X}>"
