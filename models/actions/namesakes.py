"""Who names a plugin whose name others have, too, is told how to name those."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session

from models.actions.action import Asked, NoAction, Read
from models.actions.arguments import Source
from models.actions.arguments.following import Plugins
from models.queries.named import handles_of_namesakes
from models.rules.namesakes import named

_OF_PLUGINS = frozenset({Source.PLUGINS, Source.FOLLOWED})


def others_named(session: Session, read: Read) -> Sequence[str]:
    """The handles of plugins of other ecosystems that have a name in what was read, which has no prefix."""
    asked = read.status if isinstance(read, NoAction) else read
    found: list[str] = []
    if isinstance(asked, Asked) and not asked.action.is_contributed:
        for name in _plain_names(asked):
            found += handles_of_namesakes(session, name)
    return found


def _plain_names(asked: Asked) -> Iterator[str]:
    for argument in asked.action.takes:
        value = asked.values.get(argument.name) if argument.source in _OF_PLUGINS else None
        text = value.name if isinstance(value, Plugins) else value
        if not isinstance(text, str):
            continue
        try:
            means = named(text)
        except ValueError:
            continue
        if means.ecosystem is None:
            yield means.name
