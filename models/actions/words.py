"""What people type, split into words; quotes of any script hold words together. Pure."""

import re
import unicodedata

from models.rules.speaking import later, marked

# Far beyond any name; longer text is not a command, and Unicode normalisation is slow on some long text.
LONGEST = 1_000

_QUOTES = str.maketrans({**dict.fromkeys("“”„‟«»", '"'), **dict.fromkeys("‘’‚‛", "'")})
# Hyphen, non-breaking hyphen, figure dash, en dash, em dash, horizontal bar, minus: what keyboards
# make of a dash.
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_WORD = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|`([^`]*)`(?=\s|$)|([^\s"'][^\s"]*))""")
# A command that was copied from a page, or marked as code.
_CODE = re.compile(r"\s*(`{1,3})([^`]*)\1\s*", re.DOTALL)
_NEEDS_QUOTES = re.compile(r"""[\s"'“”„‟«»‘’‚‛]""")


class Lines(str):
    """Lines behind the first one, as they were typed."""

    __slots__ = ()


def split(text: str) -> list[str]:
    """The words of a text, those in quotes whole. An apostrophe inside a word is part of it, marks of code are not.

    Raises:
        ValueError: the text is too long, or a quote is not closed; the words say so.
    """
    if len(text) > LONGEST:
        raise ValueError(
            later(
                "That is too long for a command: {number:,} characters, of {longest:,} at the most",
                number=len(text),
                longest=LONGEST,
            )
        )
    visible = _plain(text).rstrip()
    if code := _CODE.fullmatch(visible):
        visible = code[2].rstrip()
    words: list[str] = []
    place = 0
    while place < len(visible):
        found = _WORD.match(visible, place)
        if found is None:
            raise ValueError(
                marked("A quote is not closed: put one at the start and one at the end of the name")
            )
        words.append(next(group for group in found.groups() if group is not None))
        place = found.end()
    return words


def quoted(text: str) -> str:
    """The text as one word of a command, whatever quotes it holds."""
    return '"' + _plain(text).replace('"', "'") + '"'


def one_word(text: str) -> str:
    """The same, in quotes only where they are needed."""
    if _NEEDS_QUOTES.search(text):
        return quoted(text)
    return text


def cut(word: str) -> str:
    """The word's first hundred characters, to be shown."""
    return word[:100]


def folded(word: str) -> str:
    """The word as commands compare words: without capitals, and with every dash as "-"."""
    return dashed(word).casefold()


def dashed(word: str) -> str:
    """The word with every dash that people write as "-"."""
    return word.translate(_DASHES)


def _plain(text: str) -> str:
    """The text without letters that cannot be seen, in its compatible form, and with straight quotes."""
    visible: list[str] = []
    for letter in text:
        if letter.isspace():
            visible.append(" ")
        elif not _invisible(letter):
            visible.append(letter)
    return unicodedata.normalize("NFKC", "".join(visible)).translate(_QUOTES)


def _invisible(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs"}
