"""Which versions of a plugin a set may have, and what speaks against each. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.metadata.compat_branches import compat_branch
from models.metadata.ranges import version_in
from models.registry.host_limits import fits, host_limits, host_notes
from models.registry.known import (
    NO_SITES,
    HeardVerdict,
    KnownHost,
    KnownPlugin,
    Sites,
    WantedPlugin,
)
from models.rules.declaring import Standing
from models.rules.ecosystems import Ecosystem
from models.rules.incidents import FIELD_SITES
from models.rules.sources import DESCRIPTORS, JudgingSource
from models.rules.status import Verdict, combine
from models.views.registry import Reason, Why

# The shortest part of a commit's sha by which it is told from others.
_SHORT_SHA = 7
# One in so many of the sites that report on it may fail for reasons of its own.
_NOISE = 20
_MOST_RELEASES = 20


@dataclass(frozen=True, slots=True)
class CandidateVersion:
    """A version of a plugin: `against` it speaks what breaks it, in `doubt` it is what is not known.

    `version` is empty where it is not known, `commit` where it is the newest one. One that is
    `absent` stands for the plugin not being there.
    """

    handle: str
    version: str = ""
    commit: str = ""
    pinned: bool = False
    absent: bool = False
    verdict: Verdict = Verdict.UNKNOWN
    seen_by: tuple[str, ...] = ()
    sites: Sites = NO_SITES
    against: tuple[Reason, ...] = ()
    doubts: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()


def candidates(
    wanted: WantedPlugin, known: KnownPlugin, host: KnownHost
) -> tuple[CandidateVersion, ...]:
    """What the set may have of a plugin, what is to be preferred first.

    One that was asked for is the only one; so is the newest commit of its branch for this host's
    version, and else the one that its .discourse-compatibility pins.
    Else it is the newest version, or an older release of those that were seen to work.
    """
    if not host.runs(known.limits.ecosystem):  # what it declares is of other hosts' versions
        return (CandidateVersion(wanted.handle, wanted.at),)
    if wanted.at:
        return (_judged(_at(wanted.handle, wanted.at, known), known, host),)
    doubts: tuple[Reason, ...] = ()
    limits = known.limits
    if limits.pins.pins or limits.compat_branches:
        if host.version:
            branch = compat_branch(host.version, limits.compat_branches)
            pin = branch or limits.pins.pin(host.version)
            if pin:
                return (_judged(_at(wanted.handle, pin, known, pinned=True), known, host),)
        else:
            doubts = (Reason(Why.NO_HOST_VERSION, (wanted.handle,), source="pins"),)
    newest = CandidateVersion(wanted.handle, known.newest, doubts=doubts)
    older = (_judged(_at(wanted.handle, each, known), known, host) for each in _older(known))
    seen = (each for each in older if not each.against and not each.doubts)
    return (_judged(newest, known, host), *seen)


def _older(known: KnownPlugin) -> tuple[str, ...]:
    ours = [each for each in known.releases if each.removeprefix("v") != known.newest]
    return tuple(ours[:_MOST_RELEASES])


def _at(handle: str, at: str, known: KnownPlugin, *, pinned: bool = False) -> CandidateVersion:
    """The candidate of a version, or of a commit, tag or branch."""
    try:
        version_in(at, known.limits.ecosystem)
    except ValueError:
        return CandidateVersion(handle, commit=at, pinned=pinned)
    if "." not in at and len(at) >= _SHORT_SHA:  # a sha may be digits alone
        return CandidateVersion(handle, commit=at, pinned=pinned)
    return CandidateVersion(handle, version=at.removeprefix("v"), commit=at, pinned=pinned)


def _judged(bare: CandidateVersion, known: KnownPlugin, host: KnownHost) -> CandidateVersion:
    verdict, seen_by, stale = _observed(bare, known)
    sites = _sites(bare, known)
    against = [*_removed(bare, known), *host_limits(bare, known, host, sure=True)]
    doubts = [*bare.doubts, *host_limits(bare, known, host, sure=False)]
    if verdict.broken:
        against.append(Reason(Why.FAILS, (bare.handle,), found=verdict, source=", ".join(seen_by)))
    elif sites.failing >= FIELD_SITES and sites.failing > sites.well:
        found = f"{sites.failing} of {sites.failing + sites.well}"
        against.append(Reason(Why.FAILS_AT_SITES, (bare.handle,), found=found))
    elif verdict is not Verdict.COMPATIBLE:
        doubts += _unseen(bare, sites, stale)
    return CandidateVersion(
        bare.handle,
        bare.version,
        bare.commit,
        bare.pinned,
        verdict=verdict,
        seen_by=seen_by,
        sites=sites,
        against=tuple(against),
        doubts=tuple(doubts),
        notes=(*_deprecated(bare, known), *host_notes(bare, known, host)),
    )


def _status(bare: CandidateVersion, known: KnownPlugin) -> Iterator[tuple[Standing | None, str]]:
    """The status that counts, with its reason."""
    for each in known.limits.statuses:
        if fits(bare.version, each.of, known.limits.ecosystem):
            yield each.standing, each.reason
            return


def _removed(bare: CandidateVersion, known: KnownPlugin) -> Iterable[Reason]:
    for standing, reason in _status(bare, known):
        if standing is Standing.REMOVED:
            yield Reason(Why.REMOVED, (bare.handle,), words=reason)


def _deprecated(bare: CandidateVersion, known: KnownPlugin) -> Iterable[Reason]:
    for standing, reason in _status(bare, known):
        if standing is Standing.DEPRECATED:
            yield Reason(Why.DEPRECATED, (bare.handle,), words=reason)


def is_at(bare: CandidateVersion, commit: str) -> bool:
    """Whether a report of this commit, or version, is about the candidate."""
    if commit == bare.commit or (bare.version and commit.removeprefix("v") == bare.version):
        return bool(commit)
    return len(bare.commit) >= _SHORT_SHA and commit.startswith(bare.commit)


def _observed(bare: CandidateVersion, known: KnownPlugin) -> tuple[Verdict, tuple[str, ...], bool]:
    """What sources say of it, which ones, and whether they said it of an older host only."""
    heard = [each for each in known.heard if _is_of(bare, each, known)]
    verdict = combine(each.verdict for each in heard)
    if verdict is not Verdict.UNKNOWN:
        return verdict, _who(each for each in heard if each.verdict is verdict), False
    good = [each for each in known.heard if is_at(bare, each.good_plugin_sha)]
    if any(each.good_host_sha == each.host_sha for each in good):
        return Verdict.COMPATIBLE, _who(good), False
    return Verdict.UNKNOWN, _who(good), bool(good)


def _is_of(bare: CandidateVersion, heard: HeardVerdict, known: KnownPlugin) -> bool:
    if bare.commit or _is_version(bare, known):
        return is_at(bare, heard.plugin_sha)
    return heard.is_newest


def _is_version(bare: CandidateVersion, known: KnownPlugin) -> bool:
    """Whether reports name its version; of plugins of Discourse they name commits."""
    return bool(bare.version) and known.limits.ecosystem != Ecosystem.DISCOURSE


def _who(heard: Iterable[HeardVerdict]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(DESCRIPTORS[JudgingSource(each.source)].who for each in heard))


def _sites(bare: CandidateVersion, known: KnownPlugin) -> Sites:
    """What sites say of it. The newest commit is the one that a source judged, GitHub names, or most sites run."""
    found = [known.sites[commit] for commit in commits_of(bare, known) if commit in known.sites]
    return Sites(sum(each.well for each in found), sum(each.failing for each in found))


def commits_of(bare: CandidateVersion, known: KnownPlugin) -> frozenset[str]:
    """The commits at which sites run the candidate."""
    if not bare.commit and not _is_version(bare, known):
        return newest_commits(known)
    return frozenset(commit for commit in known.sites if is_at(bare, commit))


def newest_commits(known: KnownPlugin) -> frozenset[str]:
    """The commits that reports of the newest version are about."""
    judged = {each.plugin_sha for each in known.heard if each.is_newest}
    named = {commit for commit in (known.head, known.newest) if commit in known.sites}
    if judged or named:
        return frozenset(judged | named)
    most = max(known.sites, key=lambda commit: sum(known.sites[commit]), default=None)
    return frozenset({most} if most else ())


def _unseen(bare: CandidateVersion, sites: Sites, stale: bool) -> Iterable[Reason]:
    if stale:
        yield Reason(Why.OLDER_HOST, (bare.handle,))
    elif not sites.well and not sites.failing:
        yield Reason(Why.NO_REPORT, (bare.handle,), found=bare.version or bare.commit)
    elif sites.well < FIELD_SITES or sites.failing * _NOISE > sites.well + sites.failing:
        found = f"{sites.well} of {sites.well + sites.failing}"
        yield Reason(Why.FEW_SITES, (bare.handle,), found=found)
