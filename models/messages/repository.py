"""What is told of a plugin's repository: how it is, what became of it, and that GitHub fell silent about it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from models.messages import links
from models.messages.message import Block, Facts, Items, Links, Message, Text, Tone
from models.messages.times import ago, clock
from models.messages.words import clip, count, joined, short
from models.views import PluginView
from models.views.github import RepositoryView

_VALUE_LIMIT = 120
_OWNERS = {"Organization": "an organisation", "User": "a person"}
_LICENCES = {"NOASSERTION": "one that GitHub does not know"}
_NAMED = 3
_LISTED = 25


class Turn(StrEnum):
    """What became of a repository."""

    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"
    DELETED = "deleted"
    PRIVATE = "private"
    PUBLIC = "public"
    RENAMED = "renamed"


class AppTurn(StrEnum):
    """What became of the GitHub App."""

    SUSPENDED = "suspended"
    UNINSTALLED = "uninstalled"
    NARROWED = "narrowed"
    BACK = "back"


_ARCHIVED = "The repository is archived: it is read-only, and nothing is fixed there until its owner takes that back."
_DELETED = "The repository was deleted on GitHub: sites can neither install the plugin from it nor update it."
_PRIVATE = "The repository is private: sites without access can neither install the plugin from it nor update it."

_TURNS = {
    Turn.ARCHIVED: ("was archived", Tone.WARNING, _ARCHIVED, "Ask its owner whether the plugin lives on elsewhere."),
    Turn.UNARCHIVED: ("is no longer archived", Tone.INFO, "It can be worked on again.", ""),
    Turn.DELETED: (
        "was deleted",
        Tone.BROKEN,
        _DELETED,
        "Look for a fork to move to, and take the plugin off the sites or pin them to what they have.",
    ),
    Turn.PRIVATE: (
        "was made private",
        Tone.BROKEN,
        _PRIVATE,
        "Ask its owner whether that was meant. The public pages show nothing of it that GitHub tells.",
    ),
    Turn.PUBLIC: ("was made public", Tone.INFO, "Everyone can install the plugin from it.", ""),
    Turn.RENAMED: (
        "has a new address",
        Tone.INFO,
        "Pluginwatch follows it.",
        "GitHub forwards the old address until somebody takes it, so let sites install from the new one.",
    ),
}
_APP_TURNS = {
    AppTurn.SUSPENDED: (
        "The GitHub App was suspended for {}",
        "To hear again, unsuspend it: on GitHub, in the account's settings under Applications.",
    ),
    AppTurn.UNINSTALLED: (
        "The GitHub App was uninstalled from {}",
        "To hear again, install it once more, or give the repositories a webhook of their own.",
    ),
    AppTurn.NARROWED: (
        "The GitHub App of {} lost repositories",
        "To hear again, give it these repositories: on GitHub, in the account's settings under Applications.",
    ),
    AppTurn.BACK: ("The GitHub App is back for {}", ""),
}


def troubles(repository: RepositoryView) -> tuple[str, ...]:
    """A sentence for each thing about the repository that people must know before they rely on it."""
    if repository.deleted:
        return (_DELETED,)
    said = ((repository.archived, _ARCHIVED), (repository.private, _PRIVATE))
    return tuple(sentence for holds, sentence in said if holds)


def repository_facts(repository: RepositoryView, now: datetime) -> tuple[tuple[str, str], ...]:
    """The repository in short: its default branch and newest commit, its newest release, its open issues."""
    release = repository.release
    facts = [
        ("Owner", _owner(repository)),
        ("Licence", _LICENCES.get(repository.licence or "", repository.licence or "")),
        ("Default branch", repository.default_branch or ""),
    ]
    if repository.head_sha and repository.head_at:
        facts.append(("Newest commit", f"{short(repository.head_sha)}, pushed {ago(repository.head_at, now)}"))
    if release:
        kind = ", a prerelease" if release.prerelease else ""
        facts.append(("Newest release", f"{clip(release.tag)}{kind}, {ago(release.published_at, now)}"))
    if not repository.deleted:
        facts.append(("Open issues", f"{repository.open_issues:,}"))
    return tuple((label, clip(value, _VALUE_LIMIT)) for label, value in facts if value)


def _owner(repository: RepositoryView) -> str:
    """Who it belongs to, once GitHub said of what kind that is."""
    kind = _OWNERS.get(repository.owner_kind or "")
    return f"{repository.full_name.partition('/')[0]}, {kind}" if kind else ""


def repository_links(repository: RepositoryView) -> tuple[tuple[str, str], ...]:
    """What is to be seen of it on GitHub; nothing where it was deleted."""
    if repository.deleted:
        return ()
    release, name = repository.release, repository.full_name
    found = (
        (count(repository.open_issues, "open issue"), links.issues(name)),
        (f"Release {clip(release.tag)}", links.release(name, release.tag)) if release else ("", None),
    )
    return tuple((label, address) for label, address in found if address)


def repository_news(
    turn: Turn, plugins: Sequence[PluginView], full_name: str, former_name: str, now: datetime
) -> Message:
    """What became of the repository of these plugins. It is stored, so it tells no ages."""
    said, tone, meaning, advice = _TURNS[turn]
    address = None if turn is Turn.DELETED else links.repository(full_name)
    names = (("Old address", clip(former_name)), ("New address", clip(full_name)))
    blocks: tuple[Block, ...] = (
        Text(meaning),
        *((Text(advice),) if advice else ()),
        Facts(names if turn is Turn.RENAMED else (("Repository", clip(full_name)),)),
        *((Links((("Repository", address),)),) if address else ()),
        Text(clock(now), quiet=True),
    )
    return Message(f"{naming(plugins)}: the repository {said}", tone, blocks)


def app_news(turn: AppTurn, account: str, plugins: Sequence[PluginView], now: datetime) -> Message:
    """That GitHub no longer reports on these plugins, or does so again, and what to do."""
    title, advice = _APP_TURNS[turn]
    back = turn is AppTurn.BACK
    silence = "Unless a webhook of their own tells of them, GitHub no longer reports on these plugins: their tests, "
    meaning = "GitHub reports on these plugins again:" if back else f"{silence}issues and releases are not heard of."
    rest = len(plugins) - _LISTED
    more = (f"and {rest:,} more",) if rest > 0 else ()
    listed = Items((*(clip(plugin.handle) for plugin in plugins[:_LISTED]), *more))
    blocks = (Text(meaning), listed, *((Text(advice),) if advice else ()), Text(clock(now), quiet=True))
    return Message(title.format(clip(account) or "an account"), Tone.INFO if back else Tone.WARNING, blocks)


def naming(plugins: Sequence[PluginView]) -> str:
    """The plugins in a title; several of them may share one repository."""
    rest = len(plugins) - _NAMED
    more = (count(rest, "more plugin"),) if rest > 0 else ()
    return joined((*(clip(plugin.handle) for plugin in plugins[:_NAMED]), *more))
