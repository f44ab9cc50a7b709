"""Which commit changed between the last good and the first bad report."""

import re
from dataclasses import dataclass
from enum import StrEnum

# Versions, which stand in the place of commits elsewhere, have dots.
_COMMIT = re.compile("[0-9a-f]{7,64}")


@dataclass(frozen=True, slots=True)
class Pair:
    """The two commits that were judged together.

    `host_sha` is empty where CI judged: it runs on the newest host commit and does not name it.
    """

    plugin_sha: str
    host_sha: str

    @property
    def is_bundled(self) -> bool:
        """Whether the plugin is kept in the host's own repository, so that both are of one commit."""
        is_one = self.plugin_sha == self.host_sha
        return is_one and _COMMIT.fullmatch(self.plugin_sha) is not None


def known_pair(plugin_sha: str | None, host_sha: str | None) -> Pair | None:
    """The pair; None if one of its commits was never reported."""
    if plugin_sha is None or host_sha is None:
        return None
    return Pair(plugin_sha, host_sha)


class Suspect(StrEnum):
    """Whose commits changed before the plugin broke."""

    HOST = "host"
    PLUGIN = "plugin"
    BOTH = "both"
    NOBODY = "nobody"  # the same commits worked before: something else on the site changed
    UNKNOWN = "unknown"  # no good report was ever seen


def suspect(last_good: Pair | None, first_bad: Pair) -> Suspect:
    """The suspect; unknown where no good report is known."""
    if last_good is None:
        return Suspect.UNKNOWN
    host_moved = last_good.host_sha != first_bad.host_sha or not first_bad.host_sha
    plugin_moved = last_good.plugin_sha != first_bad.plugin_sha
    if last_good.is_bundled and first_bad.is_bundled:
        plugin_moved = False  # it moves with the host, and is a part of it
    if host_moved and plugin_moved:
        return Suspect.BOTH
    if host_moved:
        return Suspect.HOST
    if plugin_moved:
        return Suspect.PLUGIN
    return Suspect.NOBODY


class Proof(StrEnum):
    """What shows whom to suspect, where both had moved.

    Elsewhere: the plugin's commit fails so on a host branch whose host had not moved. Sites: it does on client sites
    whose host had not. Alike: plugins that had not moved fail so since the same host commit. Before: it fails so on a
    host branch where the plugin had not moved. Works: the plugin's commit works on a host branch that changes of the
    host reach later. Tests: CI passed on the plugin's commit.
    """

    ELSEWHERE = "elsewhere"
    SITES = "sites"
    ALIKE = "alike"
    BEFORE = "before"
    WORKS = "works"
    TESTS = "tests"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What other reports say of an incident before which both the plugin and the host had moved.

    Against the plugin: `elsewhere` is a host branch that had not moved, on which the plugin's commit fails in the same
    way; `sites` says that client sites whose host had not moved see the same.

    Against the host: `alike` counts plugins that had not moved and fail in the same way since the same host commit;
    `broken` counts those that fail in any way, and counts instead where one of them `says_so` in telling words.
    `before` is a host branch on which it fails in the same way although the plugin had not moved. `works` is a host
    branch that changes reach later, on which the plugin's commit works. `tested`: CI passed on the plugin's commit.
    """

    elsewhere: str | None = None
    sites: bool = False
    alike: int = 0
    says_so: bool = False
    broken: int = 0
    before: str | None = None
    works: str | None = None
    tested: bool = False


@dataclass(frozen=True, slots=True)
class Proven:
    """Whom to suspect, and why."""

    suspect: Suspect
    kind: Proof


# One plugin that had not moved may have broken by chance.
_ENOUGH_ALIKE = 2


def proven(evidence: Evidence) -> Proven | None:
    """Whom the evidence proves guilty. A host that had not moved is never guilty, whatever else is said."""
    if evidence.elsewhere:
        return Proven(Suspect.PLUGIN, Proof.ELSEWHERE)
    if evidence.sites:
        return Proven(Suspect.PLUGIN, Proof.SITES)
    witnesses = evidence.broken if evidence.says_so else evidence.alike
    if witnesses >= _ENOUGH_ALIKE:
        return Proven(Suspect.HOST, Proof.ALIKE)
    if evidence.before:
        return Proven(Suspect.HOST, Proof.BEFORE)
    if evidence.works:
        return Proven(Suspect.HOST, Proof.WORKS)
    return Proven(Suspect.HOST, Proof.TESTS) if evidence.tested else None
