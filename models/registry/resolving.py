"""Finds versions of plugins that go together, or the smallest set of plugins that do not. Pure.

resolvelib does the search. Plugins of which nobody says that they need or cannot stand each other
are no part of it, so that a search is among few.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from resolvelib import (
    AbstractProvider,
    BaseReporter,
    ResolutionImpossible,
    ResolutionTooDeep,
    Resolver,
)

from models.registry.candidates import CandidateVersion
from models.registry.host_limits import fits
from models.registry.known import KnownPlugin
from models.rules.declaring import Fact
from models.views.registry import DeclarationView

_MOST_ROUNDS = 1_000


@dataclass(frozen=True, slots=True)
class Demand:
    """What a candidate asks of another plugin: that it is there and within the range; if it is `optional`, that it is
    within the range if it is there; if it `excludes`, that no version within the range is there.
    """

    handle: str
    range: str
    declared: DeclarationView

    @property
    def excludes(self) -> bool:
        """Whether it must not be within the range."""
        return self.declared.fact is Fact.CONFLICTS

    @property
    def optional(self) -> bool:
        """Whether it need not be there, but if it is, within the range."""
        return self.declared.fact is Fact.OPTIONAL


class Problem:
    """The plugins that are known, with the candidates of each."""

    def __init__(
        self, known: Mapping[str, KnownPlugin], options: Mapping[str, Sequence[CandidateVersion]]
    ) -> None:
        self.known = known
        self.options = dict(options)
        self._near: dict[str, set[str]] = defaultdict(set)
        for handle, each in known.items():
            for declared in each.limits.others:
                self._near[handle].add(declared.other)
                self._near[declared.other].add(handle)

    def demands(self, candidate: CandidateVersion) -> Iterator[Demand]:
        """What the candidate needs and cannot stand; where it is not known whether it does, it does not."""
        if candidate.absent:
            return
        limits = self.known[candidate.handle].limits
        for declared in limits.others:
            if fits(candidate.version, declared.of, limits.ecosystem):
                yield Demand(declared.other, declared.versions, declared)

    def holds(self, demand: Demand, candidate: CandidateVersion) -> bool:
        """Whether the candidate is not known to break the demand."""
        if candidate.absent:
            return demand.excludes or demand.optional
        ecosystem = self.known[candidate.handle].limits.ecosystem
        return fits(candidate.version, demand.range, ecosystem) is not demand.excludes

    def related(self, wanted: Iterable[str]) -> list[list[str]]:
        """The wanted plugins that need or cannot stand any other one, each with all that this leads to."""
        groups: list[list[str]] = []
        left = [handle for handle in wanted if handle in self._near]
        while left:
            reached = self._reached(left[0])
            groups.append([handle for handle in left if handle in reached])
            left = [handle for handle in left if handle not in reached]
        return groups

    def resolve(self, wanted: Iterable[str]) -> dict[str, CandidateVersion] | None:
        """A candidate of each wanted plugin, all of which go together; None if there are none.

        Raises:
            TooDeepError: there are too many possibilities to try them all.
        """
        provider = _Provider(self)
        resolver: Resolver[_Allowed, _ChosenCandidate, str] = Resolver(provider, BaseReporter())
        roots = [
            _Allowed(handle, frozenset(range(len(self.options.get(handle, ())))))
            for handle in wanted
        ]
        try:
            found = resolver.resolve(roots, max_rounds=_MOST_ROUNDS)
        except ResolutionImpossible:
            return None
        except ResolutionTooDeep as error:
            raise TooDeepError from error
        chosen = {
            handle: self.candidates(handle)[each.place] for handle, each in found.mapping.items()
        }
        return {handle: each for handle, each in chosen.items() if not each.absent}

    def smallest(self, wanted: Sequence[str]) -> list[str]:
        """A smallest part of these plugins that cannot run together: without any one of them, the others can."""
        core = list(wanted)
        for handle in wanted:
            fewer = [each for each in core if each != handle]
            if self.resolve(fewer) is None:
                core = fewer
        return core

    def near(self, handle: str) -> list[str]:
        """The plugins that it needs or cannot stand, and those that need or cannot stand it."""
        return sorted(self._near[handle])

    def candidates(self, handle: str) -> tuple[CandidateVersion, ...]:
        """All of a plugin, the last of which is that it is absent."""
        return (*self.options.get(handle, ()), CandidateVersion(handle, absent=True))

    def fit(self, one: CandidateVersion, other: CandidateVersion) -> bool:
        """Whether neither is known to break a demand of the other."""
        return self._suits(one, other) and self._suits(other, one)

    def _suits(self, one: CandidateVersion, other: CandidateVersion) -> bool:
        mine = (each for each in self.demands(one) if each.handle == other.handle)
        return all(self.holds(each, other) for each in mine)

    def _reached(self, start: str) -> set[str]:
        reached, ahead = {start}, [start]
        while ahead:
            for handle in self._near[ahead.pop()] - reached:
                reached.add(handle)
                ahead.append(handle)
        return reached


class TooDeepError(Exception):
    """The search was given up."""


class _ChosenCandidate(NamedTuple):
    """A candidate of a plugin, by its place among them."""

    handle: str
    place: int


class _Allowed(NamedTuple):
    """The candidates of a plugin that may be chosen, by their places.

    Both of two plugins say so of each other, whichever of them declares something: what is chosen
    later never turns out to break what was chosen before, on which resolvelib would go astray.
    """

    handle: str
    places: frozenset[int]


class _Provider(AbstractProvider[_Allowed, _ChosenCandidate, str]):
    """What resolvelib asks of a problem."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._beside: dict[_ChosenCandidate, list[_Allowed]] = {}

    def identify(self, requirement_or_candidate: _Allowed | _ChosenCandidate) -> str:
        return requirement_or_candidate.handle

    def get_preference(self, identifier: str, *_: Any, **__: Any) -> str:
        return identifier

    def find_matches(
        self,
        identifier: str,
        requirements: Mapping[str, Iterator[_Allowed]],
        incompatibilities: Mapping[str, Iterator[_ChosenCandidate]],
    ) -> list[_ChosenCandidate]:
        places = set(range(len(self._problem.candidates(identifier))))
        for allowed in requirements[identifier]:
            places &= allowed.places
        places -= {refused.place for refused in incompatibilities[identifier]}
        return [_ChosenCandidate(identifier, place) for place in sorted(places)]

    def is_satisfied_by(self, requirement: _Allowed, candidate: _ChosenCandidate) -> bool:
        return candidate.place in requirement.places

    def get_dependencies(self, candidate: _ChosenCandidate) -> list[_Allowed]:
        if candidate not in self._beside:
            self._beside[candidate] = list(
                map(partial(self._allowed, candidate), self._near(candidate))
            )
        return self._beside[candidate]

    def _near(self, choice: _ChosenCandidate) -> list[str]:
        return self._problem.near(choice.handle)

    def _allowed(self, choice: _ChosenCandidate, handle: str) -> _Allowed:
        """What of another plugin can stand beside the choice."""
        chosen = self._problem.candidates(choice.handle)[choice.place]
        others = enumerate(self._problem.candidates(handle))
        return _Allowed(
            handle, frozenset(place for place, each in others if self._problem.fit(chosen, each))
        )
