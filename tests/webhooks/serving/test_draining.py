"""How fast the rest of refused bodies is thrown away: so much a turn of all together, and everyone has theirs."""

import asyncio

from tests.waiting import LONG
from webhooks.serving.draining import Drain


class Sending:
    """A connection that sends all the time unless it is paused."""

    def __init__(self, drain: Drain) -> None:
        self.drain = drain
        self.brought = 0
        self.is_paused = False

    def pause(self) -> None:
        self.is_paused = True

    def go_on(self) -> None:
        self.is_paused = False
        self.bring()

    def bring(self) -> None:
        while not self.is_paused:
            self.brought += 256 * 1024
            self.drain.throw_away(self, 256 * 1024)


async def test_all_together_are_read_a_little_at_a_time_and_in_turn() -> None:
    drain = Drain()
    connections = [Sending(drain) for _ in range(20)]
    for each in connections:
        each.bring()
    first = sum(each.brought for each in connections)
    assert all(each.is_paused for each in connections)
    async with asyncio.timeout(LONG):
        while min(each.brought for each in connections) < 1024 * 1024:
            turn = sum(each.brought for each in connections)
            await asyncio.sleep(0.01)
            assert sum(each.brought for each in connections) - turn <= 5 * 1024 * 1024
    assert first <= 8 * 1024 * 1024
