"""The newest versions of a plugin: when each was released and by whom, and what is declared of it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from models.messages.message import Block, Table
from models.messages.times import ago
from models.messages.words import clip
from models.metadata.ranges import is_within
from models.rules.declaring import Fact
from models.views import PluginView
from models.views.github import ReleaseView
from models.views.registry import DeclarationView

_HEADER = ("Version", "Released", "By", "Declared")
_LIMITS = {
    Fact.NEEDS: "needs host",
    Fact.TESTED: "tested with host",
    Fact.BREAKS: "breaks on host",
    Fact.RUNTIME: "needs runtime",
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
    return (Table(_HEADER, tuple(rows)),)


def _said(
    plugin: PluginView, release: ReleaseView, declared: Sequence[DeclarationView]
) -> Iterator[str]:
    if release.prerelease:
        yield "prerelease"
    for each in declared:
        if not _is_of(each, release.tag, plugin.ecosystem):
            continue
        if each.standing:
            yield each.standing
        elif each.fact in _LIMITS:
            yield f"{_LIMITS[each.fact]} {clip(each.versions)}"


def _is_of(declared: DeclarationView, version: str, ecosystem: str) -> bool:
    try:
        return bool(declared.of) and is_within(version, declared.of, ecosystem)
    except ValueError:  # the tag is no version
        return False
