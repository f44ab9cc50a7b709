"""The strangers' process: every kind at once, at the same pace, until the time is over."""

import asyncio
import os
import random
import time
from collections.abc import Sequence

from bench.strangers.stranger import Stranger, Tally, Target
from bench.strangers.table import KINDS, Kind

# In the field strangers have machines of their own; here they get what the server and the Guards leave.
_NICENESS = 10
_LONGEST_SECONDS = 60


def attack(target: Target, names: Sequence[str], seed: int, until: float) -> dict[str, Tally]:
    """Attack in these ways until then, by the monotonic clock; what became of it, by the names of kinds."""
    os.nice(_NICENESS)
    return asyncio.run(_attack(target, [kind for kind in KINDS if kind.name in names], seed, until))


async def _attack(target: Target, kinds: Sequence[Kind], seed: int, until: float) -> dict[str, Tally]:
    tallies = {kind.name: Tally() for kind in kinds}
    attackers = []
    for kind in kinds:
        for number in range(kind.at_once):
            stranger = Stranger(target, tallies[kind.name], random.Random(f"{seed} {kind.name} {number}"))
            attackers.append(asyncio.create_task(_keep_attacking(stranger, kind)))
    await asyncio.sleep(until - time.monotonic())
    for attacker in attackers:
        attacker.cancel()
    ended = await asyncio.gather(*attackers, return_exceptions=True)
    if faults := [each for each in ended if not isinstance(each, asyncio.CancelledError)]:
        raise ExceptionGroup("an attack itself is at fault", [each for each in faults if isinstance(each, Exception)])
    return tallies


async def _keep_attacking(stranger: Stranger, kind: Kind) -> None:
    await asyncio.sleep(stranger.chance.uniform(0, kind.rest))
    while True:
        await stranger.endure(asyncio.wait_for(kind.attack(stranger), _LONGEST_SECONDS))
        await asyncio.sleep(stranger.chance.uniform(0.5, 1.5) * kind.rest)
