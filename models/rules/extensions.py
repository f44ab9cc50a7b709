"""How an extension can stand. Pure."""

from enum import StrEnum

from models.rules.speaking import marked

# The clock's job that looks after their folder.
EXTENSIONS_JOB = "extensions"
# How the names of extensions' own tables begin, and of none of the core's; the handle follows.
OWN_TABLES = "plugin_"
# The own table in which the host notes what it made: the installed version, and each column's type.
META = "meta_data"
# What happens that extensions can hear of, as webhooks name it; and what of it is an end.
EVENTS = ("incident.opened", "incident.reopened", "incident.changed", "incident.resolved")
# What else happens is in models.rules.happenings.
ENDS = frozenset({"incident.resolved"})


class ExtensionState(StrEnum):
    """Installed and turned off, or turned on; quarantined because its code fails; removed with its data kept.

    `HELD` is never stored: it is what is on and does not fit at this moment what it needs.
    """

    OFF = marked("off")
    ON = marked("on")
    QUARANTINED = marked("quarantined")
    HELD = marked("held")
    KEPT = marked("kept")


class ExtensionVerb(StrEnum):
    """What somebody wants done: turn it on or off, let a quarantined one retry, remove it and keep its data, or forget
    what was kept.
    """

    ON = "on"
    OFF = "off"
    RETRY = "retry"
    KEEP = "keep"
    PURGE = "purge"
