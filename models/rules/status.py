"""Verdicts of the three sources and how they combine into one status."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum


class Source(StrEnum):
    """Who judged: a Plugin Guard on a canary server, the Plugin Canary's browser, or the plugin's own CI."""

    GUARD = "guard"
    CANARY = "canary"
    TESTS = "tests"


class Verdict(StrEnum):
    """What a source says, and what all say together, under the names used on the wire."""

    UNKNOWN = "unknown"
    COMPATIBLE = "compatible"
    TESTS_FAILING = "tests_failing"
    SMOKE_FAILING = "smoke_failing"
    INCOMPATIBLE = "incompatible"

    @property
    def severity(self) -> int:
        """0 for unknown up to 4 for incompatible; the higher one wins."""
        return _SEVERITY[self]

    @property
    def broken(self) -> bool:
        """Whether people must hear of it."""
        return self.severity > Verdict.COMPATIBLE.severity


_SEVERITY = {verdict: place for place, verdict in enumerate(Verdict)}

# A guard reports when its site starts, and canary servers are rebuilt once a day; a registration counts for three
# days, so two missed rebuilds are forgiven. The browser canary runs daily. CI is asked every ten minutes, but a
# quiet repository may go a week without a run.
DEADLINES = {Source.GUARD: timedelta(days=3), Source.CANARY: timedelta(days=2), Source.TESTS: timedelta(days=7)}


def effective(verdict: Verdict, seen_at: datetime, source: Source, now: datetime, *, expired: bool = False) -> Verdict:
    """The verdict as it may be shown at `now`: older than its source's deadline it is unknown, never green.

    One may have `expired` before that, when whoever said it fell silent.
    """
    return verdict if now - seen_at <= DEADLINES[source] and not expired else Verdict.UNKNOWN


def combine(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of the effective verdicts; unknown when nobody has said anything."""
    return max(verdicts, key=lambda verdict: verdict.severity, default=Verdict.UNKNOWN)
