"""What is said of following: the answers to `follow`, `unfollow`, `following` and `channel`."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from models.messages.digest import digest_line
from models.messages.message import Block, Facts, Items, Message, Table, Text
from models.messages.suggestions import closest
from models.messages.words import clip, either, joined, word
from models.rules.routing import Filter, Topic
from models.rules.status import MILDEST_BROKEN
from models.views import DestinationView, WishView

_LISTED = 100
_NAMED = 12

_TOPICS = {
    Topic.BROKEN: "breakage",
    Topic.FIXED: "recovery",
    Topic.RELEASES: "releases",
    Topic.ISSUES: "issues",
}
_HOW_TO_CHANGE = "To hear of less or more, follow it again with “only” and what you want: /plugin help follow"


class Effect(StrEnum):
    """What became of a wish to follow, or to follow no more."""

    BEGUN = "begun"
    CHANGED = "changed"
    ALREADY = "already"
    ENDED = "ended"


def followed_message(effect: Effect, wish: WishView, place: DestinationView, covering: Sequence[WishView]) -> Message:
    """What is followed now; `covering` are other wishes of this place by which it hears of all that anyway."""
    title = {
        Effect.BEGUN: f"{_follows(place)} {what(wish)} now",
        Effect.CHANGED: f"{_follows(place)} {what(wish)} differently now",
        Effect.ALREADY: f"{_follows(place)} {what(wish)} already",
    }[effect]
    blocks: tuple[Block, ...] = (Facts(_heard(wish.filter)),)
    if covering:
        covers = joined(tuple(map(what, covering[:_NAMED])))
        blocks += (Text(f"All of that was heard already, by following {covers}; it stays when that ends."),)
    return Message(title, blocks=(*blocks, Text(_HOW_TO_CHANGE, quiet=True)))


def unfollowed_message(effect: Effect, wish: WishView, place: DestinationView, covering: Sequence[WishView]) -> Message:
    """What is not followed any more, or never was; `covering` are the wishes by which it is heard of all the same."""
    ended = " any more" if effect is Effect.ENDED else ""
    title = f"{'You do' if place.is_person else 'This channel does'} not follow {what(wish)}{ended}"
    rest = Text(_all_of(place), quiet=True)
    if not covering:
        return Message(title, blocks=(rest,))
    covers = joined(tuple(map(what, covering[:_NAMED])))
    return Message(title, blocks=(Text(f"It is still heard of, by following {covers}."), rest))


def following_message(place: DestinationView) -> Message:
    """All that is followed at this place, and how a channel is told."""
    style = () if place.is_person else (Facts(_style(place)),)
    if not place.wishes:
        how = "Begin with a plugin, or with all of them:"
        me = "me " if place.is_person else ""
        examples = Items((f"/plugin follow {me}NAME", f"/plugin follow {me}all"))
        return Message(f"{_follows(place)} nothing", blocks=(Text(how), examples))
    rows = tuple((what(wish), _topics(wish.filter), _without(wish.filter) or "—") for wish in place.wishes[:_LISTED])
    rest = len(place.wishes) - _LISTED
    more = (Text(f"and {rest:,} more"),) if rest > 0 else ()
    title = f"{_follows(place)} {what(place.wishes[0])}" if len(rows) == 1 else f"What {_whose(place)}"
    return Message(title, blocks=(Table(("Follows", "Hears of", "Without"), rows), *more, *style))


def channel_message(place: DestinationView, *, changed: bool) -> Message:
    """How the channel is told."""
    title = "This channel is told like this now" if changed else "This channel is told like this"
    hint = Text("To change it: /plugin help channel", quiet=True)
    return Message(title, blocks=(Facts(_style(place)), hint))


def unknown_tag(tag: str, known: Sequence[str]) -> Message:
    """No plugin has the tag; which ones there are."""
    if meant := closest(tag, known):
        hint = f"Did you mean {either(meant)}?"
    elif known:
        more = " …" if len(known) > _NAMED else ""
        hint = f"Tags: {', '.join(map(clip, known[:_NAMED]))}{more}"
    else:
        hint = "No plugin has any tag yet."
    return Message(f"No plugin has the tag “{clip(tag)}”", blocks=(Text(hint),))


def unknown_branch(branch: str, known: Iterable[str]) -> Message:
    """No host branch has this name; which ones there are."""
    branches = tuple(known)
    meant = closest(branch, branches)
    hint = f"Did you mean {either(meant)}?" if meant else f"Host branches: {', '.join(map(clip, branches[:_NAMED]))}"
    return Message(f"“{clip(branch)}” is no host branch that was heard of", blocks=(Text(hint),))


def only_for_channels() -> Message:
    """A direct message has no style."""
    return Message("That is for channels", blocks=(Text("Type it in the channel that you mean."),))


def not_private() -> Message:
    """The platform says that everyone may read the channel, or does not say."""
    words = "Make the channel private first, and let me into it: Slack or Discord must say that it is, not I."
    return Message("This channel is not private, so it cannot hear of private plugins", blocks=(Text(words),))


def opened_notice() -> Message:
    """To a channel that heard of private plugins and is not private any more."""
    words = "So it hears of private plugins no more. When it is private again: /plugin channel private on"
    return Message("This channel is not private any more", blocks=(Text(words),))


def _follows(place: DestinationView) -> str:
    return "You follow" if place.is_person else "This channel follows"


def _whose(place: DestinationView) -> str:
    return "you follow" if place.is_person else "this channel follows"


def _all_of(place: DestinationView) -> str:
    return f"All that {_whose(place)}: /plugin following{' me' if place.is_person else ''}"


def what(wish: WishView) -> str:
    """What is followed, in words: "discourse-foo on stable"."""
    named = clip(wish.handle) if wish.handle else f"plugins tagged “{clip(wish.tag)}”" if wish.tag else "all plugins"
    return f"{named} on {clip(wish.host_branch)}" if wish.host_branch else named


def _heard(filter_: Filter) -> tuple[tuple[str, str], ...]:
    without = _without(filter_)
    return (("Hears of", _topics(filter_)), *((("Without", without),) if without else ()))


def _topics(filter_: Filter) -> str:
    return joined(tuple(words for topic, words in _TOPICS.items() if topic in filter_.topics))


def _without(filter_: Filter) -> str:
    labels = sorted(filter_.without_labels)
    shown = either(tuple(labels[:_NAMED]))
    said = ((f"issues labelled {shown}", bool(labels)), ("what bots write", filter_.without_bots))
    return joined(tuple(words for words, holds in said if holds))


def _style(place: DestinationView) -> tuple[tuple[str, str], ...]:
    least = "every incident" if place.least is MILDEST_BROKEN else f"incidents from {word(place.least)} on"
    return (
        ("Replies", "messages of their own" if place.flat else "in each card's thread"),
        ("Recoveries and recurrences", "quiet" if place.quiet else "stand out in the channel"),
        ("Told of", least),
        ("Digest", digest_line(place)),
        ("Reminders", "of what nobody takes care of" if place.reminders else "none"),
        ("Private plugins", "all is told" if place.hears_private else "only what is public is told"),
    )
