"""Which plugins the names of a set mean, and which may be meant by those that no plugin has."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from sqlmodel import Session, col, select

from models.messages.suggestions import closest
from models.queries.named import named_plugins
from models.queries.plugins import handles as all_handles
from models.registry.known import WantedPlugin
from models.rules.privacy import Clearance
from models.rules.wanted import Member, word_by_word
from models.tables import Plugin

# Each name is compared with the whole master list.
_MOST_GUESSED = 10


def wanted_plugins(
    session: Session,
    named: Sequence[Member],
    allowed: Clearance,
    ecosystem: str | None,
) -> tuple[tuple[WantedPlugin, ...], tuple[str, ...]]:
    """The plugins that are meant, each with the version that is wanted, and the names that no plugin has.

    Names without a prefix are of the `ecosystem`, if one is known.
    """
    ids = named_plugins(session, [name for name, _ in named], allowed, ecosystem)
    # Several names between which nothing but spaces stands were read as one.
    lists = {each: word_by_word(each) for each in named if each[0] not in ids and " " in each[0]}
    words = {name for name, _ in chain.from_iterable(lists.values())}
    ids |= named_plugins(session, words, allowed, ecosystem)
    members: list[Member] = []
    for each in named:
        members += _listed(each, lists.get(each, ()), ids)
    rows = session.exec(select(Plugin.id, Plugin.handle).where(col(Plugin.id).in_(ids.values())))
    handles = dict(rows.all())
    wanted: dict[str, WantedPlugin] = {}
    unknown: list[str] = []
    for name, at in members:
        plugin_id = ids.get(name)
        if plugin_id is None:
            unknown.append(name)
        else:
            found = handles[plugin_id]
            wanted[found] = WantedPlugin(found, at)
    return tuple(wanted.values()), tuple(dict.fromkeys(unknown))


def _listed(member: Member, words: Sequence[Member], ids: Mapping[str, int]) -> Sequence[Member]:
    """The words in place of a name that no plugin has, where half of them or more are plugins' names."""
    known = sum(name in ids for name, _ in words)
    if known and 2 * known >= len(words):
        return words
    return (member,)


def probably_meant(session: Session, unknown: Iterable[str]) -> dict[str, str]:
    """Each of the names with the handle of the plugin that is probably meant, or blank.

    Only the first `_MOST_GUESSED` names are looked for.
    """
    names = tuple(unknown)
    known = all_handles(session) if names else []
    near = {name: next(iter(closest(name, known)), "") for name in names[:_MOST_GUESSED]}
    return dict.fromkeys(names, "") | near
