"""What is said of following: the answers to `follow`, `unfollow`, `following` and `channel`."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from models.messages.blocks import and_more, some_more
from models.messages.digest import digest_line
from models.messages.message import Block, Facts, Items, Message, Table, Text
from models.messages.suggestions import closest
from models.messages.words import clip, count, either, joined
from models.rules.authority import HolderKind
from models.rules.languages import ENGLISH
from models.rules.routing import Filter, Topic
from models.rules.status import MILDEST_BROKEN
from models.views import DestinationView, WishView

_OWN_NAMED = 20  # plugins that an answer names
_LISTED = 100
_NAMED = 12

_TOPICS = {
    Topic.BROKEN: "breakage",
    Topic.FIXED: "recovery",
    Topic.RELEASES: "releases",
    Topic.ISSUES: "issues",
}
_HOW_TO_CHANGE = "To be notified of less or more, follow it again with “only” and what you want: /plugin help follow"


class FollowEffect(StrEnum):
    """What became of a wish to follow, or to stop following."""

    BEGUN = "begun"
    CHANGED = "changed"
    ALREADY = "already"
    ENDED = "ended"


_HOW = {
    FollowEffect.BEGUN: "now",
    FollowEffect.CHANGED: "differently now",
    FollowEffect.ALREADY: "already",
}


def followed_message(
    effect: FollowEffect,
    wish: WishView,
    place: DestinationView,
    covering: Sequence[WishView],
) -> Message:
    """What is followed now. `covering` are this place's other wishes that include this one."""
    title = f"{_follows(place)} {what(wish)} {_HOW[effect]}"
    blocks: list[Block] = [Facts(_heard(wish.filter))]
    if covering:
        heard = f"All of that came already, by following {_names(covering)}"
        blocks.append(Text(f"{heard}; it stays when that ends."))
    blocks.append(Text(_HOW_TO_CHANGE, quiet=True))
    return Message(title, blocks=tuple(blocks))


def unfollowed_message(
    effect: FollowEffect,
    wish: WishView,
    place: DestinationView,
    covering: Sequence[WishView],
) -> Message:
    """What is not followed any more, or never was.

    `covering` are this place's other wishes that include this one, so that it is still heard of.
    """
    who = "You do" if place.is_person else "This channel does"
    ended = " any more" if effect is FollowEffect.ENDED else ""
    title = f"{who} not follow {what(wish)}{ended}"
    rest = Text(_all_of(place), quiet=True)
    if not covering:
        return Message(title, blocks=(rest,))
    still = Text(f"Notifications of it still come, by following {_names(covering)}.")
    return Message(title, blocks=(still, rest))


def _names(wishes: Sequence[WishView]) -> str:
    return joined(tuple(map(what, wishes[:_NAMED])))


def following_message(place: DestinationView) -> Message:
    """All that is followed at this place, and how a channel is told."""
    if not place.wishes:
        return _follows_nothing(place)
    title = f"What {_whose(place)}"
    if len(place.wishes) == 1:
        title = f"{_follows(place)} {what(place.wishes[0])}"
    rows = tuple(map(_row, place.wishes[:_LISTED]))
    more = map(Text, and_more(len(place.wishes), _LISTED))
    style = () if place.is_person else (Facts(_style(place)),)
    return Message(
        title, blocks=(Table(("Follows", "Notified of", "Without"), rows), *more, *style)
    )


def _follows_nothing(place: DestinationView) -> Message:
    how = Text("Begin with a plugin, or with all of them:")
    me = "me " if place.is_person else ""
    examples = Items((f"/plugin follow {me}NAME", f"/plugin follow {me}all"))
    return Message(f"{_follows(place)} nothing", blocks=(how, examples))


def _row(wish: WishView) -> tuple[str, str, str]:
    return what(wish), _topics(wish.filter), _without(wish.filter) or "—"


def channel_message(place: DestinationView, *, changed: bool) -> Message:
    """How the channel is told."""
    title = "This channel is notified like this"
    title += " now" if changed else ""
    hint = Text("To change it: /plugin help channel", quiet=True)
    return Message(title, blocks=(Facts(_style(place)), hint))


def unknown_tag(tag: str, known: Sequence[str]) -> Message:
    """No plugin has the tag; says which tags there are."""
    if meant := closest(tag, known):
        hint = f"Did you mean {either(meant)}?"
    elif known:
        more = " …" if len(known) > _NAMED else ""
        hint = f"Tags: {', '.join(map(clip, known[:_NAMED]))}{more}"
    else:
        hint = "No plugin has any tag yet."
    return Message(f"No plugin has the tag “{clip(tag)}”", blocks=(Text(hint),))


