"""The core's rows of the dictionary, in the order in which help shows them."""

from models.actions.action import Action
from models.actions.core.table.following import FOLLOWING
from models.actions.core.table.incidents import INCIDENTS
from models.actions.core.table.people import PEOPLE
from models.actions.core.table.plugins import PLUGINS

CORE: tuple[Action, ...] = (*PLUGINS, *INCIDENTS, *FOLLOWING, *PEOPLE)
# The first words of their names.
COMMANDS = frozenset(action.name.split()[0] for action in CORE)
