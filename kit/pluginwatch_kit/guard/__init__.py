"""The Guard for Python hosts: nothing that a plugin does at start-up ends the application that loads it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pluginwatch_kit.guard.attempts import Loaded
    from pluginwatch_kit.guard.guard import Guard

__all__ = ["Guard", "Loaded"]


def __getattr__(name: str) -> Any:
    """What is imported from here is loaded then: a realm, which starts while somebody waits, takes but parts of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pluginwatch_kit.guard import guard  # noqa: PLC0415 - see above

    return getattr(guard, name)
