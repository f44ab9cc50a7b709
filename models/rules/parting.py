"""Which members of an outbreak turn out to have another cause: by what the host mended, or by what they say now."""

from collections import Counter
from collections.abc import Collection, Sequence

from models.rules.causes import Breakage, cause_of_range

_SHARED_FROM = 2


def strangers(
    members: Sequence[Breakage], mended: Collection[int], failing: Collection[int]
) -> set[int]:
    """The numbers of those members that have another cause than the outbreak.

    One commit of the host `mended` some of them, whose plugins had not moved, and others are `failing` on it: so it
    took back what had broken the former only. The outbreak's are those whose words most of its plugins share.
    """
    words = {each.number: each.fingerprint for each in members}
    shared = _most_shared(members)
    mended_words = {words[number] for number in mended}
    failing_words = {words[number] for number in failing}
    if (shared in mended_words) == (shared in failing_words):
        return set()
    others, theirs = (failing, mended_words) if shared in mended_words else (mended, failing_words)
    found = {number for number in others if words[number] not in theirs}
    # A plugin that fails in the same words on another host branch does so by the same cause.
    twins = {(each.plugin_id, each.fingerprint) for each in members if each.number in found}
    return {each.number for each in members if (each.plugin_id, each.fingerprint) in twins}


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
    plugins = Counter(
        words for words, _ in {(each.fingerprint, each.plugin_id) for each in members}
    )
    first, second = [*plugins.most_common(2), ("", 0), ("", 0)][:2]
    if first[1] < _SHARED_FROM or first[1] == second[1]:
        return None
    return first[0]
