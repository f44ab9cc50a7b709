"""What is told of a plugin's repository: its state, its changes, and GitHub's silence about it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from models.messages import links
from models.messages.blocks import known_links, optional_text
from models.messages.message import Block, Facts, Message, Text, Tone
from models.messages.times import ago, clock
from models.messages.words import clip, joined, short
from models.rules.speaking import count, marked, say
from models.views import PluginView
from models.views.github import RepositoryView

_VALUE_LIMIT = 120
_OWNERS = {"Organization": marked("an organisation"), "User": marked("a person")}
_LICENCES = {"NOASSERTION": marked("one that GitHub does not know")}
_NAMED = 3
_LISTED = 25


class RepositoryTransition(StrEnum):
    """What became of a repository."""

    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"
    DELETED = "deleted"
    PRIVATE = "private"
    PUBLIC = "public"
    RENAMED = "renamed"


_ARCHIVED = marked(
    "The repository is archived: it is read-only, and nothing is fixed there until its owner takes that back."
)
_DELETED = marked(
    "The repository was deleted on GitHub: sites can neither install the plugin from it nor update it."
)
_PRIVATE = marked(
    "The repository is private: sites without access can neither install the plugin from it nor update it."
)


class _TransitionWords(NamedTuple):
    """How a change of the repository is told."""

    title: str
    tone: Tone
    meaning: str
    advice: str = ""


_TRANSITIONS = {
    RepositoryTransition.ARCHIVED: _TransitionWords(
        marked("was archived"),
        Tone.WARNING,
        _ARCHIVED,
        marked("Ask its owner whether the plugin lives on elsewhere."),
    ),
    RepositoryTransition.UNARCHIVED: _TransitionWords(
        marked("is no longer archived"), Tone.INFO, marked("It can be worked on again.")
    ),
    RepositoryTransition.DELETED: _TransitionWords(
        marked("was deleted"),
        Tone.BROKEN,
        _DELETED,
        marked(
            "Look for a fork to move to, and take the plugin off the sites or pin them to what they have."
        ),
    ),
    RepositoryTransition.PRIVATE: _TransitionWords(
        marked("was made private"),
        Tone.BROKEN,
        _PRIVATE,
        marked(
            "Ask its owner whether that was meant. The public pages show nothing that GitHub says of it."
        ),
    ),
    RepositoryTransition.PUBLIC: _TransitionWords(
        marked("was made public"),
        Tone.INFO,
        marked("Everyone can install the plugin from it."),
    ),
    RepositoryTransition.RENAMED: _TransitionWords(
        marked("has a new address"),
        Tone.INFO,
        marked("Pluginwatch follows it."),
        marked(
            "GitHub forwards the old address until somebody takes it, so let sites install from the new one."
        ),
    ),
}


def troubles(repository: RepositoryView) -> tuple[str, ...]:
    """A sentence for each thing about the repository that people must know before relying on it."""
    if repository.deleted:
        return (say(_DELETED),)
    found = []
    if repository.archived:
        found.append(say(_ARCHIVED))
    if repository.private:
        found.append(say(_PRIVATE))
    return tuple(found)


def repository_facts(repository: RepositoryView, now: datetime) -> tuple[tuple[str, str], ...]:
    """Labels and values: owner, licence, default branch, newest commit and release, open issues."""
    release = repository.release
    facts = [
        (say("Owner"), _owner(repository)),
        (say("Licence"), say(_LICENCES.get(repository.licence or "", repository.licence or ""))),
        (say("Default branch"), repository.default_branch or ""),
    ]
    if repository.head_sha and repository.head_at:
        pushed = ago(repository.head_at, now)
        facts.append(
            (
                say("Newest commit"),
                say(
                    "{head_sha}, pushed {pushed}",
                    head_sha=short(repository.head_sha),
                    pushed=pushed,
                ),
            )
        )
    if release:
        kind = ", " + say("a prerelease") if release.prerelease else ""
        published = ago(release.published_at, now)
        facts.append((say("Newest release"), f"{clip(release.tag)}{kind}, {published}"))
    if not repository.deleted:
        facts.append((say("Open issues"), f"{repository.open_issues:,}"))
    return tuple((label, clip(value, _VALUE_LIMIT)) for label, value in facts if value)


def _owner(repository: RepositoryView) -> str:
    """Its owner, and whether that is a person or an organisation; empty until GitHub has said so."""
    kind = _OWNERS.get(repository.owner_kind or "")
    if kind is None:
        return ""
    return f"{repository.full_name.partition('/')[0]}, {say(kind)}"


def repository_links(repository: RepositoryView) -> tuple[tuple[str, str], ...]:
    """Labels and addresses of what can be seen of it on GitHub; nothing where it was deleted."""
    if repository.deleted:
        return ()
    release = repository.release
    name = repository.full_name
    found = [
        (
            count(repository.open_issues, "{number} open issue", "{number} open issues"),
            links.issues(name),
        )
    ]
    if release:
        found.append(
            (say("Release {tag}", tag=clip(release.tag)), links.release(name, release.tag))
        )
    return tuple((label, address) for label, address in found if address)


def repository_news(
    transition: RepositoryTransition,
    plugins: Sequence[PluginView],
    full_name: str,
    former_name: str,
    now: datetime,
) -> Message:
    """What became of the repository of these plugins. It is stored, so it tells no ages."""
    news = _TRANSITIONS[transition]
    address = None if transition is RepositoryTransition.DELETED else links.repository(full_name)
    names: tuple[tuple[str, str], ...] = ((say("Repository"), clip(full_name)),)
    if transition is RepositoryTransition.RENAMED:
        names = ((say("Old address"), clip(former_name)), (say("New address"), clip(full_name)))
    blocks: tuple[Block, ...] = (
        Text(say(news.meaning)),
        *optional_text(say(news.advice)),
        Facts(names),
        *known_links((say("Repository"), address)),
        Text(clock(now), quiet=True),
    )
    return Message(
        say("{naming}: the repository {title}", naming=naming(plugins), title=say(news.title)),
        news.tone,
        blocks,
    )


def naming(plugins: Sequence[PluginView]) -> str:
    """The plugins in a title; several of them may share one repository."""
    names = [clip(plugin.handle) for plugin in plugins[:_NAMED]]
    rest = len(plugins) - _NAMED
    if rest > 0:
        names.append(count(rest, "{number} more plugin", "{number} more plugins"))
    return joined(tuple(names))
