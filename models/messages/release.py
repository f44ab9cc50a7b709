"""The card of a release: posted once to a channel. It is stored, so it tells no ages."""

from collections.abc import Sequence

from models.messages import links
from models.messages.incident import headline
from models.messages.message import Block, Facts, Items, Links, Message, Text
from models.messages.repository import naming
from models.messages.times import clock
from models.messages.words import clip
from models.views import IncidentView, PluginView
from models.views.github import ReleaseView

_NAME_LIMIT = 150
_LISTED = 10


def release_card(
    plugins: Sequence[PluginView], release: ReleaseView, full_name: str, broken: Sequence[IncidentView]
) -> Message:
    """What was released, and what is broken now, which it may fix. `full_name` is the repository's."""
    name = clip(release.name, _NAME_LIMIT)
    facts = (
        ("Tag", clip(release.tag)),
        *((("Name", name),) if name and name != clip(release.tag) else ()),
        ("Kind", "a prerelease, to be tried out" if release.prerelease else "a release"),
        ("Published", clock(release.published_at)),
    )
    address = links.release(full_name, release.tag)
    blocks: tuple[Block, ...] = (
        Facts(facts),
        *((Links((("Release notes", address),)),) if address else ()),
        *_broken(broken),
    )
    kind = "prerelease" if release.prerelease else "release"
    return Message(f"{naming(plugins)}: {kind} {clip(release.tag)}", blocks=blocks)


def _broken(broken: Sequence[IncidentView]) -> tuple[Block, ...]:
    if not broken:
        return ()
    rest = len(broken) - _LISTED
    more = (f"and {rest:,} more; ask /plugin failing",) if rest > 0 else ()
    lines = (f"{headline(each)}, since {clock(each.opened_at)}" for each in broken[:_LISTED])
    return (Text("Broken now; the release may hold a fix, and the next report will tell:"), Items((*lines, *more)))
