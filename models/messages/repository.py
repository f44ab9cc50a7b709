"""What is told of a plugin's repository: its state, its changes, and GitHub's silence about it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from models.messages import links
from models.messages.blocks import and_more, known_links, optional_text
from models.messages.message import Block, Facts, Items, Message, Text, Tone
from models.messages.times import ago, clock
from models.messages.words import clip, count, joined, short
from models.views import PluginView
from models.views.github import RepositoryView

_VALUE_LIMIT = 120
_OWNERS = {"Organization": "an organisation", "User": "a person"}
_LICENCES = {"NOASSERTION": "one that GitHub does not know"}
_NAMED = 3
_LISTED = 25


class RepositoryTurn(StrEnum):
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
_SILENCE = (
    "Unless a webhook of their own tells of them, GitHub no longer reports on these plugins: "
    "their tests, issues and releases are not seen."
)


class _TurnWords(NamedTuple):
    """How a change of the repository is told."""

    title: str
    tone: Tone
    meaning: str
    advice: str = ""


_TURNS = {
    RepositoryTurn.ARCHIVED: _TurnWords(
        "was archived",
        Tone.WARNING,
        _ARCHIVED,
        "Ask its owner whether the plugin lives on elsewhere.",
    ),
    RepositoryTurn.UNARCHIVED: _TurnWords(
        "is no longer archived", Tone.INFO, "It can be worked on again."
    ),
    RepositoryTurn.DELETED: _TurnWords(
        "was deleted",
        Tone.BROKEN,
        _DELETED,
        "Look for a fork to move to, and take the plugin off the sites or pin them to what they have.",
    ),
    RepositoryTurn.PRIVATE: _TurnWords(
        "was made private",
        Tone.BROKEN,
        _PRIVATE,
        "Ask its owner whether that was meant. The public pages show nothing of it that GitHub tells.",
    ),
    RepositoryTurn.PUBLIC: _TurnWords(
        "was made public",
        Tone.INFO,
        "Everyone can install the plugin from it.",
    ),
    RepositoryTurn.RENAMED: _TurnWords(
        "has a new address",
        Tone.INFO,
        "Pluginwatch follows it.",
        "GitHub forwards the old address until somebody takes it, so let sites install from the new one.",
    ),
}
_APP_TURNS = {
    AppTurn.SUSPENDED: (
        "The GitHub App was suspended for {}",
        "To get its reports again, unsuspend it: on GitHub, in the account's settings under Applications.",
    ),
    AppTurn.UNINSTALLED: (
        "The GitHub App was uninstalled from {}",
        "To get its reports again, install it once more, or give the repositories a webhook of their own.",
    ),
    AppTurn.NARROWED: (
        "The GitHub App of {} lost repositories",
        "To get its reports again, give it these repositories: on GitHub, in the account's settings "
        "under Applications.",
    ),
    AppTurn.BACK: ("The GitHub App is back for {}", ""),
}


def troubles(repository: RepositoryView) -> tuple[str, ...]:
    """A sentence for each thing about the repository that people must know before relying on it."""
    if repository.deleted:
        return (_DELETED,)
    found = []
    if repository.archived:
        found.append(_ARCHIVED)
    if repository.private:
        found.append(_PRIVATE)
    return tuple(found)


def repository_facts(repository: RepositoryView, now: datetime) -> tuple[tuple[str, str], ...]:
    """Labels and values: owner, licence, default branch, newest commit and release, open issues."""
    release = repository.release
    facts = [
        ("Owner", _owner(repository)),
        ("Licence", _LICENCES.get(repository.licence or "", repository.licence or "")),
        ("Default branch", repository.default_branch or ""),
    ]
    if repository.head_sha and repository.head_at:
        pushed = ago(repository.head_at, now)
        facts.append(("Newest commit", f"{short(repository.head_sha)}, pushed {pushed}"))
    if release:
        kind = ", a prerelease" if release.prerelease else ""
        published = ago(release.published_at, now)
        facts.append(("Newest release", f"{clip(release.tag)}{kind}, {published}"))
    if not repository.deleted:
        facts.append(("Open issues", f"{repository.open_issues:,}"))
    return tuple((label, clip(value, _VALUE_LIMIT)) for label, value in facts if value)


def _owner(repository: RepositoryView) -> str:
    """Its owner, and whether that is a person or an organisation; empty until GitHub has said
    so.
    """
    kind = _OWNERS.get(repository.owner_kind or "")
    if kind is None:
        return ""
    return f"{repository.full_name.partition('/')[0]}, {kind}"


def repository_links(repository: RepositoryView) -> tuple[tuple[str, str], ...]:
    """Labels and addresses of what can be seen of it on GitHub; nothing where it was deleted."""
    if repository.deleted:
        return ()
    release = repository.release
    name = repository.full_name
    found = [(count(repository.open_issues, "open issue"), links.issues(name))]
    if release:
        found.append((f"Release {clip(release.tag)}", links.release(name, release.tag)))
    return tuple((label, address) for label, address in found if address)


def repository_news(
    turn: RepositoryTurn,
    plugins: Sequence[PluginView],
    full_name: str,
    former_name: str,
    now: datetime,
) -> Message:
    """What became of the repository of these plugins. It is stored, so it tells no ages."""
    news = _TURNS[turn]
    address = None if turn is RepositoryTurn.DELETED else links.repository(full_name)
    names: tuple[tuple[str, str], ...] = (("Repository", clip(full_name)),)
    if turn is RepositoryTurn.RENAMED:
        names = (("Old address", clip(former_name)), ("New address", clip(full_name)))
    blocks: tuple[Block, ...] = (
        Text(news.meaning),
        *optional_text(news.advice),
        Facts(names),
        *known_links(("Repository", address)),
        Text(clock(now), quiet=True),
    )
    return Message(f"{naming(plugins)}: the repository {news.title}", news.tone, blocks)


def app_news(turn: AppTurn, account: str, plugins: Sequence[PluginView], now: datetime) -> Message:
    """GitHub no longer reports on these plugins, or does so again, and what to do.

    `account` is the login of the person or organisation that installed the GitHub App.
    """
    title, advice = _APP_TURNS[turn]
    meaning = _SILENCE
    tone = Tone.WARNING
    if turn is AppTurn.BACK:
        meaning = "GitHub reports on these plugins again:"
        tone = Tone.INFO
    handles = [clip(plugin.handle) for plugin in plugins[:_LISTED]]
    listed = Items((*handles, *and_more(len(plugins), _LISTED)))
    when = Text(clock(now), quiet=True)
    blocks: tuple[Block, ...] = (Text(meaning), listed, *optional_text(advice), when)
    return Message(title.format(clip(account) or "an account"), tone, blocks)


def naming(plugins: Sequence[PluginView]) -> str:
    """The plugins in a title; several of them may share one repository."""
    names = [clip(plugin.handle) for plugin in plugins[:_NAMED]]
    rest = len(plugins) - _NAMED
    if rest > 0:
        names.append(count(rest, "more plugin"))
    return joined(tuple(names))
