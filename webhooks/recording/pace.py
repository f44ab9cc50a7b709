"""How long it takes to record what waits, as it was measured on this machine."""

from collections.abc import Mapping

from models.events import Event

# Until something was measured: what a line of a report that is no heartbeat takes on a quick machine.
_FIRST_GUESS_SECONDS = 0.0005
# How much of what is expected the newest measurement decides: enough to follow the machine, and not each stall of it.
_NEWEST = 0.2


class Pace:
    """The seconds that each kind of event takes by its weight, with its share of what is done once for a batch."""

    def __init__(self) -> None:
        self._seconds: dict[type[Event], float] = {}

    def seconds(self, event: Event, weight: int) -> float:
        """How long it will take, so far as is known."""
        return weight * self._each(type(event))

    def learn(self, weights: Mapping[type[Event], int], seconds: float) -> None:
        """Events of these kinds, with these weights in all, took so long together. Which of them took what is not
        known, so that all count as wrong alike.
        """
        expected = sum([weight * self._each(kind) for kind, weight in weights.items()])
        wrong_by = seconds / expected
        for kind in weights:
            self._seconds[kind] = self._each(kind) * (1 + (wrong_by - 1) * _NEWEST)

    def _each(self, kind: type[Event]) -> float:
        return self._seconds.get(kind, _FIRST_GUESS_SECONDS)
