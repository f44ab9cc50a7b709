"""What people declare of plugins, and which upgrades they plan: the events of these acts."""

from models.actions.asking import Asker
from models.events import Event
from models.events.declaring import DeclarationWish
from models.events.upgrades import UpgradePlan
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


def upgrade(
    asker: Asker, site: str, *, branch: str = "", off: bool = False, me: bool = False
) -> Event:
    """A site's upgrade to a host branch, before which this place's digest tells whether it would work.

    Raises:
        ValueError: neither a host branch nor `off` is named.
    """
    if bool(branch) is off:
        raise ValueError("say which host branch it is to be upgraded to, as “to stable”; or off")
    return UpgradePlan(asker.actor, asker.place(for_me=me), site, branch, off)
