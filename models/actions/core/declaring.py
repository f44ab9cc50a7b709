"""What people declare of plugins, and which upgrades they plan: the events of these acts."""

from models.actions.asking import Asker
from models.actions.words import dashed
from models.events import Event
from models.events.declaring import DeclarationWish, DetailEdit
from models.events.upgrades import UpgradePlan
from models.rules.declaring import Fact, statement
from models.rules.details import OFF, Detail, read_detail
from models.rules.inert import inert
from models.rules.redact import redact
from models.rules.speaking import later, marked

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
    """A fact about a plugin that holds from now on or, with `off`, no more; or a detail of it, as people say it is.

    Raises:
        ValueError: it makes no sense; the words say what would.
    """
    if what in set(Detail):
        if versions or of or because:
            raise ValueError(
                later("{what} takes what it should be, or off, and nothing else", what=what)
            )
        return _detail(asker, plugin, Detail(what), OFF if off else value)
    reason = " ".join(inert(redact(because)).split())[:_REASON_LIMIT]
    said = statement(Fact(what), dashed(value), versions, of, reason, withdrawn=off)
    return DeclarationWish(asker.actor, plugin, said, asker.allowed)


def _detail(asker: Asker, plugin: str, detail: Detail, text: str) -> Event:
    said = None if text.casefold() == OFF else read_detail(detail, text)
    return DetailEdit(asker.actor, plugin, detail, said, asker.allowed)


def upgrade(
    asker: Asker, site: str, *, branch: str = "", off: bool = False, me: bool = False
) -> Event:
    """A site's upgrade to a host branch, before which this place's digest tells whether it would work.

    Raises:
        ValueError: neither a host branch nor `off` is named.
    """
    if bool(branch) is off:
        raise ValueError(
            marked("say which host branch it is to be upgraded to, as “to stable”; or off")
        )
    return UpgradePlan(asker.actor, asker.place(for_me=me), site, branch, off)
