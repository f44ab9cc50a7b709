"""How long senders wait for an answer. One timer serves them all: one for each cost more than its place in a queue."""

import asyncio

from models.events import Outcome
from webhooks.recording.batches import NotStored


class Deadlines:
    """Tells senders that got no answer within `seconds` that nothing is known to be stored.

    All wait equally long, so that who came first is due first.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends: dict[asyncio.Future[Outcome], float] = {}
        self._timer: asyncio.TimerHandle | None = None

    async def answered(self, answer: asyncio.Future[Outcome]) -> Outcome:
        """What it is answered with.

        Raises:
            NotStored: the time is over.
        """
        loop = answer.get_loop()
        self._ends[answer] = end = loop.time() + self._seconds
        self._timer = self._timer or loop.call_at(end, self._end_due, loop)
        try:
            return await answer
        finally:
            del self._ends[answer]
            if self._timer and not self._ends:
                self._timer.cancel()
                self._timer = None

    def _end_due(self, loop: asyncio.AbstractEventLoop) -> None:
        now, self._timer = loop.time(), None
        for answer, end in self._ends.items():
            if end > now:
                self._timer = loop.call_at(end, self._end_due, loop)
                break
            if not answer.done():
                answer.set_exception(NotStored("the database does not answer"))
