"""What the queries answer of use: frozen values, as those of `models.views`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class InstallsView:
    """On how many sites a plugin runs: those with a key, and those that say so without one, which nobody can check."""

    keyed: int = 0
    told: int = 0

    @property
    def is_anywhere(self) -> bool:
        """Whether it runs anywhere."""
        return bool(self.keyed or self.told)


@dataclass(frozen=True, slots=True)
class VersionUse:
    """On how many sites of a host branch a plugin runs at a commit of a branch of its own.

    Branch, branch and commit are empty for what few sites run, and for sites that did not say what they run.
    """

    host_branch: str
    plugin_branch: str
    sha: str
    installs: InstallsView


@dataclass(frozen=True, slots=True)
class UsageView:
    """On how many sites a plugin runs, as of the newest day that was counted, and how many there were on each day.

    `versions` has those that the most sites run first. Of days that nobody counted, `days` has none.
    """

    now: InstallsView = InstallsView()
    versions: Sequence[VersionUse] = ()
    days: Sequence[tuple[date, InstallsView]] = ()

    def by_host_branch(self) -> list[tuple[str, InstallsView]]:
        """On how many sites of each host branch, over all versions, the one with the most first.

        The branch is "" for what few sites run.
        """
        found: dict[str, InstallsView] = {}
        for each in self.versions:
            known = found.get(each.host_branch, InstallsView())
            found[each.host_branch] = InstallsView(
                known.keyed + each.installs.keyed, known.told + each.installs.told
            )
        return sorted(found.items(), key=lambda one: (-one[1].keyed, -one[1].told, one[0]))
