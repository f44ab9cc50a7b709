"""Which members of an outbreak turn out to have another cause: by what the host mended, or by what they say now."""

from collections import Counter
from collections.abc import Collection, Sequence

from models.rules.causes import Breakage, cause_of_range

_SHARED_FROM = 2  # plugins


def strangers(
    members: Sequence[Breakage], mended: Collection[int], failing: Collection[int]
) -> set[int]:
    """The numbers of those members that have another cause than the outbreak.

    One commit of the host `mended` some of them, whose plugins had not moved, and others are `failing` on it: so it
    took back what had broken the former only. The outbreak's are those whose words most of its plugins share.
    """
    fingerprints = {each.number: each.fingerprint for each in members}
    shared = _most_shared(members)
    of_mended = {fingerprints[number] for number in mended}
    of_failing = {fingerprints[number] for number in failing}
    if shared in of_mended and shared not in of_failing:
        others, of_the_outbreak = failing, of_mended
    elif shared in of_failing and shared not in of_mended:
        others, of_the_outbreak = mended, of_failing
    else:
        return set()
    found = {number for number in others if fingerprints[number] not in of_the_outbreak}
    # A plugin that fails in the same words on another host branch does so by the same cause.
    twins = {_words(each) for each in members if each.number in found}
    return {each.number for each in members if _words(each) in twins}


def strayed(members: Sequence[Breakage], changed: Collection[int], cause: str) -> set[int]:
    """The numbers of the `changed` members, which say something else than when they joined, that have left the cause.

    One stays whose plugin had not moved when the cause's host commit broke it; and one in whose words a member fails
    that did not change, or that stays.
    """
    left = {
        each.number: each
        for each in members
        if each.number in changed and cause_of_range(each) != cause
    }
    said = {each.fingerprint for each in members if each.number not in left}
    return {number for number, each in left.items() if each.fingerprint not in said}


def _most_shared(members: Sequence[Breakage]) -> str | None:
    """The words of most plugins; None where as many have others, or none are shared."""
    plugins = Counter(words for _, words in set(map(_words, members)))
    ranked = plugins.most_common(2)
    if not ranked or ranked[0][1] < _SHARED_FROM:
        return None
    is_a_tie = len(ranked) == 2 and ranked[0][1] == ranked[1][1]
    return None if is_a_tie else ranked[0][0]


def _words(member: Breakage) -> tuple[int, str]:
    """Which plugin it is, and in which words it fails, on whatever host branch."""
    return member.plugin_id, member.fingerprint
