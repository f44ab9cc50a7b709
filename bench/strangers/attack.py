"""The strangers' process: every kind at once, at the same pace, until the time is over."""

import asyncio
import math
import os
import random
import time
from collections.abc import Awaitable, Sequence
from contextlib import suppress

from bench.strangers.stranger import AttackedServer, Stranger, Tally
from bench.strangers.table import KINDS, AttackKind

_LONGEST_SECONDS = 60


def attack(
    target: AttackedServer,
    names: Sequence[str],
    seed: int,
    begin: float,
    until: float,
    most_rest: float = math.inf,
) -> dict[str, Tally]:
    """Attack in these ways between two moments of the monotonic clock, none resting longer than so many seconds; what
    became of it, by the names of kinds.
    """
    # In the field strangers have machines of their own; here they get what server and Guards leave. However nice
    # it is, a process keeps its processor for milliseconds from whoever wakes up, unless it is idle by policy.
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    kinds = [kind._replace(rest=min(kind.rest, most_rest)) for kind in KINDS if kind.name in names]
    time.sleep(max(0.0, begin - time.monotonic()))
    return asyncio.run(_attack(target, kinds, seed, until))


async def _attack(
    target: AttackedServer, kinds: Sequence[AttackKind], seed: int, until: float
) -> dict[str, Tally]:
    tallies = {kind.name: Tally() for kind in kinds}
    attackers = []
    for kind in kinds:
        for number in range(kind.at_once):
            stranger = Stranger(
                target, tallies[kind.name], random.Random(f"{seed} {kind.name} {number}")
            )
            attackers.append(_keep_attacking(stranger, kind, until))
    with suppress(TimeoutError):
        async with asyncio.timeout(until - time.monotonic()):
            await asyncio.gather(*attackers)
    return tallies


async def _keep_attacking(stranger: Stranger, kind: AttackKind, until: float) -> None:
    await asyncio.sleep(stranger.chance.uniform(0, kind.rest))
    while time.monotonic() < until:
        await stranger.endure(_for_a_while(kind.attack(stranger)))
        await asyncio.sleep(stranger.chance.uniform(0.5, 1.5) * kind.rest)


async def _for_a_while(attack: Awaitable[None]) -> None:
    async with asyncio.timeout(_LONGEST_SECONDS):
        await attack
