"""Chances of the simulated world, each stream from the seed and a name, so that one part changes no other."""

import math
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from bench.simulator.parameters import DAY


class Chance(random.Random):
    """A stream of chances."""

    @classmethod
    def of(cls, seed: int, *name: object) -> "Chance":
        """The stream of this name."""
        return cls(":".join(map(str, (seed, *name))))

    def happens(self, share: float) -> bool:
        """Whether something happens that happens in this share of cases."""
        return self.random() < share

    def moments(self, begin: datetime, end: datetime, every: timedelta) -> Iterator[datetime]:
        """Moments at random, so often on average."""
        at = begin + self._wait(every)
        while at < end:
            yield at
            at += self._wait(every)

    def days(self, least: float, most: float) -> timedelta:
        """So many days."""
        return self.uniform(least, most) * DAY

    def median_days(self, median: float, sigma: float) -> timedelta:
        """So many days, mostly near the median, seldom much more."""
        return self.lognormvariate(math.log(median), sigma) * DAY

    def word(self, syllables: int = 3) -> str:
        """A name that nothing else has."""
        return "".join(
            self.choice("bdfgklmnprstvz") + self.choice("aeiou") for _ in range(syllables)
        )

    def sha(self) -> str:
        """A commit's name."""
        return f"{self.getrandbits(160):040x}"

    def _wait(self, every: timedelta) -> timedelta:
        return self.expovariate(1.0) * every