def unknown_branch(branch: str, known: Iterable[str]) -> Message:
    """No host branch has this name; says which branches there are."""
    branches = tuple(known)
    hint = f"Host branches: {', '.join(map(clip, branches[:_NAMED]))}"
    if meant := closest(branch, branches):
        hint = f"Did you mean {either(meant)}?"
    return Message(
        f"“{clip(branch)}” is no host branch that was ever reported", blocks=(Text(hint),)
    )


def only_for_channels() -> Message:
    """The style can be set for a channel, not for a direct message."""
    return Message("That is for channels", blocks=(Text("Type it in the channel that you mean."),))


def not_private() -> Message:
    """The platform says that everyone may read the channel, or does not say who may."""
    words = "Make the channel private first, and let me into it: Slack or Discord must say that it is, not I."
    title = "This channel is not private, so it cannot be notified of private plugins"
    return Message(title, blocks=(Text(words),))


def opened_notice() -> Message:
    """To a channel that heard of private plugins and is not private any more."""
    words = "So it is notified of private plugins no more. When it is private again: /plugin channel private on"
    return Message("This channel is not private any more", blocks=(Text(words),))


def _follows(place: DestinationView) -> str:
    return "You follow" if place.is_person else "This channel follows"


def _whose(place: DestinationView) -> str:
    return "you follow" if place.is_person else "this channel follows"


def _all_of(place: DestinationView) -> str:
    me = " me" if place.is_person else ""
    return f"All that {_whose(place)}: /plugin following{me}"


def what(wish: WishView) -> str:
    """What is followed, in words: "discourse-foo on stable"."""
    if not wish.host_branch:
        return _which(wish)
    return f"{_which(wish)} on {clip(wish.host_branch)}"


def _which(wish: WishView) -> str:
    if wish.handle:
        return clip(wish.handle)
    if wish.tag:
        return f"plugins tagged “{clip(wish.tag)}”"
    return "all plugins"


def _heard(filter_: Filter) -> tuple[tuple[str, str], ...]:
    facts = [("Notified of", _topics(filter_))]
    if without := _without(filter_):
        facts.append(("Without", without))
    return tuple(facts)


def _topics(filter_: Filter) -> str:
    return joined(tuple(words for topic, words in _TOPICS.items() if topic in filter_.topics))


def _without(filter_: Filter) -> str:
    parts = []
    if filter_.without_labels:
        labels = sorted(filter_.without_labels)
        parts.append(f"issues labelled {either(tuple(labels[:_NAMED]))}")
    if filter_.without_bots:
        parts.append("what bots write")
    return joined(tuple(parts))


def _style(place: DestinationView) -> tuple[tuple[str, str], ...]:
    hears_private = "all is shown" if place.hears_private else "only what is public is shown"
    spoken = () if place.language == ENGLISH else (("Language", place.language),)
    return (
        ("Replies", "messages of their own" if place.flat else "in each card's thread"),
        ("Recoveries and recurrences", "quiet" if place.quiet else "stand out in the channel"),
        ("Notified of", _least(place)),
        ("Digest", digest_line(place)),
        ("Reminders", "of what nobody takes care of" if place.reminders else "none"),
        *((("Escalations", "what nobody takes care of for 4 h"),) if place.escalations else ()),
        *((("Called after 4 h", _called(place)),) if place.mention else ()),
        ("Private plugins", hears_private),
        *spoken,
    )


def _called(place: DestinationView) -> str:
    kind, _, id_ = place.mention.partition(":")
    return f"the {'group' if kind == HolderKind.GROUP else 'user'} {id_}"


def _least(place: DestinationView) -> str:
    if place.least is MILDEST_BROKEN:
        return "every incident"
    return f"incidents from {place.least.words} on"


def own_followed_message(handles: Sequence[str], total: int, *, ends: bool) -> Message:
    """Somebody follows the plugins that they maintain, `total` in all, or no more; these changed."""
    if not handles:
        state = "You followed none of your plugins" if ends else "You follow your plugins already"
        return Message(f"{state}, {count(total, 'plugin')} in all")
    verb = "no longer follow" if ends else "now follow"
    named = joined((*map(clip, handles[:_OWN_NAMED]), *some_more(len(handles), _OWN_NAMED)))
    title = f"You {verb} {count(len(handles), 'plugin')} that you maintain"
    hint = (
        "To stop following one: /plugin unfollow me NAME. All that you follow: /plugin following me"
    )
    return Message(title, blocks=(Text(named), Text(hint, quiet=True)))
