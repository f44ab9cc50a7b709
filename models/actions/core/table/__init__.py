"""The core's rows of the dictionary, in the order in which help shows them."""

from dataclasses import replace
from itertools import chain

from models.actions.action import Action
from models.actions.core.table.extensions import extensions
from models.actions.core.table.following import FOLLOWING
from models.actions.core.table.incidents import INCIDENTS
from models.actions.core.table.master_list import MASTER_LIST
from models.actions.core.table.people import PEOPLE
from models.actions.core.table.plugins import PLUGINS
from models.actions.core.table.registry import REGISTRY
from models.rules.authority import Power
from models.rules.speaking import marked
from models.settings.extensions import ExtensionSettings


def core(install: Power, manage: Power) -> tuple[Action, ...]:
    """The rows, by what one needs to install extensions, and to remove them."""
    grouped = chain.from_iterable(map(_grouped, _GROUPS))
    return (*grouped, *extensions(install, manage), *PEOPLE)


_GROUPS = (
    (marked("How plugins stand"), PLUGINS),
    (marked("Incidents"), INCIDENTS),
    (marked("Follow plugins"), FOLLOWING),
    (marked("The master list, and what goes together"), (*REGISTRY, *MASTER_LIST)),
)


def _grouped(group: tuple[str, tuple[Action, ...]]) -> list[Action]:
    title, actions = group
    return [replace(action, group=title) for action in actions]


def extended(settings: ExtensionSettings) -> tuple[Action, ...]:
    """The rows as the operator wants them."""
    return core(settings.extensions_install.power, settings.extensions_manage.power)


CORE = core(Power.OPERATE, Power.ADMINISTER)
# The first words of their names.
COMMANDS = frozenset(action.name.split()[0] for action in CORE)
