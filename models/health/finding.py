"""What `check` finds."""

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """How much a finding matters."""

    FINE = "fine"
    HINT = "hint"
    FIX = "fix"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, in words that also say what to do."""

    weight: Weight
    words: str
