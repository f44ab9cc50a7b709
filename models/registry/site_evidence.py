"""What sites say of a set: which plugins fail beside which, and what is left when that is explained. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from models.registry.candidates import candidates, commits_of
from models.registry.field import FieldOfSites
from models.registry.known import KnownHost, KnownPlugin, WantedPlugin
from models.registry.pairs import FailingPair, pairs
from models.views.registry import Reason, Why


def beside_others(
    wanted: Sequence[WantedPlugin],
    known: Mapping[str, KnownPlugin],
    host: KnownHost,
    field: FieldOfSites,
) -> tuple[list[FailingPair], Mapping[str, KnownPlugin]]:
    """The pairs within the set, and what is known without the failures that a sure pair explains.

    A plugin that fails only beside one that is not in the set is not to be blamed for that.
    """
    commits: dict[str, frozenset[str]] = {}
    for each in wanted:
        first = candidates(each, known[each.handle], host)[0]
        commits[each.handle] = commits_of(first, known[each.handle])
    within: list[FailingPair] = []
    explained: dict[str, int] = {}
    for pair in pairs(field, commits):
        if pair.sure:
            explained[pair.one] = explained.get(pair.one, 0) | pair.sites
        if pair.other in commits:
            within.append(pair)
    return within, {
        **known,
        **{
            handle: replace(known[handle], sites=field.sites(handle, sites))
            for handle, sites in explained.items()
        },
    }


def pair_reason(pair: FailingPair) -> Reason:
    """The pair as a reason: it breaks the set where it is sure, and the one fails more often than not."""
    breaks = pair.sure and pair.together.failing >= pair.together.well
    return Reason(
        Why.PAIR if breaks else Why.PAIR_PERHAPS,
        (pair.one, pair.other),
        together=(pair.together.failing, sum(pair.together)),
        apart=(pair.apart.failing, sum(pair.apart)),
        chance=pair.chance,
    )


def strangers(
    handles: Iterable[str], known: Mapping[str, KnownPlugin], host: KnownHost
) -> Iterable[Reason]:
    """Plugins of other hosts, by the ecosystem that they are of."""
    of: dict[str, list[str]] = {}
    for handle in handles:
        ecosystem = known[handle].limits.ecosystem
        if not host.runs(ecosystem):
            of.setdefault(ecosystem, []).append(handle)
    for ecosystem, those in of.items():
        yield Reason(Why.OTHER_HOST, tuple(those), found=ecosystem, source=host.ecosystem)
