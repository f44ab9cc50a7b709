"""What people declare of a plugin: the event that `edit` becomes."""

from models.actions.asking import Asker
from models.events import Event
from models.events.declaring import DeclarationWish
from models.rules.declaring import Fact, statement
from models.rules.inert import inert
from models.rules.redact import redact

_REASON_LIMIT = 300


def edit(
    asker: Asker,
    plugin: str,
    what: str,
    value: str,
    *,
    versions: str = "",
    of: str = "",
    off: bool = False,
    because: str = "",
) -> Event:
    """A fact about a plugin that holds from now on or, with `off`, no more.

    Raises:
        ValueError: the fact makes no sense; the words say what would.
    """
    reason = " ".join(inert(redact(because)).split())[:_REASON_LIMIT]
    said = statement(Fact(what), value, versions, of, reason, withdrawn=off)
    return DeclarationWish(asker.actor, plugin, said, asker.allowed)
