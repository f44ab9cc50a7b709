"""Facts gathered from what GitHub said: what cannot be read is left out and named, and the rest
is taken.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from models.github.fields import Fields, MalformedError

# So many reasons tell enough.
MOST_SKIPPED = 20

_Read = TypeVar("_Read")


@dataclass(slots=True)
class Gathered(Generic[_Read]):
    """What could be read, and a reason for each that could not, `MOST_SKIPPED` at the most."""

    facts: list[_Read] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def take(self, read: Callable[..., Iterable[_Read]], *arguments: object) -> None:
        """Take what this reads, until it comes to something that cannot be read."""
        with self._skipping():
            for fact in read(*arguments):
                self.facts.append(fact)

    def take_each(self, items: Iterable[Fields], read: Callable[[Fields], Iterable[_Read]]) -> None:
        """Take what each item reads as; one that cannot be read keeps no other back."""
        with self._skipping():
            for item in items:
                self.take(read, item)

    @contextmanager
    def _skipping(self) -> Iterator[None]:
        try:
            yield
        except MalformedError as error:
            if len(self.skipped) < MOST_SKIPPED:
                self.skipped.append(str(error))
