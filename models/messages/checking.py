"""The answer to whether a set of plugins would work on a host, and why."""

from collections.abc import Sequence
from itertools import chain

from models.messages.blocks import and_more
from models.messages.checked_sets import reason_line
from models.messages.checked_upgrades import member_words, upgrade_blocks
from models.messages.message import Block, Items, Message, Table, Text, Tone
from models.messages.words import clip, joined
from models.rules.speaking import count, say
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
        *_lines(say("It breaks because:"), view.reasons, view),
        *_lines(say("Not known:"), view.doubts, view),
        *_nearest(view),
        *(upgrade_blocks(before, view) if before else ()),
        *_lines(say("Worth knowing:"), view.notes, view),
        *_cloned(branches),
        *_table(view),
    )
    return Message(check_title(view), _TONES[view.answer], blocks)


def no_set() -> Message:
    """Nothing was named that could be checked."""
    words = say(
        "Name the plugins behind a colon, as in /plugin check stable: solved, voting 1.2; or a site"
    )
    return Message(say("Which plugins?"), Tone.WARNING, (Text(words),))


def not_readable(problem: str) -> Message:
    """What was named cannot be read."""
    return Message(clip(problem, _WORDS_LIMIT), Tone.WARNING)


def unknown_site(domain: str) -> Message:
    """No site of this domain has reported."""
    words = Text(say("All that report are in /plugin silent."))
    return Message(
        say("No site called “{domain}” reports here", domain=clip(domain)), Tone.WARNING, (words,)
    )


def check_title(view: CheckView) -> str:
    """The answer in one sentence, without its end."""
    number = len(view.members)
    if not number:
        return say("None of these plugins is known here")
    where = _where(view)
    match view.answer:
        case SetAnswer.WORKS:
            return count(
                number,
                "This plugin works on {where}",
                "These {number} plugins work on {where}",
                where=where,
            )
        case SetAnswer.WORKS_WITH_PINS:
            return count(
                number,
                "This plugin works on {where} with these pins",
                "These {number} plugins work on {where} with these pins",
                where=where,
            )
        case SetAnswer.BREAKS:
            return count(
                number,
                "This plugin breaks on {where}",
                "These {number} plugins do not all work on {where}",
                where=where,
            )
        case SetAnswer.NOT_KNOWN:
            return count(
                number,
                "Whether this plugin works on {where} is not known",
                "Whether these {number} plugins work on {where} is not known",
                where=where,
            )


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
    lines = [
        say("{name}, cloned from {branch}", name=clip(name), branch=clip(branch))
        for name, branch in branches[:_LINES]
    ]
    told = say("Looked at on their usual branch, as single branches are not watched:")
    return (Text(told), Items((*lines, *and_more(len(branches), _LINES))))


def _nearest(view: CheckView) -> tuple[Text, ...]:
    """The nearest set of which nothing is known that breaks it."""
    if not (view.dropped or view.added) or len(view.members) == len(view.dropped) == 1:
        return ()
    if len(view.dropped) == len(view.members):
        return (Text(say("None of them is left that does not break.")),)
    dropped, added = _some(view.dropped), _some(view.added)
    if not added:
        words = say(
            "The nearest set of which nothing known breaks: without {dropped}.", dropped=dropped
        )
    elif not dropped:
        words = say(
            "The nearest set of which nothing known breaks: with {added} added.", added=added
        )
    else:
        words = say(
            "The nearest set of which nothing known breaks: without {dropped} and with {added} added.",
            dropped=dropped,
            added=added,
        )
    return (Text(words),)


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
    header = (
        say("Plugin"),
        say("Version"),
        say("On {branch}", branch=clip(view.branch)),
        say("Seen by"),
    )
    rows = tuple(map(_row, members[:_ROWS]))
    more = and_more(len(members), _ROWS)
    return (Table(header, rows), *(Text(each, quiet=True) for each in more))


def _row(member: MemberView) -> tuple[str, ...]:
    return clip(member.handle), *member_words(member), _seen_by(member)


def _seen_by(member: MemberView) -> str:
    sites = member.well + member.failing
    parts = [say(each) for each in member.seen_by]
    if sites:
        parts.append(_sites(sites, member.failing))
    return "; ".join(parts) or say("nobody")


def _sites(sites: int, failing: int) -> str:
    if not failing:
        return count(sites, "{number} site", "{number} sites")
    return count(
        sites,
        "{number} site, {failing:,} of them failing",
        "{number} sites, {failing:,} of them failing",
        failing=failing,
    )
