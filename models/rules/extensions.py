"""How an extension can stand. Pure."""

from enum import StrEnum


class ExtensionState(StrEnum):
    """Installed and turned off, or turned on; removed with its data kept.

    `HELD` is never stored: it is what is on and does not fit at this moment what it needs.
    """

    OFF = "off"
    ON = "on"
    HELD = "held"
    KEPT = "kept"


class ExtensionVerb(StrEnum):
    """What somebody wants done: remove it and keep its data, or forget what was kept."""

    KEEP = "keep"
    PURGE = "purge"
