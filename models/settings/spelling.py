"""Settings that were misspelt, so that they do nothing and nobody is told."""

from collections.abc import Iterable

_PREFIX = "PLUGINWATCH_"
_LETTERS_A_SLIP = 4  # one slip is forgiven for each so many letters of the setting's name


def meant(variable: str, settings: Iterable[str]) -> str | None:
    """The setting that a variable of another name was probably meant to be; None when it
    resembles none.
    """
    name, names = variable.upper(), tuple(settings)
    if name in names:
        return None
    if (unprefixed := name.removeprefix(_PREFIX)) in names:
        return unprefixed
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - it costs much, and is seldom needed

    slips = {setting: OSA.distance(name, setting) for setting in names}
    nearest = min(slips, key=slips.__getitem__)
    return nearest if slips[nearest] <= max(1, len(nearest) // _LETTERS_A_SLIP) else None
