"""A plugin's handle: the static key under which every look-up finds it."""

import unicodedata
from functools import lru_cache

LONGEST = 75
_RULE = f"plugin names are 1 to {LONGEST} characters"

# Normalisation takes quadratic time on a long run of combining marks, so much longer text is
# refused unread. A name may become shorter when marks are composed and characters dropped, hence the factor.
_LONGEST_RAW = 4 * LONGEST

# Letters and marks that draw nothing: handles that look the same must be the same.
_VARIATION_SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
_INVISIBLE = frozenset(
    (*"\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f", *map(chr, _VARIATION_SELECTORS)),
)
# Names remembered with their handles, as the same few hundred are looked up all the time: some 2 MB
# if all were as long as they may be.
_REMEMBERED = 4_096
_LETTERS_AND_DIGITS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl"})
_MARKS = frozenset({"Mn", "Mc"})


def handle(name: str) -> str:
    """The handle of a plugin's name; the handle of a handle is itself.

    Combining marks are kept where they follow a letter, since many scripts cannot be written
    without them.

    Raises:
        ValueError: no letter or digit is left, or the handle is longer than 75 characters.

    """
    raw = name.strip()
    if len(raw) > _LONGEST_RAW:
        raise ValueError(f"this plugin name is too long: {_RULE}")
    return _handle(raw)


@lru_cache(_REMEMBERED)
def _handle(raw: str) -> str:
    # Lower-casing can undo normalisation, and dropping a character can join a letter and a mark: so
    # it is normalised again after each.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", raw).lower())
    found = unicodedata.normalize("NFKC", _kept(folded))
    if not any(unicodedata.category(letter) in _LETTERS_AND_DIGITS for letter in found):
        raise ValueError(f"this plugin name has no letter or digit: {_RULE}")
    if len(found) > LONGEST:
        raise ValueError(f"this plugin name is too long: {_RULE}")
    return found


def _kept(folded: str) -> str:
    kept = ""
    for letter in folded:
        if _is_kept(letter, kept[-1:]):
            kept += letter
    return "".join("-" if letter == "_" or letter.isspace() else letter for letter in kept.strip())


def _is_kept(letter: str, before: str) -> bool:
    """Whether the letter is kept. `before` is the one kept before it, empty at the beginning."""
    if letter in "-._" or letter.isspace():
        return True
    if letter in _INVISIBLE:
        return False
    category = unicodedata.category(letter)
    if category in _MARKS:
        return before != "" and _carries_marks(before)
    return category in _LETTERS_AND_DIGITS


def _carries_marks(letter: str) -> bool:
    return unicodedata.category(letter) in _LETTERS_AND_DIGITS | _MARKS
