"""Options of an extension: how they stand, and setting one."""

from collections.abc import Iterator

from models.actions.asking import Asker, Asking
from models.events import Event
from models.events.extensions import OptionWish
from models.extensions.host import this_host
from models.extensions.installed import installed, present
from models.extensions.manifest import Manifest
from models.extensions.options import may_be_chosen, variable
from models.extensions.standing import row_of
from models.messages.extensions import unknown_extension
from models.messages.message import Message
from models.messages.options import options_message


def options(asking: Asking, extension: str) -> Message:
    """Its options, with what was set in chat. What stands in the environment of the jobs process is not known here."""
    there = present(installed(asking.session, this_host()))
    found = there.get(extension)
    row = row_of(asking.session, extension)
    if found is None or found.manifest is None or row is None:
        return unknown_extension(extension, there)
    return options_message(found.name, extension, tuple(_rows(found.manifest, row.options)))


def _rows(manifest: Manifest, chosen: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for name, option in manifest.option.items():
        where = variable(manifest.handle, name)
        usual = "" if option.default is None else f"{option.default} (usual)"
        value = chosen.get(name) or usual
        if may_be_chosen(option):
            yield name, option.about, value, f"{option.power}s here, or {where}"
        else:
            yield name, option.about, usual, where


def set_option(asker: Asker, extension: str, option: str, value: str = "") -> Event:
    """To give one a value, or its usual one."""
    return OptionWish(asker.actor, extension, option, value)
