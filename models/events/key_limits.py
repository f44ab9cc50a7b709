"""A key goes beyond what it may."""

from dataclasses import dataclass

from models.rules.key_limits import KeyLimit


@dataclass(frozen=True, slots=True)
class KeyBeyond:
    """What comes by this key is refused, for it used up this."""

    key_id: int
    limit: KeyLimit
