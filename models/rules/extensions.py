"""How an extension can stand. Pure."""

from enum import StrEnum

# The clock's job that looks after their folder.
EXTENSIONS_JOB = "extensions"


class ExtensionState(StrEnum):
    """Installed and turned off, or turned on; quarantined because its code fails; removed with its data kept.

    `HELD` is never stored: it is what is on and does not fit at this moment what it needs.
    """

    OFF = "off"
    ON = "on"
    QUARANTINED = "quarantined"
    HELD = "held"
    KEPT = "kept"


class ExtensionVerb(StrEnum):
    """What somebody wants done: turn it on or off, let a quarantined one retry, remove it and keep its data, or forget
    what was kept.
    """

    ON = "on"
    OFF = "off"
    RETRY = "retry"
    KEEP = "keep"
    PURGE = "purge"
