"""How far reports narrow a range of commits, and which commit of it would tell the most if it were tried."""

from collections.abc import Collection, Mapping, Sequence

from models.rules.blame import Suspect

# What an unsuspected commit counts beside those against which something speaks.
_UNSUSPECTED = 0.5


def narrowed(shas: Sequence[str], good: Collection[str], bad: Collection[str]) -> Sequence[str]:
    """The commits after the last good one up to the first bad one, the oldest first.

    All of them where the reports contradict each other.
    """
    begin = max((place + 1 for place, sha in enumerate(shas) if sha in good), default=0)
    end = min((place + 1 for place, sha in enumerate(shas) if sha in bad), default=len(shas))
    return shas[begin:end] if begin < end else shas


def deciding(shas: Sequence[str], weights: Mapping[str, float]) -> str | None:
    """The commit that, if it is tried, halves what is suspected; None where no try is needed.

    If it fails there, this commit or an earlier one is guilty, else a later one. The last commit is known to fail.
    """
    masses = [weights.get(sha, 0.0) + _UNSUSPECTED for sha in shas]
    total = sum(masses)
    passed = 0.0
    best: tuple[float, str] | None = None
    for sha, mass in list(zip(shas, masses, strict=True))[:-1]:
        passed += mass
        unevenness = abs(total - 2 * passed)
        if best is None or unevenness < best[0]:
            best = unevenness, sha
    return best[1] if best else None


def suspected_ranges(suspect: Suspect) -> tuple[Suspect, ...]:
    """Of which of both the commits are looked through."""
    if suspect is Suspect.BOTH:
        return Suspect.HOST, Suspect.PLUGIN
    return (suspect,) if suspect in {Suspect.HOST, Suspect.PLUGIN} else ()
