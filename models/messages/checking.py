"""The answer to whether a set of plugins would work on a host, and why."""

from collections.abc import Sequence
from itertools import chain

from models.messages.blocks import and_more
from models.messages.checked_sets import member_words, reason_line, upgrade_blocks
from models.messages.message import Block, Items, Message, Table, Text, Tone
from models.messages.words import clip, count, joined
from models.views.registry import CheckView, MemberView, Reason, SetAnswer

_LINES = 20
_ROWS = 40
_WORDS_LIMIT = 200
_TONES = {
    SetAnswer.WORKS: Tone.HEALTHY,
    SetAnswer.WORKS_WITH_PINS: Tone.HEALTHY,
    SetAnswer.NOT_KNOWN: Tone.UNKNOWN,
    SetAnswer.BREAKS: Tone.BROKEN,
}


def check_message(
    view: CheckView,
    before: CheckView | None = None,
    branches: Sequence[tuple[str, str]] = (),
) -> Message:
    """Works, works with these pins, breaks because, or not known; each with its evidence.

    With the same set as it does on the branch that it runs on `before`, also what changes. Plugins that are cloned
    from `branches` of theirs were looked at on their usual one.
    """
    blocks: tuple[Block, ...] = (
        *_lines("It breaks because:", view.reasons, view),
        *_lines("Not known:", view.doubts, view),
        *_nearest(view),
        *(upgrade_blocks(before, view) if before else ()),
        *_lines("Worth knowing:", view.notes, view),
        *_cloned(branches),
        *_table(view),
    )
    return Message(check_title(view), _TONES[view.answer], blocks)


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


def check_title(view: CheckView) -> str:
    """The answer in one sentence, without its end."""
    number = len(view.members)
    if not number:
        return "None of these plugins is known here"
    these = "This plugin" if number == 1 else f"These {count(number, 'plugin')}"
    where = _where(view)
    match view.answer:
        case SetAnswer.WORKS:
            return f"{these} {'works' if number == 1 else 'work'} on {where}"
        case SetAnswer.WORKS_WITH_PINS:
            return f"{these} {'works' if number == 1 else 'work'} on {where} with these pins"
        case SetAnswer.BREAKS:
            return f"{these} {'breaks' if number == 1 else 'do not all work'} on {where}"
        case SetAnswer.NOT_KNOWN:
            return f"Whether {these.lower()} {'works' if number == 1 else 'work'} on {where} is not known"


def _where(view: CheckView) -> str:
    version = f" ({clip(view.host_version)})" if view.host_version else ""
    return f"{clip(view.branch)}{version}"


def _lines(heading: str, reasons: Sequence[Reason], view: CheckView) -> tuple[Block, ...]:
    if not reasons:
        return ()
    lines = [reason_line(each, view.branch) for each in reasons[:_LINES]]
    return (Text(heading), Items((*lines, *and_more(len(reasons), _LINES))))


def _cloned(branches: Sequence[tuple[str, str]]) -> tuple[Block, ...]:
    if not branches:
        return ()
    lines = [f"{clip(name)}, cloned from {clip(branch)}" for name, branch in branches[:_LINES]]
    told = "Looked at on their usual branch, as single branches are not watched:"
    return (Text(told), Items((*lines, *and_more(len(branches), _LINES))))


def _nearest(view: CheckView) -> tuple[Text, ...]:
    """The nearest set of which nothing is known that breaks it."""
    if not (view.dropped or view.added) or len(view.members) == len(view.dropped) == 1:
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
    trouble = set(chain.from_iterable(each.handles for each in view.reasons))
    doubtful = set(chain.from_iterable(each.handles for each in view.doubts))
    members = sorted(
        view.members, key=lambda each: (each.handle not in trouble, each.handle not in doubtful)
    )
    header = ("Plugin", "Version", f"On {clip(view.branch)}", "Seen by")
    rows = tuple(map(_row, members[:_ROWS]))
    more = and_more(len(members), _ROWS)
    return (Table(header, rows), *(Text(each, quiet=True) for each in more))


def _row(member: MemberView) -> tuple[str, ...]:
    return clip(member.handle), *member_words(member), _seen_by(member)


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
