"""Following, and how a channel is told: what people wish for a place is kept, the last words about a subject count."""

from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session, col, select

from models.events import Outcome
from models.events.following import ChannelStyle, Following
from models.messages.acting import denied
from models.messages.audit import noted, wish_words
from models.messages.channel_style import (
    channel_message,
    not_private,
    only_for_channels,
    own_language,
)
from models.messages.following import (
    FollowEffect,
    followed_message,
    own_followed_message,
    unfollowed_message,
    unknown_tag,
)
from models.messages.help import unknown_plugin
from models.messages.host_branches import unknown_branch
from models.messages.message import Message
from models.messages.people import mine_message
from models.outbox.places import destination
from models.people.persons import Who, audit, who
from models.queries.following import place_view, tags, wish_view
from models.queries.host_branches import host_branches
from models.queries.plugins import handles, known_plugin
from models.recording.people.digest_wishes import change_style
from models.recording.people.follow_news import tell_follows
from models.recording.people.own_plugins import follow_own, unfollow_own
from models.recording.telling.opened_channels import hear_nothing_private
from models.rules.audit import AuditOutcome
from models.rules.authority import Power, Role
from models.rules.filters import FollowRequest
from models.rules.routing import FollowScope, Wish
from models.tables import Destination, Plugin, Subscription


def record_following(session: Session, said: Following, now: datetime) -> Outcome:
    """Follow, or follow no more, if whoever says so may say it for that place, and note the attempt."""
    person = who(session, said.actor, now)
    if said.wanted.mine:
        return _follow_own(session, person, said, now)
    subject = _subject(session, said)
    if not (said.place.is_person or person.may(Power.FOLLOW)):
        return _noted(session, person, said, AuditOutcome.DENIED, denied(Power.FOLLOW), now)
    if isinstance(subject, Message):
        return _noted(session, person, said, AuditOutcome.UNKNOWN, subject, now)
    wish = Wish(subject, said.wanted.filter)
    change = _end if said.ends else _follow
    effect, answer = change(session, said, wish)
    if effect in {FollowEffect.BEGUN, FollowEffect.ENDED}:
        _tell(session, said, subject, now)
    outcome = AuditOutcome.of(changed=effect is not FollowEffect.ALREADY)
    return _noted(session, person, said, outcome, answer, now, plugin_id=subject.plugin_id)


def _follow_own(session: Session, person: Who, said: Following, now: datetime) -> Outcome:
    """The same of all plugins that the person maintains."""
    if not (said.place.is_person or person.may(Power.FOLLOW)):
        return _noted(session, person, said, AuditOutcome.DENIED, denied(Power.FOLLOW), now)
    own = {held.plugin_id for held in person.roles if held.role is Role.MAINTAINER}
    ids = [id_ for id_ in own if id_ is not None]
    if not ids:
        return _noted(session, person, said, AuditOutcome.UNKNOWN, mine_message(()), now)
    to = destination(session, said.place).id or 0
    wanted = said.wanted
    if said.ends:
        changed = unfollow_own(session, to, ids, wanted.host_branch)
    else:
        changed = follow_own(session, to, ids, wanted.filter, wanted.host_branch)
    tell_follows(
        session, said.place.platform, changed, now, host_branch=wanted.host_branch, ends=said.ends
    )
    answer = own_followed_message(changed, len(ids), ends=said.ends)
    outcome = AuditOutcome.of(changed=bool(changed))
    return _noted(session, person, said, outcome, answer, now)


def _tell(session: Session, said: Following, subject: FollowScope, now: datetime) -> None:
    plugin = session.get(Plugin, subject.plugin_id) if subject.plugin_id else None
    tell_follows(
        session,
        said.place.platform,
        [plugin.handle if plugin else ""],
        now,
        tag=subject.tag,
        host_branch=subject.host_branch,
        ends=said.ends,
    )


def record_channel_style(session: Session, said: ChannelStyle, now: datetime) -> Outcome:
    """Change how the channel is told, if whoever says so may, and note the attempt; without a change, just show it.

    In a direct message everybody chooses their own language, and nothing else.
    """
    changes = {name: value for name, value in asdict(said.style).items() if value is not None}
    if said.place.is_person:
        if changes.keys() != {"language"}:
            return Outcome(answer=only_for_channels())
        return _own_language(session, said, changes, now)
    if not changes:
        return Outcome(answer=channel_message(place_view(session, said.place), changed=False))
    person = who(session, said.actor, now)
    words = f"channel {said.place.name or said.place.address}: {wish_words(changes)}"
    if not person.may(Power.FOLLOW):
        audit(session, person, "channel", AuditOutcome.DENIED, words, now)
        return Outcome(answer=denied(Power.FOLLOW))
    if said.style.hears_private and not said.place.is_private:
        audit(session, person, "channel", AuditOutcome.DENIED, words, now)
        return Outcome(answer=not_private())
    row = destination(session, said.place)
    differs = change_style(session, row, changes, now)
    if said.style.hears_private is False:
        hear_nothing_private(session, row)
    audit(session, person, "channel", AuditOutcome.of(changed=bool(differs)), words, now)
    answer = channel_message(place_view(session, said.place), changed=bool(differs))
    return Outcome(number=differs, answer=answer)


