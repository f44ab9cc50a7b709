"""Whether extensions can run in their jail here."""

from collections.abc import Iterator

from models import jail
from models.health.finding import Finding, Weight
from models.settings import Settings

_MISSING = (
    "There is no bubblewrap here, which keeps extensions in a jail, so that none runs: install it where the jobs "
    "process runs (Debian's package is bubblewrap)."
)
_NO_JAIL = (
    "bubblewrap does not start here, so that no extension runs: {trouble}. It needs user namespaces (sysctl "
    "user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns; in a "
    "container its seccomp profile). Where that cannot be, REALM_JAIL=false runs extensions without a jail."
)
_ACCEPTED = (
    "REALM_JAIL is false: the code of an extension may read whatever a user of this machine may read. Turn on only "
    "extensions that you trust as you trust Pluginwatch itself."
)


def realm_findings(settings: Settings) -> Iterator[Finding]:
    """Start an empty jail."""
    if not settings.realm_jail:
        yield Finding(Weight.HINT, _ACCEPTED)
        return
    bwrap = jail.bubblewrap()
    if bwrap is None:
        yield Finding(Weight.HINT, _MISSING)
    elif trouble := jail.trouble(bwrap):
        yield Finding(Weight.HINT, _NO_JAIL.format(trouble=trouble))
    else:
        yield Finding(Weight.FINE, "Extensions run in a jail.")
