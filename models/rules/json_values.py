"""How much a JSON text becomes: its smallest values take thirty times the room that they have in it. Pure."""

_BEFORE_VALUES = ",:[{"


def count_values(text: str | bytes) -> int:
    """How many values the text may hold: no fewer than it does."""
    if isinstance(text, bytes):
        return 1 + sum(map(text.count, _BEFORE_VALUES.encode()))
    return 1 + sum(map(text.count, _BEFORE_VALUES))
