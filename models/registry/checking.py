"""Whether a set of plugins would work on a host. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from models.registry.candidates import CandidateVersion, candidates
from models.registry.field import FieldOfSites
from models.registry.host_limits import fits, understood
from models.registry.known import KnownHost, KnownPlugin, WantedPlugin
from models.registry.pairs import FailingPair
from models.registry.resolving import Demand, Problem, TooDeepError
from models.registry.site_evidence import beside_others, pair_reason, strangers
from models.views.registry import CheckView, MemberView, Reason, SetAnswer, Why


@dataclass(slots=True)
class _CheckFindings:
    """What has been found out so far."""

    chosen: dict[str, CandidateVersion] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)
    doubts: list[Reason] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)


def check(
    wanted: Sequence[WantedPlugin],
    known: Mapping[str, KnownPlugin],
    host: KnownHost,
    unknown: Mapping[str, str] | None = None,
    field_: FieldOfSites | None = None,
) -> CheckView:
    """Whether the wanted plugins work on the host together, and why, as far as it is known.

    `known` also holds plugins that they require; `unknown` are names that no plugin has, each
    with a plugin that is probably meant, or blank. `field_` is what sites say.
    """
    host, doubts = understood(host, {known[each.handle].limits.ecosystem for each in wanted})
    pairs, known = beside_others(wanted, known, host, field_ or FieldOfSites(()))
    options = {each.handle: candidates(each, known[each.handle], host) for each in wanted}
    spare = {
        handle: candidates(WantedPlugin(handle), known[handle], host)
        for handle in known
        if handle not in options
    }
    doubts += _unknown(unknown or {})
    found = _CheckFindings(doubts=[*doubts, *strangers(options, known, host)])
    for handle, those in options.items():
        _take_alone(handle, those, found)
    for pair in pairs:
        _heed(pair, found)
    usable = {
        handle: tuple(each for each in those if not each.against)
        for handle, those in options.items()
    }
    problem = Problem(known, usable)
    left = [handle for handle in options if handle not in found.dropped]
    for group in problem.related(left):
        try:
            _take_together(group, problem, spare, found)
        except TooDeepError:
            found.doubts.append(Reason(Why.TOO_DEEP, tuple(group)))
    members = [found.chosen.get(each.handle, options[each.handle][0]) for each in wanted]
    return _view(members, problem, host, found)


def _heed(pair: FailingPair, found: _CheckFindings) -> None:
    """A pair that is sure breaks the set, and the one that fails is left out; any other is a doubt."""
    handles = (pair.one, pair.other)
    if not set(handles) <= found.chosen.keys() - set(found.dropped):
        return
    reason = pair_reason(pair)
    if reason.why is Why.PAIR:
        found.reasons.append(reason)
        found.dropped.append(pair.one)
    else:
        found.doubts.append(reason)


def _unknown(names: Mapping[str, str]) -> list[Reason]:
    return [Reason(Why.NO_PLUGIN, (name,), found=meant) for name, meant in names.items()]


def _take_alone(handle: str, those: Sequence[CandidateVersion], found: _CheckFindings) -> None:
    """Take the first candidate that nothing speaks against; where there is none, drop the plugin."""
    good = next((each for each in those if not each.against), None)
    if good is None:
        found.dropped.append(handle)
        found.reasons += those[0].against
    else:
        found.chosen[handle] = good


def _take_together(
    group: Sequence[str],
    problem: Problem,
    spare: Mapping[str, Sequence[CandidateVersion]],
    found: _CheckFindings,
) -> None:
    """Choose candidates that go together; what is missing is added where that helps, else plugins are dropped."""
    left = list(group)
    # What is added is wanted, too, from then on.
    while (chosen := problem.resolve(left)) is None:
        core = problem.smallest(left)
        reasons = _reasons(core, problem, found)
        found.reasons += reasons
        missing = {each.handles[1] for each in reasons if each.why is Why.MISSING}
        if missing and all(_is_usable(spare.get(handle, ())) for handle in missing):
            _add(missing, problem, spare, found)
            left += sorted(missing)
        else:
            at_odds = _most_at_odds(reasons, core)
            left.remove(at_odds)
            found.dropped.append(at_odds)
    found.chosen |= chosen


def _add(
    missing: Iterable[str],
    problem: Problem,
    spare: Mapping[str, Sequence[CandidateVersion]],
    found: _CheckFindings,
) -> None:
    for handle in sorted(missing):
        problem.options[handle] = [each for each in spare[handle] if not each.against]
        found.chosen[handle] = problem.options[handle][0]
        found.added.append(handle)


def _is_usable(those: Sequence[CandidateVersion]) -> bool:
    return any(not each.against for each in those)


def _most_at_odds(reasons: Sequence[Reason], core: Sequence[str]) -> str:
    """The plugin to leave out: the one that declares most of what does not fit, of several the last one."""
    declaring = [each.handles[0] for each in reasons if each.handles[0] in core]
    return max(reversed(core), key=declaring.count)


def _reasons(core: Sequence[str], problem: Problem, found: _CheckFindings) -> list[Reason]:
    """Which of the demands of these plugins their preferred versions do not meet."""
    among = set(core)
    for handle in core:
        demands = problem.demands(found.chosen[handle])
        among |= {each.handle for each in demands if not (each.excludes or each.optional)}
    reasons: list[Reason] = []
    for handle in core:
        broken = _broken_demands(found.chosen[handle], problem, found)
        reasons += [each for each in broken if each.handles[1] in among]
    return reasons or [Reason(Why.TOGETHER, tuple(core))]


def _broken_demands(
    candidate: CandidateVersion, problem: Problem, found: _CheckFindings
) -> Iterable[Reason]:
    for demand in problem.demands(candidate):
        other = None if demand.handle in found.dropped else found.chosen.get(demand.handle)
        handles = (candidate.handle, demand.handle)
        if other is None and not demand.excludes and not demand.optional:
            yield Reason(Why.MISSING, handles, demand.range, words=demand.declared.reason)
        elif other is not None and not problem.holds(demand, other):
            words = demand.declared.reason
            yield Reason(_why(demand), handles, demand.range, other.version, words=words)


def _why(demand: Demand) -> Why:
    """Why another plugin that is there does not fit."""
    if demand.excludes:
        return Why.CONFLICT
    return Why.OPTIONAL_VERSION if demand.optional else Why.OTHER_VERSION


def _can_use(
    candidate: CandidateVersion, problem: Problem, found: _CheckFindings
) -> Iterable[Reason]:
    """Plugins that are not in the set, and with which it can do more."""
    for demand in problem.demands(candidate):
        if demand.optional and demand.handle not in found.chosen:
            handles = (candidate.handle, demand.handle)
            words = demand.declared.reason
            yield Reason(Why.CAN_USE, handles, demand.range, words=words)


def _view(
    members: Sequence[CandidateVersion], problem: Problem, host: KnownHost, found: _CheckFindings
) -> CheckView:
    doubts = [*found.doubts]
    notes: list[Reason] = []
    for each in members:
        doubts += each.doubts if each.handle not in found.dropped else ()
        notes += each.notes
        notes += _can_use(each, problem, found)
        doubts += _unclear(each, problem, found)
    return CheckView(
        branch=host.branch,
        host_version=host.version,
        answer=_answer(members, found.reasons, doubts),
        members=tuple(map(_member, members)),
        reasons=tuple(dict.fromkeys(found.reasons)),
        doubts=tuple(dict.fromkeys(doubts)),
        notes=tuple(notes),
        dropped=tuple(found.dropped),
        added=tuple(found.added),
    )


def _unclear(
    candidate: CandidateVersion, problem: Problem, found: _CheckFindings
) -> Iterable[Reason]:
    """Demands of which it cannot be told whether they are met, because a version is not known."""
    limits = problem.known[candidate.handle].limits
    for declared in limits.others:
        other = found.chosen.get(declared.other)
        if other is None:
            continue
        ecosystem = problem.known[other.handle].limits.ecosystem
        applies = fits(candidate.version, declared.of, limits.ecosystem)
        within = fits(other.version, declared.versions, ecosystem)
        handles = (candidate.handle, other.handle)
        if applies is None and within is not False:
            yield Reason(Why.NO_VERSION, handles, declared.of, candidate.handle, declared.fact)
        elif applies and within is None:
            yield Reason(Why.NO_VERSION, handles, declared.versions, other.handle, declared.fact)


def _answer(
    members: Sequence[CandidateVersion], reasons: Sequence[Reason], doubts: Sequence[Reason]
) -> SetAnswer:
    if reasons:
        return SetAnswer.BREAKS
    if doubts or not members:
        return SetAnswer.NOT_KNOWN
    is_pinned = any(each.pinned or each.commit for each in members)
    return SetAnswer.WORKS_WITH_PINS if is_pinned else SetAnswer.WORKS


def _member(candidate: CandidateVersion) -> MemberView:
    return MemberView(
        candidate.handle,
        candidate.version,
        candidate.commit,
        candidate.pinned,
        candidate.verdict,
        candidate.seen_by,
        candidate.sites.well,
        candidate.sites.failing,
    )
