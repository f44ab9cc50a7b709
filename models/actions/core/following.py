"""Following, how channels are told, digests, and logins on GitHub: what is asked, and the events of what is done."""

from typing import Any

from models.actions.arguments.following import Plugins
from models.actions.asking import Asker, Asking
from models.events import Event
from models.events.following import ChannelStyle, Following, LoginClaim
from models.events.silence import DigestWish
from models.messages.following import following_message
from models.messages.message import Message
from models.queries.following import place_view
from models.rules.digest import Digest, DigestTime
from models.rules.filters import FOR_MANY, FOR_ONE, FollowRequest, Style, refuse_idle
from models.rules.languages import language_tag
from models.rules.routing import Filter, Topic
from models.rules.speaking import marked
from models.rules.status import Verdict


def following(asking: Asking, me: bool = False) -> Message:
    """What this channel or person follows."""
    return following_message(place_view(asking.session, asking.asker.place(for_me=me)))


def follow(
    asker: Asker,
    plugins: Plugins,
    *,
    me: bool = False,
    branch: str = "",
    only: frozenset[Topic] = frozenset(),
    without_labels: tuple[str, ...] = (),
    without_bots: bool = False,
) -> Event:
    """To hear of plugins from now on.

    Raises:
        ValueError: what is to be kept back is not followed at all.
    """
    wanted = _request(plugins, me, branch, _filter(plugins, only, without_labels, without_bots))
    place = asker.place(for_me=me or plugins.mine)
    return Following(asker.actor, place, wanted, allowed=asker.allowed)


def unfollow(
    asker: Asker,
    plugins: Plugins,
    *,
    me: bool = False,
    branch: str = "",
    only: frozenset[Topic] = frozenset(),
    without_labels: tuple[str, ...] = (),
    without_bots: bool = False,
) -> Event:
    """To hear of plugins no more.

    Raises:
        ValueError: it says what to hear of, which only `follow` can change.
    """
    if _filter(plugins, only, without_labels, without_bots) != _usual(plugins):
        raise ValueError(
            marked(
                "unfollow ends all of it; to be notified of less, follow it again with “only” and what you want"
            )
        )
    wanted = _request(plugins, me, branch, _usual(plugins))
    place = asker.place(for_me=me or plugins.mine)
    return Following(asker.actor, place, wanted, ends=True, allowed=asker.allowed)


def channel(
    asker: Asker,
    *,
    flat: bool | None = None,
    quiet: bool | None = None,
    least: Verdict | None = None,
    digest: dict[str, Any] | None = None,
    reminders: bool | None = None,
    escalations: bool | None = None,
    private: bool | None = None,
    language: str | None = None,
    mention: str | None = None,
) -> Event:
    """How this channel is told; what is None stays as it is."""
    when = _digest_time(**(digest or {}))
    digests = when.digest, when.digest_at, when.digest_zone
    spoken = None if language is None else language_tag(language)
    style = Style(flat, quiet, least, *digests, reminders, escalations, private, spoken, mention)
    return ChannelStyle(asker.actor, asker.place(for_me=False), style)


def digest(asker: Asker, **when: Any) -> Event:
    """How often and when somebody gets their digest; what is not named stays as it is."""
    return DigestWish(asker.actor, asker.place(for_me=True), _digest_time(**when))


def link(asker: Asker, login: str, *, github: bool, done: bool = False) -> Event:
    """A login on GitHub that is claimed, or one whose code stands in the profile now."""
    assert github, "no other service is known"  # noqa: S101 - the grammar asks for the word
    return LoginClaim(asker.actor, asker.place(for_me=True), login.removeprefix("@"), done=done)


def _request(plugins: Plugins, me: bool, branch: str, what: Filter) -> FollowRequest:
    for_me = me or plugins.mine
    words = plugins.name, plugins.tag.casefold(), branch.casefold()
    return FollowRequest(*words, what, for_me, plugins.mine)


def _filter(
    plugins: Plugins, only: frozenset[Topic], without_labels: tuple[str, ...], without_bots: bool
) -> Filter:
    topics = only or _usual(plugins).topics
    labels = frozenset(label.casefold() for label in without_labels)
    refuse_idle(topics, labels, bots=without_bots)
    return Filter(topics, labels, without_bots)


def _usual(plugins: Plugins) -> Filter:
    return FOR_ONE if plugins.name or plugins.mine else FOR_MANY


def _digest_time(
    often: str | None = None, at: int | None = None, zone: str | None = None
) -> DigestTime:
    return DigestTime(Digest(often) if often else None, at, zone)
