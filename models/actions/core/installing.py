"""Extensions that could be installed: what each asks for, and the wish to have it."""

from models.actions.asking import Asker, Asking
from models.events import Event
from models.events.extensions import InstallWish
from models.extensions.host import this_host
from models.extensions.incoming import newest, offered
from models.extensions.refusal import PackageError
from models.messages.installing import not_installable, offer_message, undetected
from models.messages.message import Message
from models.rules.authority import Power


def can_install(asking: Asking, extension: str) -> Message:
    """Whether a detected package of it can be installed, and what it asks for."""
    found = newest(asking.session, extension) if asking.allowed.inside else None
    if found is None:
        return undetected(extension)
    try:
        return offer_message(offered(asking.session, found, this_host()))
    except PackageError as error:
        return not_installable(extension, found.version, error.problems)


def install(
    upgrades: bool, power: Power, asker: Asker, extension: str, agreeing: str = ""
) -> Event:
    """To install it, or a newer version of it."""
    return InstallWish(asker.actor, extension, power, agreeing, upgrades)
