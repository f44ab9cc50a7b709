"""What sites that run both of two plugins say of them, in words."""

from models.messages.words import clip
from models.rules.speaking import count, say
from models.views.registry import Reason


def by_pair(reason: Reason) -> str:
    """That a plugin fails beside the other one, and how likely that is by chance."""
    return say(
        "{pair}; the odds that this is chance: {odds}",
        pair=_pair(reason),
        odds=_odds(reason.chance),
    )


def perhaps_by_pair(reason: Reason) -> str:
    """That it fails there, which may be chance."""
    return say("{pair}, which may be chance", pair=_pair(reason))


def _pair(reason: Reason) -> str:
    one, other = map(clip, reason.handles)
    failing, sites = reason.together
    beside = count(
        sites,
        "{plugin} fails at {failing:,} of {number} site that run {other}, too",
        "{plugin} fails at {failing:,} of {number} sites that run {other}, too",
        plugin=one,
        failing=failing,
        other=other,
    )
    failing, sites = reason.apart
    return count(
        sites,
        "{beside}, and at {failing:,} of {number} other",
        "{beside}, and at {failing:,} of {number} others",
        beside=beside,
        failing=failing,
    )


def _odds(chance: float) -> str:
    if chance * 1_000_000 > 1:
        return say("one in {number:,}", number=round(1 / chance))
    return say("less than one in a million")
