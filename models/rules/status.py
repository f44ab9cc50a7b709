"""What can be said of a plugin on a host branch, and how several verdicts combine into one status."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a judging source says, and what all say together, under the names used on the wire."""

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
        return _SEVERITY[self] > _SEVERITY[Verdict.COMPATIBLE]

    @property
    def sign(self) -> str:
        """The one character before its name, so that colour alone never carries the meaning."""
        return _WORDINGS[self].sign

    @property
    def claim(self) -> str:
        """What it says of a plugin, to be followed by a host branch: "does not load on"."""
        return _WORDINGS[self].claim


@dataclass(frozen=True, slots=True)
class _Wording:
    sign: str
    claim: str


# The mildest verdict first: its place is its severity.
_WORDINGS = {
    Verdict.UNKNOWN: _Wording("?", "has an unknown status on"),
    Verdict.COMPATIBLE: _Wording("✓", "works on"),
    Verdict.TESTS_FAILING: _Wording("!", "fails its tests on"),
    Verdict.SMOKE_FAILING: _Wording("✗", "fails the browser smoke test on"),
    Verdict.INCOMPATIBLE: _Wording("✗", "does not load on"),
}
_SEVERITY = {verdict: place for place, verdict in enumerate(_WORDINGS)}

BROKEN = tuple(verdict for verdict in _WORDINGS if verdict.broken)
MILDEST_BROKEN = BROKEN[0]


def combine(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of the effective verdicts; unknown when nobody has said anything."""
    return max(verdicts, key=lambda verdict: verdict.severity, default=Verdict.UNKNOWN)
