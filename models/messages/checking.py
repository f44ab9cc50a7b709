"""The answer to whether a set of plugins would work on a host, and why."""

from collections.abc import Callable, Sequence

from models.messages.blocks import and_more
from models.messages.message import Block, Items, Message, Table, Text, Tone
from models.messages.words import clip, count, joined, short, signed
from models.rules.declaring import Fact
from models.rules.status import Verdict
from models.views.registry import Answer, CheckView, MemberView, Reason, Why

_LINES = 20
_ROWS = 40
_WORDS_LIMIT = 200
_VERBS = {Fact.REQUIRES: "requires", Fact.CONFLICTS: "conflicts with"}
_TONES = {
    Answer.WORKS: Tone.HEALTHY,
    Answer.WORKS_WITH_PINS: Tone.HEALTHY,
    Answer.NOT_KNOWN: Tone.UNKNOWN,
    Answer.BREAKS: Tone.BROKEN,
}


def check_message(view: CheckView) -> Message:
    """Works, works with these pins, breaks because, or not known; each with its evidence."""
    blocks: tuple[Block, ...] = (
        *_lines("It breaks because:", view.reasons, view),
        *_lines("Not known:", view.doubts, view),
        *_nearest(view),
        *_lines("Worth knowing:", view.notes, view),
        *_table(view),
    )
    return Message(_title(view), _TONES[view.answer], blocks)


def no_set() -> Message:
    """Nothing was named that could be checked."""
    words = (
        "Name the plugins behind a colon, as in /plugin check stable: solved, voting 1.2; or a site"
    )
    return Message("Which plugins?", Tone.WARNING, (Text(words),))


def not_readable(problem: str) -> Message:
    """What was named cannot be read."""
    return Message(clip(problem, _WORDS_LIMIT), Tone.WARNING)


def unknown_site(domain: str) -> Message:
    """No site of this domain has reported."""
    words = Text("All that report are in /plugin silent.")
    return Message(f"No site called “{clip(domain)}” reports here", Tone.WARNING, (words,))


def reason_line(reason: Reason, branch: str) -> str:
    """A reason as a sentence without its end."""
    words = f": {clip(reason.words, _WORDS_LIMIT)}" if reason.words else ""
    return f"{_SENTENCES[reason.why](reason, clip(branch))}{words}"


def _title(view: CheckView) -> str:
    number = len(view.members)
    these = "This plugin" if number == 1 else f"These {count(number, 'plugin')}"
    where = _where(view)
    match view.answer:
        case Answer.WORKS:
            return f"{these} {'works' if number == 1 else 'work'} on {where}"
        case Answer.WORKS_WITH_PINS:
            return f"{these} {'works' if number == 1 else 'work'} on {where} with these pins"
        case Answer.BREAKS:
            return f"{these} {'breaks' if number == 1 else 'break'} on {where}"
        case Answer.NOT_KNOWN:
            return f"Whether {these.lower()} {'works' if number == 1 else 'work'} on {where} is not known"


def _where(view: CheckView) -> str:
    version = f" ({clip(view.host_version)})" if view.host_version else ""
    return f"{clip(view.branch)}{version}"


def _lines(heading: str, reasons: Sequence[Reason], view: CheckView) -> tuple[Block, ...]:
    if not reasons:
        return ()
    lines = [reason_line(each, view.branch) for each in reasons[:_LINES]]
    return (Text(heading), Items((*lines, *and_more(len(reasons), _LINES))))


def _nearest(view: CheckView) -> tuple[Text, ...]:
    """The nearest set of which nothing is known that breaks it."""
    if not view.dropped and not view.added:
        return ()
    parts = []
    if view.dropped:
        parts.append(f"without {_some(view.dropped)}")
    if view.added:
        parts.append(f"with {_some(view.added)} added")
    if len(view.dropped) == len(view.members):
        return (Text("None of them is left that does not break."),)
    return (Text(f"The nearest set of which nothing known breaks: {' and '.join(parts)}."),)


def _some(handles: Sequence[str]) -> str:
    return joined((*map(clip, handles[:_LINES]), *and_more(len(handles), _LINES)))


def _table(view: CheckView) -> tuple[Block, ...]:
    """The plugins, those that break first."""
    if not view.members:
        return ()
    trouble = {handle for each in view.reasons for handle in each.handles}
    doubtful = {handle for each in view.doubts for handle in each.handles}
    members = sorted(
        view.members, key=lambda each: (each.handle not in trouble, each.handle not in doubtful)
    )
    header = ("Plugin", "Version", f"On {clip(view.branch)}", "Seen by")
    rows = tuple(map(_row, members[:_ROWS]))
    more = and_more(len(members), _ROWS)
    return (Table(header, rows), *(Text(each, quiet=True) for each in more))


def _row(member: MemberView) -> tuple[str, ...]:
    return clip(member.handle), _version(member), _verdict(member), _seen_by(member)


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


def _seen_by(member: MemberView) -> str:
    sites = member.well + member.failing
    parts = [*member.seen_by]
    if sites:
        parts.append(
            f"{count(sites, 'site')}, {member.failing:,} of them failing"
            if member.failing
            else count(sites, "site")
        )
    return "; ".join(parts) or "nobody"


def _limit(reason: Reason, verb: str) -> str:
    said_by = " as declared" if reason.source == "declared" else f" ({reason.source})"
    return (
        f"{_one(reason)} {verb} host {clip(reason.range)}{said_by}, and it is {clip(reason.found)}"
    )


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


def _fails(reason: Reason, branch: str) -> str:
    return f"{_one(reason)} {Verdict(reason.found).claim} {branch}, says {reason.source}"


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
    Why.REMOVED: lambda reason, _: f"{_one(reason)} is removed",
    Why.NEEDS_HOST: lambda reason, _: _limit(reason, "needs"),
    Why.BREAKS_ON_HOST: lambda reason, _: _limit(reason, "breaks on"),
    Why.FAILS: _fails,
    Why.FAILS_AT_SITES: lambda reason, branch: (
        f"{_one(reason)} fails at {reason.found} sites on {branch}"
    ),
    Why.MISSING: lambda reason, _: f"{_one(reason)} requires {_other(reason)}, which is left out",
    Why.OTHER_VERSION: _other_version,
    Why.CONFLICT: lambda reason, _: f"{_one(reason)} conflicts with {_other(reason)}",
    Why.TOGETHER: lambda reason, _: (
        f"no known versions of {joined(tuple(map(clip, reason.handles)))} go together"
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
}
