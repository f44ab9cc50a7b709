"""What can be said of a plugin on a host branch, and how several verdicts combine into one status."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from models.rules.speaking import marked, say


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
    def words(self) -> str:
        """The verdict as people write it: "tests failing"."""
        return say(_WORDINGS[self].words)

    def claim(self, plugin: str, host: str) -> str:
        """What it says of a plugin on a host branch: "discourse-foo does not load on tests-passed"."""
        return say(_WORDINGS[self].claim, plugin=plugin, host=host)

    def claim_of_several(self, host: str) -> str:
        """The same in front of the names of those of which it says it: "does not load on tests-passed"."""
        return say(_WORDINGS[self].of_several, host=host)


@dataclass(frozen=True, slots=True)
class _Wording:
    sign: str
    words: str
    claim: str
    of_several: str


# The mildest verdict first: its place is its severity.
_WORDINGS = {
    Verdict.UNKNOWN: _Wording(
        "?",
        marked("unknown"),
        marked("{plugin} has an unknown status on {host}"),
        marked("has an unknown status on {host}"),
    ),
    Verdict.COMPATIBLE: _Wording(
        "✓",
        marked("compatible"),
        marked("{plugin} works on {host}"),
        marked("works on {host}"),
    ),
    Verdict.TESTS_FAILING: _Wording(
        "!",
        marked("tests failing"),
        marked("{plugin} fails its tests on {host}"),
        marked("fails its tests on {host}"),
    ),
    Verdict.SMOKE_FAILING: _Wording(
        "✗",
        marked("smoke failing"),
        marked("{plugin} fails the browser smoke test on {host}"),
        marked("fails the browser smoke test on {host}"),
    ),
    Verdict.INCOMPATIBLE: _Wording(
        "✗",
        marked("incompatible"),
        marked("{plugin} does not load on {host}"),
        marked("does not load on {host}"),
    ),
}
_SEVERITY = {verdict: place for place, verdict in enumerate(_WORDINGS)}

BROKEN = tuple(verdict for verdict in _WORDINGS if verdict.broken)
MILDEST_BROKEN = BROKEN[0]
# What people ask for who mean any of these.
ANY_BROKEN = "broken"


def combine(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of the effective verdicts; unknown when nobody has said anything."""
    return max(verdicts, key=lambda verdict: verdict.severity, default=Verdict.UNKNOWN)
