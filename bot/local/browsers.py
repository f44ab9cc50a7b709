"""The connected browsers, and what each of them still has to be sent."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

# Frames that wait for one browser. A page that falls further behind is hung up on, and replays when
# it is back.
MAX_WAITING = 1024

Inbox = asyncio.Queue[str]


class Browsers:
    """Passes every frame to every browser without ever waiting for one of them.

    For the event loop's thread only.
    """

    def __init__(self) -> None:
        self._hang_ups: dict[Inbox, Callable[[], None]] = {}

    def __len__(self) -> int:
        return len(self._hang_ups)

    @contextmanager
    def joined(self, hang_up: Callable[[], None]) -> Iterator[Inbox]:
        """Collect frames in the inbox while the block runs; `hang_up` is called, once, when the inbox overflows."""
        inbox = Inbox(MAX_WAITING)
        self._hang_ups[inbox] = hang_up
        try:
            yield inbox
        finally:
            self._hang_ups.pop(inbox, None)

    def broadcast(self, frames: Iterable[str]) -> None:
        """Pass the frames on, in this order."""
        for frame in frames:
            for inbox in tuple(self._hang_ups):
                try:
                    inbox.put_nowait(frame)
                except asyncio.QueueFull:
                    self._hang_ups.pop(inbox)()

    def hang_up(self) -> None:
        """Hang up on everyone."""
        while self._hang_ups:
            self._hang_ups.popitem()[1]()
