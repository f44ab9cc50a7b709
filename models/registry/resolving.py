"""Finds versions of plugins that go together, or the smallest set of plugins that do not. Pure.

resolvelib does the search. Plugins of which nobody says that they need or cannot stand each other
are no part of it, so that a search is among few.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resolvelib import AbstractProvider, BaseReporter, ResolutionImpossible, Resolver

from models.registry.candidates import Candidate, fits
from models.registry.known import Known
from models.views.registry import DeclarationView

_MOST_ROUNDS = 10_000


@dataclass(frozen=True, slots=True)
class Requirement:
    """That the plugin is there and within the range or, if it `excludes`, that no version within the range is there."""

    handle: str
    range: str = ""
    excludes: bool = False


class Problem:
    """The plugins that are known, with the candidates of each."""

    def __init__(
        self, known: Mapping[str, Known], options: Mapping[str, Sequence[Candidate]]
    ) -> None:
        self.known = known
        self.options = dict(options)

    def demands(self, candidate: Candidate) -> Iterator[tuple[Requirement, DeclarationView]]:
        """What the candidate needs and cannot stand; where it is not known whether it does, it does not."""
        if candidate.absent:
            return
        limits = self.known[candidate.handle].limits
        for declared in (*limits.requires, *limits.conflicts):
            if fits(candidate.version, declared.of, limits.ecosystem):
                excludes = declared in limits.conflicts
                yield Requirement(declared.other, declared.versions, excludes), declared

    def holds(self, requirement: Requirement, candidate: Candidate) -> bool:
        """Whether the candidate is not known to break the requirement."""
        if candidate.absent:
            return requirement.excludes
        ecosystem = self.known[candidate.handle].limits.ecosystem
        within = fits(candidate.version, requirement.range, ecosystem)
        return within is not requirement.excludes

    def related(self, wanted: Iterable[str]) -> list[list[str]]:
        """The wanted plugins that need or cannot stand any other one, each with all that this leads to."""
        near: dict[str, set[str]] = {}
        for handle in self.known:
            limits = self.known[handle].limits
            for declared in (*limits.requires, *limits.conflicts):
                near.setdefault(handle, set()).add(declared.other)
                near.setdefault(declared.other, set()).add(handle)
        groups: list[list[str]] = []
        left = [handle for handle in wanted if handle in near]
        while left:
            reached = _reached(left[0], near)
            groups.append([handle for handle in left if handle in reached])
            left = [handle for handle in left if handle not in reached]
        return groups

    def resolve(self, wanted: Iterable[str]) -> dict[str, Candidate] | None:
        """A candidate of each wanted plugin, all of which go together; None if there are none."""
        provider = _Provider(self)
        resolver: Resolver[Requirement, Candidate, str] = Resolver(provider, BaseReporter())
        try:
            found = resolver.resolve(map(Requirement, wanted), max_rounds=_MOST_ROUNDS)
        except ResolutionImpossible:
            return None
        return {handle: each for handle, each in found.mapping.items() if not each.absent}

    def smallest(self, wanted: Sequence[str]) -> list[str]:
        """Of plugins that do not go together, so few that without any one of them the others would."""
        core = list(wanted)
        for handle in wanted:
            fewer = [each for each in core if each != handle]
            if self.resolve(fewer) is None:
                core = fewer
        return core


def _reached(start: str, near: Mapping[str, set[str]]) -> set[str]:
    reached, ahead = {start}, [start]
    while ahead:
        for handle in near[ahead.pop()] - reached:
            reached.add(handle)
            ahead.append(handle)
    return reached


class _Provider(AbstractProvider[Requirement, Candidate, str]):
    """What resolvelib asks of a problem."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem

    def identify(self, requirement_or_candidate: Requirement | Candidate) -> str:
        return requirement_or_candidate.handle

    def get_preference(self, identifier: str, *_: Any, **__: Any) -> tuple[int, str]:
        return len(self._problem.options.get(identifier, ())), identifier

    def find_matches(
        self,
        identifier: str,
        requirements: Mapping[str, Iterator[Requirement]],
        incompatibilities: Mapping[str, Iterator[Candidate]],
    ) -> list[Candidate]:
        asked = list(requirements[identifier])
        refused = set(incompatibilities[identifier])
        absent = Candidate(identifier, absent=True)
        return [
            each
            for each in (*self._problem.options.get(identifier, ()), absent)
            if each not in refused and all(self._problem.holds(one, each) for one in asked)
        ]

    def is_satisfied_by(self, requirement: Requirement, candidate: Candidate) -> bool:
        return self._problem.holds(requirement, candidate)

    def get_dependencies(self, candidate: Candidate) -> list[Requirement]:
        return [requirement for requirement, _ in self._problem.demands(candidate)]
