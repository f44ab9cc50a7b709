"""Which breakages have one cause: they share their words, or stood still and broke by the same host commits."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from models.rules.blame import Suspect
from models.rules.own_line import own_lines

# What breaks later than this after another may say the same by chance.
WINDOW = timedelta(days=7)

# Words that so many plugins say which broke at a time are those of one cause; common ones, from so many on.
_SHARED_FROM, _COMMON_FROM = 2, 3
# Of plugins that fail alike in all that is compared here, more than so many change nothing.
TOLD_APART = max(_SHARED_FROM, _COMMON_FROM)

_HOST_MOVED = frozenset({Suspect.HOST, Suspect.BOTH})

# Any plugin can fail in these words for a reason of its own.
_COMMON = re.compile(
    r"""\bfor\ (?:nil|true|false)(?::\w+)?(?!\w) | \bNilClass\b | \bnil\ can't\ be\ coerced\b
    | \bno\ implicit\ conversion\b | \bwrong\ number\ of\ arguments\b | \bdivided\ by\ 0\b
    | \bCould\ not\ find\ (?:gem\b | '[^']*'\ \( | \S+\ in\ (?:locally\ installed\ gems|any\ of\ the\ sources))
    | \bsyntax\ errors?\b | \bSyntaxError\b | \bunexpected\ (?:token|end[- ]of[- ]input)\b
    | \bstack\ level\ too\ deep\b | \bMaximum\ call\ stack\b | \btoo\ much\ recursion\b
    | \bis\ (?:undefined|null|not\ a\ function|not\ defined|not\ iterable)\b | \bof\ (?:undefined|null)\b
    | \b(?:undefined|null)\ is\ not\ an\ object\b | \bScript\ error\b | \b(?:Failed\ to\ fetch|Load\ failed)$
    | \bTimeout\ [\d.]+\ ?m?s\ exceeded\b | \bunhandled\ exception$ | ^(?:\w+::)*\w*(?:Error|Exception):?$
    | \bexamples?,\ \d+\ failures?\b | \bfailed$""",
    re.VERBOSE | re.IGNORECASE,
)


class Breakage(NamedTuple):
    """An open incident, as far as it matters for what it shares with others.

    `founds` means that its words alone are enough for that. `cause` is empty where it has none yet. `in_browser`: it
    loads, and only a browser sees it fail.
    """

    number: int
    plugin_id: int
    host_branch: str
    bad_host_sha: str
    fingerprint: str
    suspect: Suspect
    opened_at: datetime
    founds: bool
    cause: str = ""
    in_browser: bool = False

    @property
    def host_range(self) -> tuple[str, str, bool]:
        """The host commit that it broke by, where the plugin had not moved. One commit seldom keeps plugins from
        loading and breaks the pages of others.
        """
        return self.host_branch, self.bad_host_sha, self.in_browser


def is_telling(message: str | None, *, by_ci_without_frames: bool = False) -> bool:
    """Whether an error's words are its own, so that two who say them have one cause.

    What CI says without frames is the same whatever failed.
    """
    if not message or by_ci_without_frames:
        return False
    return _is_of_its_own(message)


@lru_cache(maxsize=2_000)  # an outbreak's members are asked for with each that joins
def _is_of_its_own(message: str) -> bool:
    said = next(iter(own_lines(message)), "")
    return _COMMON.search(said.strip()) is None


def causes(fresh: Sequence[Breakage], known: Sequence[Breakage]) -> dict[int, str]:
    """The cause of each fresh breakage, and of those known ones that turn out to have a fresh one's, by number."""
    named = {each.number: each.cause for each in known}
    said: dict[str, list[Breakage]] = {}
    for each in sorted(known, key=lambda it: it.number):
        said.setdefault(each.fingerprint, []).append(each)
    shared = _shared_words([*known, *fresh])
    of_range: dict[tuple[str, str, bool], str] = {}
    # Those that stood still go first, and of them those in whose words others fail: by these the others join.
    in_order = sorted(
        fresh, key=lambda it: (it.suspect is not Suspect.HOST, *_by_words(it, shared))
    )
    for each in in_order:
        others = said.setdefault(each.fingerprint, [])
        twins = [other for other in others if other.plugin_id == each.plugin_id]
        alike = (other for other in others if _are_alike(each, other))
        found = (named[other.number] for other in (twins or alike) if named[other.number])
        cause = next(found, "") or _own(each, shared, of_range)
        named[each.number] = cause
        if each.suspect is Suspect.HOST and not twins:
            of_range.setdefault(each.host_range, cause)
        nameless = [] if twins or not cause else [it for it in others if not named[it.number]]
        named |= {it.number: cause for it in nameless if _are_alike(each, it)}
        others.append(each)
    return named


