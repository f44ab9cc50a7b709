"""How fast a channel is sent to: about one message a second, and not at all while Slack asks us to wait."""

import asyncio
import time
from collections.abc import Callable

from models.outbox.sending import SendError

# Slack takes about one message a second and channel; short bursts pass. https://docs.slack.dev/apis/web-api/rate-limits
SECONDS_BETWEEN = 1.0
# Who would wait longer gives way, and is due again when its turn comes.
_LONGEST_WAIT = 4.0

Lane = tuple[str, str]


class Pace:
    """Gives turns to those who send.

    A lane is what is done, a post or an edit, and the channel; lanes do not wait for each other.
    """

    def __init__(
        self, seconds_between: float = SECONDS_BETWEEN, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds_between = seconds_between
        self._clock = clock
        # By the clock: when the next turn of each lane is, and until when Slack wants nothing in it.
        self._next: dict[Lane, float] = {}
        self._held: dict[Lane, float] = {}

    async def turn(self, lane: Lane) -> None:
        """Wait for a turn.

        Raises:
            SendError: it would take long, or Slack asked us to wait; it says how long.

        """
        now = self._clock()
        at = max(now, self._next.get(lane, now), self._held.get(lane, now))
        if at - now > _LONGEST_WAIT:
            raise SendError("other messages to this channel come first", retry_after=at - now)
        self._next[lane] = at + self._seconds_between
        await asyncio.sleep(at - now)
        # Slack may have asked us to wait while this one slept.
        if (left := self._held.get(lane, 0.0) - self._clock()) > 0:
            raise SendError("Slack asked us to wait with this channel", retry_after=left)

    def hold(self, lane: Lane, seconds: float) -> None:
        """Nothing more in this lane for so long."""
        self._held[lane] = self._clock() + seconds
        self._next.pop(lane, None)
