"""A plugin's handle: the static key under which every look-up finds it."""

import unicodedata

LONGEST = 75
_RULE = f"plugin names are 1 to {LONGEST} characters"

# Normalisation takes quadratic time on a long run of combining marks, so that much longer text is refused unread.
# A name may shrink by composing its marks and by what is dropped, hence the allowance.
_LONGEST_RAW = 4 * LONGEST

# Letters and marks that draw nothing: handles that look the same must be the same.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f") | {
    chr(code) for start, end in ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF)) for code in range(start, end + 1)
}
_LETTERS_AND_DIGITS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl"})
_MARKS = frozenset({"Mn", "Mc"})


def handle(name: str) -> str:
    """The handle of a plugin's name; the handle of a handle is itself.

    Combining marks are kept where they sit on a letter, since many scripts cannot be written without them.
    Raises ValueError when no letter or digit is left or the handle is longer than 75 characters.
    """
    raw = name.strip()
    if len(raw) > _LONGEST_RAW:
        raise ValueError(f"this plugin name is too long: {_RULE}")
    # Lower-casing can undo normalisation and dropping can bring a letter and a mark together, so it is done thrice.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", raw).lower())
    found = unicodedata.normalize("NFKC", _kept(folded))
    if not any(unicodedata.category(letter) in _LETTERS_AND_DIGITS for letter in found):
        raise ValueError(f"this plugin name has no letter or digit: {_RULE}")
    if len(found) > LONGEST:
        raise ValueError(f"this plugin name is too long: {_RULE}")
    return found


def _kept(folded: str) -> str:
    kept: list[str] = []
    for letter in folded:
        category = unicodedata.category(letter)
        if (
            letter in "-."
            or letter == "_"
            or letter.isspace()
            or (
                letter not in _INVISIBLE
                and (category in _LETTERS_AND_DIGITS or (category in _MARKS and kept and _carries_marks(kept[-1])))
            )
        ):
            kept.append(letter)
    return "".join("-" if letter == "_" or letter.isspace() else letter for letter in "".join(kept).strip())


def _carries_marks(letter: str) -> bool:
    return unicodedata.category(letter) in _LETTERS_AND_DIGITS | _MARKS
