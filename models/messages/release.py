"""The card of a release: posted once to a channel. It is stored, so it tells no ages."""

from collections.abc import Sequence

from models.messages import links
from models.messages.blocks import and_more, known_links
from models.messages.incident import headline
from models.messages.message import Block, Facts, Items, Message, Text
from models.messages.repository import naming
from models.messages.times import clock
from models.messages.words import clip
from models.rules.speaking import say
from models.views import IncidentView, PluginView
from models.views.github import ReleaseView

_NAME_LIMIT = 150
_LISTED = 10


def release_card(
    plugins: Sequence[PluginView],
    release: ReleaseView,
    full_name: str,
    broken: Sequence[IncidentView],
) -> Message:
    """What was released, and the `broken` incidents, which it may fix.

    `full_name` is the repository's.
    """
    blocks: tuple[Block, ...] = (
        _facts(release),
        *known_links((say("Release notes"), links.release(full_name, release.tag))),
        *_broken(broken),
    )
    kind = "prerelease" if release.prerelease else "release"
    return Message(f"{naming(plugins)}: {kind} {clip(release.tag)}", blocks=blocks)


def _facts(release: ReleaseView) -> Facts:
    tag = clip(release.tag)
    name = clip(release.name, _NAME_LIMIT)
    facts = [(say("Tag"), tag)]
    if name and name != tag:
        facts.append((say("Name"), name))
    facts.append(
        (
            say("Kind"),
            say("a prerelease, to be tried out") if release.prerelease else say("a release"),
        )
    )
    facts.append((say("Published"), clock(release.published_at)))
    return Facts(tuple(facts))


def _broken(broken: Sequence[IncidentView]) -> tuple[Block, ...]:
    if not broken:
        return ()
    opening = Text(say("Broken now; the release may hold a fix, and the next report will show:"))
    lines = [
        say(
            "{headline}, since {opened_at}",
            headline=headline(each),
            opened_at=clock(each.opened_at),
        )
        for each in broken[:_LISTED]
    ]
    lines += and_more(len(broken), _LISTED, "; " + say("ask /plugin failing"))
    return (opening, Items(tuple(lines)))
