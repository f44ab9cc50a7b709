"""Upgrades that sites plan, in digests and answers."""

from collections.abc import Mapping, Sequence

from models.messages.blocks import and_more
from models.messages.checked_sets import reason_line
from models.messages.checking import check_title
from models.messages.message import Block, Items, Message, Text, Tone
from models.messages.words import clip, count, joined
from models.views.registry import UpgradeView

_REASONS = 5


def upgrade_news(upgrades: Sequence[UpgradeView]) -> tuple[Block, ...]:
    """What a digest says before each upgrade."""
    blocks: list[Block] = []
    for each in upgrades:
        view = each.checked
        where = f"{clip(each.domain)} to {clip(view.branch)}"
        blocks.append(Text(f"Before you upgrade {where}: {check_title(view)}."))
        said = [reason_line(reason, view.branch) for reason in (*view.reasons, *view.doubts)]
        if said:
            more = and_more(
                len(said), _REASONS, f": /plugin check {view.branch} site {each.domain}"
            )
            blocks.append(Items((*said[:_REASONS], *more)))
    return tuple(blocks)


def blocking_news(blocking: Mapping[str, Mapping[str, int]]) -> tuple[Block, ...]:
    """What a maintainer is told whose plugins are the reason why sites cannot upgrade."""
    lines = []
    for handle, branches in blocking.items():
        where = [
            f"{count(number, 'site')} from {clip(branch)}" for branch, number in branches.items()
        ]
        lines.append(f"{clip(handle)} keeps {joined(tuple(where))}")
    return (Text("Planned upgrades that would break:"), Items(tuple(lines))) if lines else ()


def planned_message(domain: str, branch: str, *, changed: bool, has_digest: bool) -> Message:
    """The answer to whoever plans an upgrade."""
    again = "" if changed else " already"
    title = (
        f"The digest says{again} whether the plugins of {clip(domain)} would work on {clip(branch)}"
    )
    if has_digest:
        return Message(title)
    hint = "There is no digest here yet: /plugin digest weekly, or /plugin channel digest weekly"
    return Message(title, Tone.WARNING, (Text(hint),))


def not_planned_message(domain: str, *, changed: bool) -> Message:
    """The answer to whoever plans an upgrade no more."""
    if changed:
        return Message(f"The digest says nothing of an upgrade of {clip(domain)} any more")
    return Message(f"No upgrade of {clip(domain)} was planned here", Tone.WARNING)
