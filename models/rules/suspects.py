"""Which commit of a range is the likeliest to have broken a plugin, and why: by what the errors name.

It begins as https://docs.sentry.io/product/issues/suspect-commits/ does, with the files of the frames. What a host
drops stands in the error itself more often than in a frame, though.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from models.rules.clues import Clue, ClueKind, bare, clues
from models.rules.commit_index import CommitIndex, CommitRead, CommitTouch

_SHARED = 1.5  # how much more it counts what several plugins name
_MOST_OF_WORDS = 6.0
# Frames name where the error passed, which many commits touch: all of them together name nobody.
_MOST_OF_HINTS = 3.5
# Plugins by the same hand share much.
_MOST_OF_SHARED = 8.0
# A first name needs so much, and the next one has less than this part of it. So much of it is not by unlike words: in
# one range of commits, two may be bad.
_ENOUGH, _NEXT, _OWN = 5.0, 0.75, 3.0
_TOLD_REASONS = 3
_ALONE = "no other commit came in"
_REVERT = re.compile(r'^Revert "(?P<title>.+)"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PluginComplaint:
    """What a plugin fails with: its error and frames, or what people say of it.

    It is `unlike` where it broke together with the one that is asked about, but in other words.
    """

    handle: str
    text: str
    unlike: bool = False


@dataclass(frozen=True, slots=True)
class RankedCommit:
    """A commit with what speaks against it, in words, the strongest first. `weight` compares it with the others."""

    commit: CommitRead
    weight: float
    reasons: tuple[str, ...]


class Likely(NamedTuple):
    """The commit that is named, in which repository (owner/name), and in which words; all empty where none is."""

    sha: str = ""
    repository: str = ""
    words: str = ""


NOT_CLEAR = Likely()


@dataclass(frozen=True, slots=True)
class Ranking:
    """The commits against which something speaks, the likeliest first; `named` means that the first may be named."""

    commits: tuple[RankedCommit, ...] = ()
    named: bool = False


@dataclass(slots=True)
class _Against:
    """What speaks against a commit."""

    words: float = 0.0
    names: float = 0.0
    hints: float = 0.0
    shared: float = 0.0
    own: float = 0.0
    reasons: list[tuple[float, str]] = field(default_factory=list)
    by_words: list[tuple[float, str]] = field(default_factory=list)

    @property
    def weight(self) -> float:
        hints, words = min(self.hints, _MOST_OF_HINTS), min(self.words, _MOST_OF_WORDS)
        return self.names + hints + words + min(self.shared, _MOST_OF_SHARED)

    def told(self) -> tuple[str, ...]:
        """The strongest reasons. Words of prose say something where no name does."""
        strongest = sorted(self.reasons or self.by_words, key=lambda it: -it[0])
        return tuple(dict.fromkeys(reason for _, reason in strongest))[:_TOLD_REASONS]


def ranked(
    complaints: Sequence[PluginComplaint],
    commits: Sequence[CommitRead],
    shared: Sequence[str] = (),
    *,
    is_left: bool = False,
) -> Ranking:
    """The commits of a range, ranked by how much of what the complaints name they touch.

    What several plugins name counts for more; what many of the commits touch, for less. None is named by unlike
    complaints alone. `shared` is what the plugins that broke name in their source, and those that work do not. A commit
    that another one of the range reverts did nothing. Where one commit came in, it is named if reports left that one of
    several (`is_left`), or several plugins complain: what one plugin says of one commit may be bad luck.
    """
    effective = _effective(commits)
    is_sure = is_left or len({each.handle for each in complaints}) > 1
    if len(effective) == 1 and is_sure:
        return Ranking((RankedCommit(effective[0], _ENOUGH, (_ALONE,)),), named=True)
    indexed = [CommitIndex(commit) for commit in effective]
    against = _weighed(indexed, complaints, shared)
    order = sorted(range(len(indexed)), key=lambda it: -against[it].weight)
    suspected = [
        RankedCommit(indexed[place].commit, against[place].weight, against[place].told())
        for place in order
        if against[place].weight >= 1.0
    ]
    if len(effective) == 1 and not suspected:
        suspected = [RankedCommit(effective[0], 1.0, (_ALONE,))]
    has_unlike = any(each.unlike for each in complaints)
    if has_unlike and suspected and against[order[0]].own < _OWN:
        return Ranking(tuple(suspected))
    return Ranking(tuple(suspected), _may_be_named(suspected))


def reverted_title(title: str) -> str:
    """The title of the commit that a commit of this title reverts; empty where it reverts none."""
    found = _REVERT.match(title)
    return found["title"] if found else ""


def _weighed(
    indexed: Sequence[CommitIndex], complaints: Sequence[PluginComplaint], shared: Sequence[str]
) -> list[_Against]:
    """What speaks against each of the commits."""
    against = [_Against() for _ in indexed]
    own = _clues([each for each in complaints if not each.unlike], shared)
    for clue, plugins in _clues(complaints, shared).items():
        found = [(place, hit) for place, index in enumerate(indexed) if (hit := index.find(clue))]
        rarity = 1 / len(found) ** 0.5 if found else 0.0
        for place, hit in found:
            weight = hit.weight * rarity * (_SHARED if plugins > 1 else 1.0)
            _add(against[place], clue, hit, weight)
            if clue in own and not hit.hint:
                against[place].own += weight
    return against


def _add(against: _Against, clue: Clue, hit: CommitTouch, weight: float) -> None:
    if clue.kind is ClueKind.WORD:
        against.words += weight
        against.by_words.append((weight, hit.reason))
        return
    against.reasons.append((weight, hit.reason))
    if hit.hint:
        against.hints += weight
    elif clue.kind is ClueKind.SHARED:
        against.shared += weight
    else:
        against.names += weight


def _may_be_named(suspected: Sequence[RankedCommit]) -> bool:
    if not suspected or suspected[0].weight < _ENOUGH:
        return False
    return len(suspected) == 1 or suspected[1].weight < _NEXT * suspected[0].weight


def _clues(complaints: Sequence[PluginComplaint], shared: Sequence[str]) -> Mapping[Clue, int]:
    """Of each clue, how many plugins name it; what their sources share counts once."""
    named: Counter[Clue] = Counter()
    for handle in {each.handle for each in complaints}:
        said = "\n".join(each.text for each in complaints if each.handle == handle)
        named.update(clues(said, handle))
    named.update(Clue(ClueKind.SHARED, name, bare(name)) for name in shared)
    return named


def _effective(commits: Sequence[CommitRead]) -> list[CommitRead]:
    """The commits that no commit of the range reverts, and that revert none of the range."""
    titles = {commit.title for commit in commits}
    reverted = {reverted_title(commit.title) for commit in commits} & titles - {""}
    undoing = {f'Revert "{title}"' for title in reverted}
    return [commit for commit in commits if commit.title not in reverted | undoing]
