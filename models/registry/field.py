"""What runs together at which sites, and how it does there: sets of sites, as the bits of integers. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from models.registry.known import Sites


class Spoken(NamedTuple):
    """What a site said last of a plugin at a commit. Sites of clients are evidence by themselves, others are not."""

    handle: str
    site: int
    commit: str
    fails: bool
    is_client: bool = True


class FieldOfSites:
    """The sites that spoke of plugins on one host branch; a set of sites is an integer with a bit for each."""

    def __init__(self, spoken: Iterable[Spoken]) -> None:
        self._runs: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._fails: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._clients = 0
        bits: dict[int, int] = {}
        # There may be a hundred thousand of them, so that each line here counts.
        for handle, site, commit, fails, is_client in spoken:
            bit = bits.get(site)
            if bit is None:
                bit = bits[site] = 1 << len(bits)
                self._clients |= bit if is_client else 0
            self._runs[handle][commit] |= bit
            if fails:
                self._fails[handle][commit] |= bit

    @property
    def handles(self) -> Collection[str]:
        """The plugins of which any site spoke."""
        return self._runs.keys()

    def sites(self, handle: str, besides: int = 0) -> dict[str, Sites]:
        """At how many client sites, `besides` these, the plugin is well or fails, by its commits."""
        counted = self._clients & ~besides
        found: dict[str, Sites] = {}
        for commit, runs in self._of(self._runs, handle).items():
            fails = self._of(self._fails, handle).get(commit, 0) & counted
            found[commit] = Sites((runs & counted & ~fails).bit_count(), fails.bit_count())
        return found

    def running(self, handle: str, commits: Collection[str] | None = None) -> int:
        """The sites that run the plugin, at any commit or at these."""
        return self._union(self._of(self._runs, handle), commits)

    def failing(self, handle: str, commits: Collection[str] | None = None) -> int:
        """Those of them where it fails."""
        return self._union(self._of(self._fails, handle), commits)

    @staticmethod
    def _of(sites: Mapping[str, dict[str, int]], handle: str) -> Mapping[str, int]:
        return sites.get(handle, {})

    @staticmethod
    def _union(by_commit: Mapping[str, int], commits: Collection[str] | None) -> int:
        union = 0
        for commit, sites in by_commit.items():
            if commits is None or commit in commits:
                union |= sites
        return union