def _own_language(
    session: Session, said: ChannelStyle, changes: dict[str, object], now: datetime
) -> Outcome:
    person = who(session, said.actor, now)
    differs = change_style(session, destination(session, said.place), changes, now)
    outcome = AuditOutcome.of(changed=bool(differs))
    audit(session, person, "channel", outcome, f"channel {wish_words(changes)} for themself", now)
    answer = own_language(str(said.style.language), changed=bool(differs))
    return Outcome(number=differs, answer=answer)


def _effect(same: Subscription | None, wish: Wish) -> FollowEffect:
    """What the wish changes, where `same` is what is followed of its subject already."""
    if same is None:
        return FollowEffect.BEGUN
    if same.wish == wish:
        return FollowEffect.ALREADY
    return FollowEffect.CHANGED


def _follow(session: Session, said: Following, wish: Wish) -> tuple[FollowEffect, Message]:
    row = destination(session, said.place)
    held = _held(session, row)
    same = next((one for one in held if one.wish.subject == wish.subject), None)
    others = [one.wish for one in held if one is not same]
    effect = _effect(same, wish)
    subscription = same or Subscription(destination_id=row.id or 0)
    subscription.plugin_id = wish.subject.plugin_id
    subscription.tag = wish.subject.tag
    subscription.host_branch = wish.subject.host_branch
    subscription.topics = sorted(wish.filter.topics)
    subscription.without_labels = sorted(wish.filter.without_labels)
    subscription.without_bots = wish.filter.without_bots
    session.add(subscription)
    covering = [wish_view(session, other) for other in others if other.covers(wish)]
    place = place_view(session, said.place)
    return effect, followed_message(effect, wish_view(session, wish), place, covering)


def _end(session: Session, said: Following, wish: Wish) -> tuple[FollowEffect, Message]:
    """End all wishes about the subject; without a host branch those for a single one as well."""
    row = destination(session, said.place)
    held = _held(session, row)
    ended = [one for one in held if _is_part(one.wish.subject, wish.subject)]
    for one in ended:
        session.delete(one)
    rest = [one.wish for one in held if one not in ended]
    still = [wish_view(session, other) for other in rest if other.subject.covers(wish.subject)]
    effect = FollowEffect.ENDED if ended else FollowEffect.ALREADY
    place = place_view(session, said.place)
    return effect, unfollowed_message(effect, wish_view(session, wish), place, still)


def _is_part(one: FollowScope, whole: FollowScope) -> bool:
    """Whether both name the same plugin, the same tag, or all plugins, `one` on a branch of the whole's."""
    return whole.covers(one) and (one.plugin_id, one.tag) == (whole.plugin_id, whole.tag)


def _held(session: Session, row: Destination) -> list[Subscription]:
    of_place = select(Subscription).where(Subscription.destination_id == row.id)
    return list(session.exec(of_place.order_by(col(Subscription.id))))


def _subject(session: Session, said: Following) -> FollowScope | Message:
    """What the words mean, or what to say of words that mean nothing. What was followed can always be ended."""
    wanted = said.wanted
    if not said.ends and (unknown := _unknown(session, wanted)):
        return unknown
    if not wanted.name:
        return FollowScope(None, wanted.tag, wanted.host_branch)
    plugin = known_plugin(session, wanted.name, said.allowed)
    if plugin is None:
        return unknown_plugin(wanted.name, handles(session))
    return FollowScope(plugin.id, "", wanted.host_branch)


def _unknown(session: Session, wanted: FollowRequest) -> Message | None:
    """What to say of a branch or a tag that there is not."""
    if wanted.host_branch:
        branches = host_branches(session)
        if wanted.host_branch not in map(str.casefold, branches):
            return unknown_branch(wanted.host_branch, branches)
    if wanted.tag:
        known = tags(session)
        if wanted.tag not in known:
            return unknown_tag(wanted.tag, known)
    return None


def _noted(
    session: Session,
    person: Who,
    said: Following,
    outcome: AuditOutcome,
    answer: Message,
    now: datetime,
    *,
    plugin_id: int | None = None,
) -> Outcome:
    verb = "unfollow" if said.ends else "follow"
    where = "for themself" if said.place.is_person else f"in {said.place.name}"
    audit(
        session, person, verb, outcome, noted(f"{verb} {where}", answer), now, plugin_id=plugin_id
    )
    return Outcome(number=int(outcome is AuditOutcome.DONE), answer=answer)
