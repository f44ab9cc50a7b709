"""So many of so many."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share, or so many for each."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """The share; 0 of nothing."""
        return self.part / self.whole if self.whole else 0.0

    def __add__(self, other: "Ratio") -> "Ratio":
        return Ratio(self.part + other.part, self.whole + other.whole)
