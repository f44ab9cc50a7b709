"""Variables of the environment that look like a misspelt setting, so that they do nothing and
nobody is told.
"""

from collections.abc import Iterable

from models.settings import Settings
from models.settings.spelling import meant

NAMES = tuple(name.upper() for name in Settings.model_fields)


def misspelt(variables: Iterable[str]) -> dict[str, str]:
    """The variables that look like a misspelt setting, each with that setting."""
    return {
        variable: setting for variable in sorted(variables) if (setting := meant(variable, NAMES))
    }
