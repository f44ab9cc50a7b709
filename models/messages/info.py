"""The answer to `info`: what a plugin says of itself, and what GitHub tells of its repository."""

from collections.abc import Sequence
from datetime import datetime

from models.messages import links
from models.messages.blocks import known_links, optional_text
from models.messages.declared import declared_blocks
from models.messages.edited import edited_words, value
from models.messages.message import Block, Facts, Message, Table, Text
from models.messages.removal import removed_line
from models.messages.repository import repository_facts, repository_links, troubles
from models.messages.times import ago
from models.messages.usage import usage_fact
from models.messages.versions import version_blocks
from models.messages.words import clip, joined, short
from models.metadata.compat_branches import PREFIX
from models.metadata.compatibility import CompatibilityError, Pin, parse_compatibility
from models.rules.details import Detail
from models.rules.speaking import marked, say
from models.views import PluginView
from models.views.github import ReadingView, RepositoryView
from models.views.registry import DeclarationView
from models.views.usage import UsageView

NO_USE = UsageView()
_VALUE_LIMIT = 300
_ABOUT_LIMIT = 500
_NAMES = 20
_PINS = 10
_WARNINGS = 5

_GUESSED = marked(
    "This handle is guessed from the repository's name, because no plugin.rb header was read yet."
)


def info_message(
    plugin: PluginView,
    repository: RepositoryView | None,
    now: datetime,
    reading: ReadingView | None = None,
    declared: Sequence[DeclarationView] = (),
    usage: UsageView = NO_USE,
) -> Message:
    """The plugin's metadata from its header, its former names, and the state of its repository.

    `reading` is what was read of its files on GitHub, `declared` what people say of it, and `usage` where it runs.
    """
    read = reading or ReadingView()
    blocks: tuple[Block, ...] = (
        *optional_text(removed_line(plugin.removed_at) if plugin.removed_at else ""),
        *optional_text(clip(plugin.about or "", _ABOUT_LIMIT)),
        *(map(Text, troubles(repository)) if repository else ()),
        *_problems(read),
        _all_facts(plugin, repository, read, usage, now),
        *optional_text(say(_GUESSED) if plugin.provisional else "", quiet=True),
        *version_blocks(plugin, repository.releases if repository else (), declared, now),
        *declared_blocks(declared),
        *_compat_branches(plugin.compat_branches),
        *_compatibility(plugin.compatibility),
        *_addresses(plugin, repository),
    )
    return Message(say("About {handle}", handle=clip(plugin.handle)), blocks=blocks)


def _all_facts(
    plugin: PluginView,
    repository: RepositoryView | None,
    reading: ReadingView,
    usage: UsageView,
    now: datetime,
) -> Facts:
    facts = [*_facts(plugin), (say("Installed on"), usage_fact(usage))]
    if repository:
        facts += repository_facts(repository, now)
    facts += _reading(reading, now)
    return Facts(tuple((label, clip(value, _VALUE_LIMIT)) for label, value in facts if value))


def _facts(plugin: PluginView) -> tuple[tuple[str, str | None], ...]:
    return (
        (say("Name"), plugin.name),
        (say("Repository"), plugin.place),
        (say("Version"), plugin.version),
        (say("Authors"), plugin.authors),
        (say("Maintainers"), joined(plugin.maintainers)),
        (say("Contact"), plugin.contact_emails),
        (say("Tests"), value(plugin, Detail.CI)),
        (say("Needs host version"), _at_least(plugin.required_version)),
        (say("Label"), plugin.label),
        (say("Tags"), joined(plugin.tags[:_NAMES])),
        (say("Also known as"), joined(plugin.aliases[:_NAMES])),
        (say("Edited here"), edited_words(plugin)),
    )


def _reading(reading: ReadingView, now: datetime) -> tuple[tuple[str, str | None], ...]:
    return (
        (say("Code owners"), joined(reading.owners[:_NAMES])),
        (say("Read on GitHub"), ago(reading.read_at, now) if reading.read_at else None),
    )


def _problems(reading: ReadingView) -> tuple[Block, ...]:
    """What its maintainers should put right, and what could not be read."""
    found = [Text(clip(problem, _VALUE_LIMIT)) for problem in reading.problems]
    for failed in reading.failed:
        words = say("Not all could be read: {failed}.", failed=clip(failed, _VALUE_LIMIT))
        found.append(Text(words, quiet=True))
    return tuple(found)


def _compat_branches(names: tuple[str, ...]) -> tuple[Block, ...]:
    """For which hosts there is a branch of their own, the newest ones first."""
    hosts = tuple(name.removeprefix(PREFIX) for name in reversed(names[-_PINS:]))
    if not hosts:
        return ()
    return (
        Text(
            say(
                "Hosts of {hosts} use their own branch, such as {names}.",
                hosts=joined(hosts),
                names=names[-1],
            )
        ),
    )


def _compatibility(text: str | None) -> tuple[Block, ...]:
    """What the plugin's .discourse-compatibility says of older hosts, the newest first.

    Where it cannot be used, the reason.
    """
    if text is None or not text.strip():
        return ()
    try:
        read = parse_compatibility(text)
    except CompatibilityError as error:
        return (
            Text(
                say(
                    ".discourse-compatibility cannot be used. {error}",
                    error=clip(str(error), _VALUE_LIMIT),
                )
            ),
        )
    if read.notice:
        return (Text(say(".discourse-compatibility: {notice}", notice=read.notice)),)
    newest_first = reversed(read.pins[-_PINS:])
    table = Table((say("Hosts"), say("use the plugin at")), tuple(map(_pin, newest_first)))
    rest = len(read.pins) - _PINS
    shown: list[Block] = [Text(clip(each, _VALUE_LIMIT)) for each in read.warnings[:_WARNINGS]]
    shown.append(table)
    if rest > 0:
        shown.append(Text(say("and {rest:,} for still older hosts", rest=rest), quiet=True))
    return tuple(shown)


def _at_least(version: str | None) -> str | None:
    return version and say("{version} or newer", version=version)


def _pin(pin: Pin) -> tuple[str, str]:
    relation = say("before") if pin.below else say("up to")
    if pin.stops:
        return say("all newer ones"), say("the newest commit, see above")
    if pin.reference is None:
        return f"{relation} {clip(str(pin.version))}", say("the newest commit, see above")
    reference = short(pin.reference) if links.is_sha(pin.reference) else clip(pin.reference)
    return f"{relation} {clip(str(pin.version))}", reference


def _addresses(plugin: PluginView, repository: RepositoryView | None) -> tuple[Block, ...]:
    topic = links.meta_topic(plugin.meta_topic_id) if plugin.meta_topic_id else None
    return known_links(
        (say("Repository"), links.folder(plugin.repository, plugin.path)),
        *(repository_links(repository) if repository else ()),
        (say("Topic on Discourse Meta"), topic),
        (say("Documentation"), plugin.docs_url),
        (say("Support"), plugin.support_url),
    )
