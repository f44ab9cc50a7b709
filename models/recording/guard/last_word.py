"""What a site said last of a plugin."""

from typing import NamedTuple

from models.rules.blame import Pair, known_pair
from models.rules.status import Verdict


class LastWord(NamedTuple):
    """What a site said last of a plugin. It is `settled` if it has named the plugin's commit for an hour or longer.

    The good pair is the newest one that a client site found good, where that is another one than it speaks of.
    """

    verdict: str | None
    plugin_branch: str | None
    plugin_sha: str | None
    host_branch: str | None
    host_sha: str | None
    fingerprint: str | None = None
    suspect: str | None = None
    good_plugin_sha: str | None = None
    good_host_sha: str | None = None
    settled: bool | None = None

    @property
    def good(self) -> Pair | None:
        """The newest pair that the site found good."""
        older = known_pair(self.good_plugin_sha, self.good_host_sha)
        if older is None and self.verdict == Verdict.COMPATIBLE:
            return known_pair(self.plugin_sha, self.host_sha)
        return older


NOT_A_WORD = LastWord(None, None, None, None, None)
