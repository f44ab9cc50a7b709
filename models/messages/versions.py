"""The newest versions of a plugin: when each was released and by whom, and what is declared of it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from models.messages.message import Block, Table
from models.messages.times import ago
from models.messages.words import clip
from models.metadata.ranges import is_within
from models.rules.declaring import Fact
from models.rules.speaking import marked, say
from models.views import PluginView
from models.views.github import ReleaseView
from models.views.registry import DeclarationView

_LIMITS = {
    Fact.NEEDS: marked("needs host {versions}"),
    Fact.TESTED: marked("tested with host {versions}"),
    Fact.BREAKS: marked("breaks on host {versions}"),
    Fact.RUNTIME: marked("needs runtime {versions}"),
}


def version_blocks(
    plugin: PluginView,
    releases: Sequence[ReleaseView],
    declared: Sequence[DeclarationView],
    now: datetime,
) -> tuple[Block, ...]:
    """A row for each release, with what is declared of some versions only; nothing where there is no release."""
    if not releases:
        return ()
    own = [each for each in declared if each.handle == plugin.handle]
    rows = []
    for release in releases:
        said = ", ".join(dict.fromkeys(_said(plugin, release, own)))
        by = clip(release.author) or "—"
        rows.append((clip(release.tag), ago(release.published_at, now), by, said or "—"))
    header = (say("Version"), say("Released"), say("By"), say("Declared"))
    return (Table(header, tuple(rows)),)


def _said(
    plugin: PluginView, release: ReleaseView, declared: Sequence[DeclarationView]
) -> Iterator[str]:
    if release.prerelease:
        yield say("prerelease")
    for each in declared:
        if not _is_of(each, release.tag, plugin.ecosystem):
            continue
        if each.standing:
            yield say(each.standing)
        elif each.fact in _LIMITS:
            yield say(_LIMITS[each.fact], versions=clip(each.versions))


def _is_of(declared: DeclarationView, version: str, ecosystem: str) -> bool:
    try:
        return bool(declared.of) and is_within(version, declared.of, ecosystem)
    except ValueError:  # the tag is no version
        return False
