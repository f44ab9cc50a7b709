"""What is said of following: the answers to `follow`, `unfollow`, `following` and `channel`."""

from collections.abc import Sequence
from enum import StrEnum

from models.messages.blocks import and_more, some_more
from models.messages.channel_style import style_facts
from models.messages.message import Block, Facts, Items, Message, Table, Text
from models.messages.suggestions import closest
from models.messages.words import clip, either, joined
from models.rules.routing import Filter, Topic
from models.rules.speaking import count, marked, say
from models.views import DestinationView, WishView

_OWN_NAMED = 20  # plugins that an answer names
_LISTED = 100
_NAMED = 12

_TOPICS = {
    Topic.BROKEN: marked("breakage"),
    Topic.FIXED: marked("recovery"),
    Topic.RELEASES: marked("releases"),
    Topic.ISSUES: marked("issues"),
}
_HOW_TO_CHANGE = marked(
    "To be notified of less or more, follow it again with “only” and what you want: /plugin help follow"
)


class FollowEffect(StrEnum):
    """What became of a wish to follow, or to stop following."""

    BEGUN = "begun"
    CHANGED = "changed"
    ALREADY = "already"
    ENDED = "ended"


# What is said of a wish, by what became of it and whether it is a person's.
_FOLLOWED = {
    (FollowEffect.BEGUN, True): marked("You follow {what} now"),
    (FollowEffect.BEGUN, False): marked("This channel follows {what} now"),
    (FollowEffect.CHANGED, True): marked("You follow {what} differently now"),
    (FollowEffect.CHANGED, False): marked("This channel follows {what} differently now"),
    (FollowEffect.ALREADY, True): marked("You follow {what} already"),
    (FollowEffect.ALREADY, False): marked("This channel follows {what} already"),
}
_NOT_FOLLOWED = {
    (True, True): marked("You do not follow {what} any more"),
    (True, False): marked("This channel does not follow {what} any more"),
    (False, True): marked("You do not follow {what}"),
    (False, False): marked("This channel does not follow {what}"),
}


def followed_message(
    effect: FollowEffect,
    wish: WishView,
    place: DestinationView,
    covering: Sequence[WishView],
) -> Message:
    """What is followed now. `covering` are this place's other wishes that include this one."""
    title = say(_FOLLOWED[effect, place.is_person], what=what(wish))
    blocks: list[Block] = [Facts(_heard(wish.filter))]
    if covering:
        heard = say(
            "All of that came already, by following {names}; it stays when that ends.",
            names=_names(covering),
        )
        blocks.append(Text(heard))
    blocks.append(Text(say(_HOW_TO_CHANGE), quiet=True))
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
    ended = effect is FollowEffect.ENDED
    title = say(_NOT_FOLLOWED[ended, place.is_person], what=what(wish))
    rest = Text(_all_of(place), quiet=True)
    if not covering:
        return Message(title, blocks=(rest,))
    still = Text(
        say("Notifications of it still come, by following {names}.", names=_names(covering))
    )
    return Message(title, blocks=(still, rest))


def _names(wishes: Sequence[WishView]) -> str:
    return joined(tuple(map(what, wishes[:_NAMED])))


def following_message(place: DestinationView) -> Message:
    """All that is followed at this place, and how a channel is told."""
    if not place.wishes:
        return _follows_nothing(place)
    title = say("What you follow") if place.is_person else say("What this channel follows")
    if len(place.wishes) == 1:
        one = what(place.wishes[0])
        title = say("This channel follows {what}", what=one)
        if place.is_person:
            title = say("You follow {what}", what=one)
    rows = tuple(map(_row, place.wishes[:_LISTED]))
    more = map(Text, and_more(len(place.wishes), _LISTED))
    style = () if place.is_person else (Facts(style_facts(place)),)
    return Message(
        title,
        blocks=(Table((say("Follows"), say("Notified of"), say("Without")), rows), *more, *style),
    )


def _follows_nothing(place: DestinationView) -> Message:
    how = Text(say("Begin with a plugin, or with all of them:"))
    me = "me " if place.is_person else ""
    examples = Items((f"/plugin follow {me}NAME", f"/plugin follow {me}all"))
    title = say("You follow nothing") if place.is_person else say("This channel follows nothing")
    return Message(title, blocks=(how, examples))


def _row(wish: WishView) -> tuple[str, str, str]:
    return what(wish), _topics(wish.filter), _without(wish.filter) or "—"


def unknown_tag(tag: str, known: Sequence[str]) -> Message:
    """No plugin has the tag; says which tags there are."""
    if meant := closest(tag, known):
        hint = say("Did you mean {meant}?", meant=either(meant))
    elif known:
        more = " …" if len(known) > _NAMED else ""
        hint = say("Tags: {names}{more}", names=", ".join(map(clip, known[:_NAMED])), more=more)
    else:
        hint = say("No plugin has any tag yet.")
    return Message(say("No plugin has the tag “{tag}”", tag=clip(tag)), blocks=(Text(hint),))


def _all_of(place: DestinationView) -> str:
    if place.is_person:
        return say("All that you follow: /plugin following me")
    return say("All that this channel follows: /plugin following")


def what(wish: WishView) -> str:
    """What is followed, in words: "discourse-foo on stable"."""
    if not wish.host_branch:
        return _which(wish)
    return say("{which} on {host_branch}", which=_which(wish), host_branch=clip(wish.host_branch))


def _which(wish: WishView) -> str:
    if wish.handle:
        return clip(wish.handle)
    if wish.tag:
        return say("plugins tagged “{tag}”", tag=clip(wish.tag))
    return say("all plugins")


def _heard(filter_: Filter) -> tuple[tuple[str, str], ...]:
    facts = [(say("Notified of"), _topics(filter_))]
    if without := _without(filter_):
        facts.append((say("Without"), without))
    return tuple(facts)


def _topics(filter_: Filter) -> str:
    return joined(tuple(say(words) for topic, words in _TOPICS.items() if topic in filter_.topics))


def _without(filter_: Filter) -> str:
    parts = []
    if filter_.without_labels:
        labels = sorted(filter_.without_labels)
        parts.append(say("issues labelled {labels}", labels=either(tuple(labels[:_NAMED]))))
    if filter_.without_bots:
        parts.append(say("what bots write"))
    return joined(tuple(parts))


def own_followed_message(handles: Sequence[str], total: int, *, ends: bool) -> Message:
    """Somebody follows the plugins that they maintain, `total` in all, or no more; these changed."""
    if not handles:
        if ends:
            title = count(
                total,
                "You followed none of your plugins, {number} plugin in all",
                "You followed none of your plugins, {number} plugins in all",
            )
        else:
            title = count(
                total,
                "You follow your plugins already, {number} plugin in all",
                "You follow your plugins already, {number} plugins in all",
            )
        return Message(title)
    named = joined((*map(clip, handles[:_OWN_NAMED]), *some_more(len(handles), _OWN_NAMED)))
    if ends:
        title = count(
            len(handles),
            "You no longer follow {number} plugin that you maintain",
            "You no longer follow {number} plugins that you maintain",
        )
    else:
        title = count(
            len(handles),
            "You now follow {number} plugin that you maintain",
            "You now follow {number} plugins that you maintain",
        )
    hint = say(
        "To stop following one: /plugin unfollow me NAME. All that you follow: /plugin following me"
    )
    return Message(title, blocks=(Text(named), Text(hint, quiet=True)))
