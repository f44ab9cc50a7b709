"""The lanes of a destination: what is posted and what is edited there, which platforms count each by itself."""

from typing import NamedTuple

from models.tables.outbox import QUEUES


class Lane(NamedTuple):
    """What is posted at a destination, or what is edited there."""

    destination_id: int
    is_edits: bool

    @classmethod
    def of_queue(cls, queue: int) -> "Lane":
        """The lane that a queue belongs to."""
        destination_id, place = divmod(queue, QUEUES)
        return cls(destination_id, place >= QUEUES // 2)

    @property
    def queues(self) -> tuple[int, ...]:
        """Its queues: what is sent first comes first."""
        first = self.destination_id * QUEUES + self.is_edits * QUEUES // 2
        return tuple(range(first, first + QUEUES // 2))


def all_lanes(destination_id: int) -> tuple[Lane, Lane]:
    """Both lanes of the destination."""
    return Lane(destination_id, is_edits=False), Lane(destination_id, is_edits=True)