def cause_in_other_words(each: Breakage, others: Sequence[Breakage], now: datetime) -> str:
    """The cause of those `others` that fail as it does now, in other words than those for which its own was named.

    Empty where none has one, and where its plugin alone had moved, which may fail in these words by itself.
    """
    if each.suspect not in _HOST_MOVED:
        return ""
    failing_now = each._replace(opened_at=now)
    in_order = sorted(others, key=lambda it: (it.plugin_id != each.plugin_id, it.number))
    for other in in_order:
        is_twin = (other.plugin_id, other.fingerprint) == (each.plugin_id, each.fingerprint)
        if other.cause and (is_twin or _are_alike(failing_now, other)):
            return other.cause
    return ""


def _by_words(
    each: Breakage, shared: Mapping[tuple[str, str, bool], Collection[str]]
) -> tuple[bool, int]:
    return each.fingerprint not in shared.get(each.host_range, ()), each.number


def _are_alike(one: Breakage, other: Breakage) -> bool:
    """Whether the words of two plugins show one cause."""
    if one.plugin_id == other.plugin_id or one.fingerprint != other.fingerprint:
        return False
    if abs(one.opened_at - other.opened_at) > WINDOW:
        return False
    suspects = {one.suspect, other.suspect}
    # Where both had moved only the words of one that stood still show which of them it was; a host that stood still
    # is no cause of what the host broke elsewhere.
    if Suspect.BOTH in suspects and Suspect.HOST not in suspects:
        return False
    if {Suspect.PLUGIN, Suspect.HOST} <= suspects:
        return False
    return one.founds or (one.host_range == other.host_range and Suspect.HOST in suspects)


def cause_of_range(each: Breakage) -> str:
    """The cause that is named by the host commit which broke it, where its plugin had not moved; empty elsewhere."""
    if each.suspect is not Suspect.HOST or not each.bad_host_sha:
        return ""
    where = "/browser" if each.in_browser else ""
    return f"host/{each.host_branch}/{each.bad_host_sha}{where}"


def _own(
    each: Breakage,
    shared: Mapping[tuple[str, str, bool], Collection[str]],
    of_range: Mapping[tuple[str, str, bool], str],
) -> str:
    if cause := cause_of_range(each):
        if len(shared.get(each.host_range, ())) > 1:
            return f"{cause}/{each.fingerprint}"
        return of_range.get(each.host_range, cause)
    if each.suspect is Suspect.BOTH or not each.founds:
        return ""
    return f"fingerprint/{each.fingerprint}"


def _shared_words(breakages: Iterable[Breakage]) -> dict[tuple[str, str, bool], set[str]]:
    """In which words several plugins that stood still fail, by host range: from two on, it holds as many causes.

    Words that any plugin may say are those of two by chance.
    """
    plugins = {
        (each.host_range, each.fingerprint, each.founds, each.plugin_id)
        for each in breakages
        if each.suspect is Suspect.HOST
    }
    words = Counter((host_range, said, founds) for host_range, said, founds, _ in plugins)
    shared: dict[tuple[str, str, bool], set[str]] = {}
    for (host_range, said, founds), number in words.items():
        if number >= (_SHARED_FROM if founds else _COMMON_FROM):
            shared.setdefault(host_range, set()).add(said)
    return shared
