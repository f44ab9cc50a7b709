"""Blocks that are left out where they would be empty, and the last line of a list that is cut."""

from models.messages.message import Links, Text
from models.rules.speaking import say


def optional_text(words: str | None, *, quiet: bool = False) -> tuple[Text, ...]:
    """A paragraph; nothing where there are no words."""
    if not words:
        return ()
    return (Text(words, quiet=quiet),)


def known_links(*found: tuple[str, str | None]) -> tuple[Links, ...]:
    """The label and address pairs whose address is known; nothing where none is."""
    pairs = tuple((label, address) for label, address in found if address)
    if not pairs:
        return ()
    return (Links(pairs),)


def and_more(total: int, limit: int, hint: str = "") -> tuple[str, ...]:
    """The last line of a list of `total` that shows `limit`: "and 5 more"; nothing where all are
    shown.

    `hint` follows it directly, such as ": /plugin failing".
    """
    left_out = total - limit
    if left_out <= 0:
        return ()
    return (say("and {left_out:,} more{hint}", left_out=left_out, hint=hint),)


def some_more(total: int, limit: int) -> tuple[str, ...]:
    """The last part of a list within a sentence: "5 more"; nothing where all are shown."""
    left_out = total - limit
    if left_out <= 0:
        return ()
    return (say("{left_out:,} more", left_out=left_out),)
