"""The answer to `info`: what a plugin says of itself, and what GitHub tells of its repository."""

from datetime import datetime

from models.messages import links
from models.messages.message import Block, Facts, Links, Message, Table, Text
from models.messages.repository import repository_facts, repository_links, troubles
from models.messages.times import ago
from models.messages.words import clip, joined, short
from models.metadata.compatibility import CompatibilityError, Pin, parse_compatibility
from models.views import PluginView
from models.views.github import ReadingView, RepositoryView

_VALUE_LIMIT = 300
_ABOUT_LIMIT = 500
_NAMES = 20
_PINS = 10

_GUESSED = "This handle is guessed from the repository's name, because no plugin.rb header was read yet."


def info_message(
    plugin: PluginView, repository: RepositoryView | None, now: datetime, reading: ReadingView | None = None
) -> Message:
    """The plugin's metadata as its header gives it, what it was called before, where it lives, and how it is there."""
    read = reading or ReadingView()
    facts = (*_facts(plugin), *(repository_facts(repository, now) if repository else ()), *_reading(read, now))
    blocks: tuple[Block, ...] = (
        *((Text(clip(plugin.about, _ABOUT_LIMIT)),) if plugin.about else ()),
        *(map(Text, troubles(repository)) if repository else ()),
        *_problems(read),
        Facts(tuple((label, clip(value, _VALUE_LIMIT)) for label, value in facts if value)),
        *((Text(_GUESSED, quiet=True),) if plugin.provisional else ()),
        *_compatibility(plugin.compatibility),
        *_addresses(plugin, repository),
    )
    return Message(f"About {clip(plugin.handle)}", blocks=blocks)


def _facts(plugin: PluginView) -> tuple[tuple[str, str | None], ...]:
    return (
        ("Name", plugin.name),
        ("Repository", plugin.repository),
        ("Version", plugin.version),
        ("Authors", plugin.authors),
        ("Contact", plugin.contact_emails),
        ("Needs host version", plugin.required_version and f"{plugin.required_version} or newer"),
        ("Label", plugin.label),
        ("Tags", joined(plugin.tags[:_NAMES])),
        ("Also known as", joined(plugin.aliases[:_NAMES])),
    )


def _reading(reading: ReadingView, now: datetime) -> tuple[tuple[str, str | None], ...]:
    return (
        ("Code owners", joined(reading.owners[:_NAMES])),
        ("Read on GitHub", ago(reading.read_at, now) if reading.read_at else None),
    )


def _problems(reading: ReadingView) -> tuple[Block, ...]:
    """What its maintainers should put right, and what could not be read."""
    return (
        *(Text(clip(problem, _VALUE_LIMIT)) for problem in reading.problems),
        *(Text(f"Not all could be read: {clip(failed, _VALUE_LIMIT)}.", quiet=True) for failed in reading.failed),
    )


def _compatibility(text: str | None) -> tuple[Block, ...]:
    """What the plugin's .discourse-compatibility makes of older hosts, the newest first; or why it does not."""
    if text is None or not text.strip():
        return ()
    try:
        read = parse_compatibility(text)
    except CompatibilityError as error:
        return (Text(f".discourse-compatibility cannot be used. {clip(str(error), _VALUE_LIMIT)}"),)
    if read.notice:
        return (Text(f".discourse-compatibility: {read.notice}"),)
    rest = len(read.pins) - _PINS
    older = (Text(f"and {rest:,} for still older hosts", quiet=True),) if rest > 0 else ()
    return (Table(("Hosts", "use the plugin at"), tuple(map(_pin, reversed(read.pins[-_PINS:])))), *older)


def _pin(pin: Pin) -> tuple[str, str]:
    reference = short(pin.reference) if links.is_sha(pin.reference) else clip(pin.reference)
    return f"{'before' if pin.below else 'up to'} {clip(str(pin.version))}", reference


def _addresses(plugin: PluginView, repository: RepositoryView | None) -> tuple[Block, ...]:
    topic = links.meta_topic(plugin.meta_topic_id) if plugin.meta_topic_id else None
    found = (
        ("Repository", links.repository(plugin.repository)),
        *(repository_links(repository) if repository else ()),
        ("Topic on Discourse Meta", topic),
    )
    pairs = tuple((label, address) for label, address in found if address)
    return (Links(pairs),) if pairs else ()
