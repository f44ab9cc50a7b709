"""The core's rows of the dictionary, in the order in which help shows them."""

from models.actions.action import Action
from models.actions.core.table.extensions import extensions
from models.actions.core.table.following import FOLLOWING
from models.actions.core.table.incidents import INCIDENTS
from models.actions.core.table.people import PEOPLE
from models.actions.core.table.plugins import PLUGINS
from models.rules.authority import Power


def core(manage_extensions: Power = Power.ADMINISTER) -> tuple[Action, ...]:
    """The rows, by what one needs to do something about extensions."""
    return (*PLUGINS, *INCIDENTS, *FOLLOWING, *extensions(manage_extensions), *PEOPLE)


CORE = core()
# The first words of their names.
COMMANDS = frozenset(action.name.split()[0] for action in CORE)
