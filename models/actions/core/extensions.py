"""Extensions: which there are, what one needs, which others need it, and what people ask to be done with it."""

from collections.abc import Callable

from models.actions.asking import Asker, Asking
from models.actions.core.using import where
from models.events import Event
from models.events.extensions import ExtensionWish
from models.extensions.host import this_host
from models.extensions.incoming import package_views
from models.extensions.viewing import extension_views
from models.messages.extensions import (
    can_remove_message,
    extension_message,
    extensions_message,
    needed_message,
    needs_message,
    unknown_extension,
)
from models.messages.message import Message
from models.rules.authority import Power
from models.rules.extensions import ExtensionVerb
from models.rules.speaking import marked
from models.views.extensions import ExtensionView


def extensions(asking: Asking) -> Message:
    """Every extension, and for those inside what could be installed."""
    views = extension_views(asking.session, this_host())
    packages = package_views(asking.session, this_host()) if asking.allowed.inside else ()
    return extensions_message(views, packages)


def about_extension(
    compose: Callable[[Asking, ExtensionView], Message],
) -> Callable[[Asking, str], Message]:
    """The answer to a question about one, which is looked up first."""

    def about(asking: Asking, extension: str) -> Message:
        views = {each.handle: each for each in extension_views(asking.session, this_host())}
        found = views.get(extension)
        return compose(asking, found) if found else unknown_extension(extension, views)

    return about


@about_extension
def info(asking: Asking, extension: ExtensionView) -> Message:
    """All that is known of it."""
    return extension_message(extension, inside=asking.allowed.inside)


@about_extension
def needs(_asking: Asking, extension: ExtensionView) -> Message:
    """What it needs."""
    return needs_message(extension)


@about_extension
def needed(_asking: Asking, extension: ExtensionView) -> Message:
    """Who needs it."""
    return needed_message(extension)


@about_extension
def can_remove(_asking: Asking, extension: ExtensionView) -> Message:
    """Whether it can be removed, and what becomes of its data."""
    return can_remove_message(extension)


def switch(
    verb: ExtensionVerb, power: Power, asker: Asker, extension: str, everywhere: bool = False
) -> Event:
    """To turn it on or off, or to let it try again. What is turned on is used here, or everywhere."""
    place = where(asker, for_me=False)
    return ExtensionWish(asker.actor, verb, extension, power, place, everywhere)


def keep(power: Power, asker: Asker, extension: str) -> Event:
    """To remove it and to keep its data."""
    return ExtensionWish(asker.actor, ExtensionVerb.KEEP, extension, power)


def purge(power: Power, asker: Asker, extension: str, again: str) -> Event:
    """To forget all that was kept of it.

    Raises:
        ValueError: its handle was not typed twice.
    """
    if again != extension:
        raise ValueError(marked("type the handle twice, the same"))
    return ExtensionWish(asker.actor, ExtensionVerb.PURGE, extension, power)
