"""Upgrades that sites plan, in digests and answers."""

from collections.abc import Mapping, Sequence

from models.messages.blocks import and_more
from models.messages.checked_sets import reason_line
from models.messages.checking import check_title
from models.messages.message import Block, Items, Message, Text, Tone
from models.messages.words import clip, joined
from models.rules.speaking import count, marked, say
from models.views.registry import UpgradeView

_REASONS = 5
_PLANNED = marked("The digest says whether the plugins of {domain} would work on {branch}")
_PLANNED_ALREADY = marked(
    "The digest says already whether the plugins of {domain} would work on {branch}"
)


def upgrade_news(upgrades: Sequence[UpgradeView]) -> tuple[Block, ...]:
    """What a digest says before each upgrade."""
    blocks: list[Block] = []
    for each in upgrades:
        view = each.checked

        blocks.append(
            Text(
                say(
                    "Before you upgrade {domain} to {branch}: {result}.",
                    domain=clip(each.domain),
                    branch=clip(view.branch),
                    result=check_title(view),
                )
            )
        )
        said = [reason_line(reason, view.branch) for reason in (*view.reasons, *view.doubts)]
        if said:
            more = and_more(
                len(said),
                _REASONS,
                f": /plugin check {view.branch} site {each.domain}",
            )
            blocks.append(Items((*said[:_REASONS], *more)))
    return tuple(blocks)


def blocking_news(blocking: Mapping[str, Mapping[str, int]]) -> tuple[Block, ...]:
    """What a maintainer is told whose plugins are the reason why sites cannot upgrade."""
    lines = []
    for handle, branches in blocking.items():
        where = [
            count(
                number,
                "{number} site from {branch}",
                "{number} sites from {branch}",
                branch=clip(branch),
            )
            for branch, number in branches.items()
        ]
        lines.append(say("{plugin} keeps {sites}", plugin=clip(handle), sites=joined(tuple(where))))
    return (Text(say("Planned upgrades that would break:")), Items(tuple(lines))) if lines else ()


def planned_message(domain: str, branch: str, *, changed: bool, has_digest: bool) -> Message:
    """The answer to whoever plans an upgrade."""
    title = say(_PLANNED if changed else _PLANNED_ALREADY, domain=clip(domain), branch=clip(branch))
    if has_digest:
        return Message(title)
    hint = say(
        "There is no digest here yet: /plugin digest weekly, or /plugin channel digest weekly"
    )
    return Message(title, Tone.WARNING, (Text(hint),))


def not_planned_message(domain: str, *, changed: bool) -> Message:
    """The answer to whoever plans an upgrade no more."""
    if changed:
        return Message(
            say("The digest says nothing of an upgrade of {domain} any more", domain=clip(domain))
        )
    return Message(
        say("No upgrade of {domain} was planned here", domain=clip(domain)), Tone.WARNING
    )
