"""Which versions of a set's plugins were looked at, how they do, and what an upgrade changes."""

from collections.abc import Iterator

from models.messages.blocks import and_more
from models.messages.checked_sets import reason_line
from models.messages.message import Block, Items, Text
from models.messages.words import clip, short, signed
from models.rules.speaking import marked, say
from models.rules.status import Verdict
from models.views.registry import CheckView, MemberView, Reason, Why

_LINES = 20
_AS_BEFORE = marked("as before: {reason}")
_NO_LONGER = marked("no longer: {reason}")


def upgrade_blocks(before: CheckView, after: CheckView) -> tuple[Block, ...]:
    """What changes for the plugins from one host branch to the other."""
    old, new = clip(before.branch), clip(after.branch)
    lines = tuple(_changes(before, after))
    if not lines:
        words = say(
            "From {old} to {new} nothing changes for them, as far as it is known.", old=old, new=new
        )
        return (Text(words),)
    return (
        Text(say("From {old} to {new}:", old=old, new=new)),
        Items((*lines[:_LINES], *and_more(len(lines), _LINES))),
    )


def _changes(before: CheckView, after: CheckView) -> Iterator[str]:
    known = {each.handle: each for each in before.members}
    for member in after.members:
        then, now = member_words(known[member.handle]), member_words(member)
        if then != now:
            was, is_ = (f"{version}, {verdict}" for version, verdict in (then, now))
            yield f"{clip(member.handle)}: {was} → {is_}"
    still = set(map(_key, after.reasons))
    for each in before.reasons:
        words = _AS_BEFORE if _key(each) in still else _NO_LONGER
        yield say(words, reason=reason_line(each, before.branch))


def _key(reason: Reason) -> tuple[Why, tuple[str, ...]]:
    return reason.why, reason.handles


def member_words(member: MemberView) -> tuple[str, str]:
    """Which version of it was looked at, and how it does there."""
    return _version(member), _verdict(member)


def _version(member: MemberView) -> str:
    said = clip(member.version) or short(member.commit)
    if member.pinned:
        return say("{version}, pinned", version=said)
    if member.commit:
        return said
    return say("newest, {version}", version=said) if said else say("newest")


def _verdict(member: MemberView) -> str:
    if member.verdict is Verdict.UNKNOWN and member.well and not member.failing:
        return say("✓ well at sites")
    return signed(member.verdict)
