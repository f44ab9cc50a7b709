"""Why a set of plugins breaks or may break, in sentences, and what an upgrade changes."""

from collections.abc import Callable, Iterator

from models.messages.blocks import and_more
from models.messages.message import Block, Items, Text
from models.messages.words import clip, count, joined, short, signed
from models.rules.declaring import Fact
from models.rules.status import Verdict
from models.views.registry import CheckView, MemberView, Reason, Why

_LINES = 20
_WORDS_LIMIT = 200
_VERBS = {
    Fact.REQUIRES: "requires",
    Fact.OPTIONAL: "can use",
    Fact.CONFLICTS: "conflicts with",
}


def reason_line(reason: Reason, branch: str) -> str:
    """A reason as a sentence without its end."""
    words = f": {clip(reason.words, _WORDS_LIMIT)}" if reason.words else ""
    return f"{_SENTENCES[reason.why](reason, clip(branch))}{words}"


def upgrade_blocks(before: CheckView, after: CheckView) -> tuple[Block, ...]:
    """What changes for the plugins from one host branch to the other."""
    heading = f"From {clip(before.branch)} to {clip(after.branch)}"
    lines = tuple(_changes(before, after))
    if not lines:
        return (Text(f"{heading} nothing changes for them, as far as it is known."),)
    return (
        Text(f"{heading}:"),
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
        word = "as before" if _key(each) in still else "no longer"
        yield f"{word}: {reason_line(each, before.branch)}"


def _key(reason: Reason) -> tuple[Why, tuple[str, ...]]:
    return reason.why, reason.handles


def member_words(member: MemberView) -> tuple[str, str]:
    """Which version of it was looked at, and how it does there."""
    return _version(member), _verdict(member)


def _version(member: MemberView) -> str:
    said = clip(member.version) or short(member.commit)
    if member.pinned:
        return f"{said}, pinned"
    if member.commit:
        return said
    return f"newest, {said}" if said else "newest"


def _verdict(member: MemberView) -> str:
    if member.verdict is Verdict.UNKNOWN and member.well and not member.failing:
        return "✓ well at sites"
    return signed(member.verdict)


def _limit(reason: Reason, verb: str, what: str = "host") -> str:
    said_by = " as declared" if reason.source == "declared" else f" ({reason.source})"
    found = f", and it is {clip(reason.found)}" if reason.found else ""
    return f"{_one(reason)} {verb} {what} {clip(reason.range)}{said_by}{found}"


def _one(reason: Reason) -> str:
    return clip(reason.handles[0])


def _other(reason: Reason) -> str:
    return f"{clip(reason.handles[1])} {clip(reason.range)}".strip()


def _no_host_version(reason: Reason, branch: str) -> str:
    limit = (
        "pins commits for older hosts"
        if reason.source == "pins"
        else f"has a limit, host {clip(reason.range)}"
    )
    return f"{_one(reason)} {limit}; say which version {branch} is: check {branch} at 3.5.0: …"


def _other_host(reason: Reason, branch: str) -> str:
    named = joined((*map(clip, reason.handles[:_LINES]), *and_more(len(reason.handles), _LINES)))
    verb = "is" if len(reason.handles) == 1 else "are"
    return f"{named} {verb} for {reason.found.title()}, and {branch} is a branch of {reason.source.title()}"


def _fails(reason: Reason, branch: str) -> str:
    return f"{Verdict(reason.found).claim(_one(reason), branch)}, says {reason.source}"


def _optional_version(reason: Reason, _branch: str) -> str:
    found = f"; it would be {clip(reason.found)}" if reason.found else ""
    return f"{_one(reason)} can use {clip(reason.handles[1])} only if it is {clip(reason.range)}{found}"


def _other_version(reason: Reason, _branch: str) -> str:
    found = f"; it would be {clip(reason.found)}" if reason.found else ""
    return f"{_one(reason)} requires {_other(reason)}{found}"


def _no_version(reason: Reason, _branch: str) -> str:
    one, other = map(clip, reason.handles)
    verb = _VERBS[Fact(reason.source)]
    return f"{one} {verb} {other}, which depends on whether {clip(reason.found)} is {clip(reason.range)}"


def _pair(reason: Reason) -> str:
    one, other = map(clip, reason.handles)
    failing, sites = reason.together
    beside = f"{one} fails at {failing:,} of {count(sites, 'site')} that run {other}, too"
    failing, sites = reason.apart
    return f"{beside}, and at {failing:,} of {count(sites, 'other')}"


def _odds(chance: float) -> str:
    return (
        f"one in {round(1 / chance):,}" if chance * 1_000_000 > 1 else "less than one in a million"
    )


_SENTENCES: dict[Why, Callable[[Reason, str], str]] = {
    Why.NO_PLUGIN: lambda reason, _: f"no plugin is called “{_one(reason)}”",
    Why.OTHER_HOST: _other_host,
    Why.REMOVED: lambda reason, _: f"{_one(reason)} is removed",
    Why.NEEDS_HOST: lambda reason, _: _limit(reason, "needs"),
    Why.BREAKS_ON_HOST: lambda reason, _: _limit(reason, "breaks on"),
    Why.NEEDS_RUNTIME: lambda reason, _: _limit(reason, "needs", "runtime"),
    Why.FAILS: _fails,
    Why.FAILS_AT_SITES: lambda reason, branch: (
        f"{_one(reason)} fails at {reason.found} sites on {branch}"
    ),
    Why.MISSING: lambda reason, _: f"{_one(reason)} requires {_other(reason)}, which is left out",
    Why.OTHER_VERSION: _other_version,
    Why.OPTIONAL_VERSION: _optional_version,
    Why.CONFLICT: lambda reason, _: f"{_one(reason)} conflicts with {_other(reason)}",
    Why.TOGETHER: lambda reason, _: (
        f"no known versions of {joined(tuple(map(clip, reason.handles)))} go together"
    ),
    Why.TOO_DEEP: lambda reason, _: (
        f"the versions of {count(len(reason.handles), 'plugin')} that need or cannot stand each other"
        " have too many combinations to try them all"
    ),
    Why.PAIR: lambda reason, _: (
        f"{_pair(reason)}; the odds that this is chance: {_odds(reason.chance)}"
    ),
    Why.PAIR_PERHAPS: lambda reason, _: f"{_pair(reason)}, which may be chance",
    Why.NO_HOST_VERSION: _no_host_version,
    Why.NO_REPORT: lambda reason, branch: f"nobody has reported {_one(reason)} on {branch} yet",
    Why.FEW_SITES: lambda reason, branch: (
        f"{_one(reason)} is well at {reason.found} sites on {branch}, which is too little to go by"
    ),
    Why.OLDER_HOST: lambda reason, branch: (
        f"{_one(reason)} worked on {branch}, but with an older host"
    ),
    Why.NO_VERSION: _no_version,
    Why.DEPRECATED: lambda reason, _: f"{_one(reason)} is deprecated",
    Why.UNTESTED: lambda reason, _: _limit(reason, "was tested with"),
    Why.RUNTIME_LIMIT: lambda reason, _: _limit(reason, "needs", "runtime"),
    Why.CAN_USE: lambda reason, _: f"{_one(reason)} can also use {_other(reason)}",
}
