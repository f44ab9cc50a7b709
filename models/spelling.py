"""Settings that were misspelt, so that they do nothing and nobody is told."""

from collections.abc import Iterable

from rapidfuzz.distance import OSA

from models.settings import Settings

_PREFIX = "PLUGINWATCH_"
_LETTERS_A_SLIP = 4  # one slip is forgiven for each so many letters of the setting's name

NAMES = tuple(name.upper() for name in Settings.model_fields)


def meant(variable: str) -> str | None:
    """The setting that a variable of another name was probably meant to be; None when it resembles none."""
    name = variable.upper()
    if name in NAMES:
        return None
    if (unprefixed := name.removeprefix(_PREFIX)) in NAMES:
        return unprefixed
    slips = {setting: OSA.distance(name, setting) for setting in NAMES}
    nearest = min(slips, key=slips.__getitem__)
    return nearest if slips[nearest] <= max(1, len(nearest) // _LETTERS_A_SLIP) else None


def misspelt(variables: Iterable[str]) -> dict[str, str]:
    """The variables that look like a misspelt setting, each with that setting."""
    return {variable: setting for variable in sorted(variables) if (setting := meant(variable))}
