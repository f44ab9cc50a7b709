"""Whether the canary's browser is here, and starts in its sandbox."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from models.health.finding import Finding, Weight
from models.settings import Settings
from models.settings.canary import installed_browser
from models.unprivileged import free_user

_START_SECONDS = 30
_MISSING = (
    "There is no Chromium here, which the jobs process needs for CANARY_SERVERS: install it where that runs "
    "(Debian's package is chromium)."
)
_NO_SANDBOX = (
    "Chromium does not start in its sandbox here, so that no canary runs. It needs user namespaces (sysctl "
    "user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns; in a "
    "container its seccomp profile) or Debian's package chromium-sandbox. Where that cannot be, CANARY_SANDBOX=false "
    "lets pages of the canary servers run without it."
)
_ACCEPTED = (
    "CANARY_SANDBOX is false: a page that breaks out of Chromium is on this machine, as an ordinary user. "
    "Test only sites that you trust."
)


def browser_findings(settings: Settings) -> Iterator[Finding]:
    """Look at the browser, if there is a server to test."""
    servers = settings.canaries
    if not servers:
        return
    yield Finding(
        Weight.FINE,
        f"The browser canary tests: {', '.join(f'{one.name} at {one.due}' for one in servers)}",
    )
    browser = installed_browser()
    if browser is None:
        yield Finding(Weight.HINT, _MISSING)
    elif not settings.canary_sandbox:
        yield Finding(Weight.HINT, _ACCEPTED)
    elif not starts_in_sandbox(browser):
        yield Finding(Weight.FIX, _NO_SANDBOX)
    else:
        yield Finding(Weight.FINE, "Chromium starts in its sandbox.")


def starts_in_sandbox(browser: str) -> bool:
    """Whether the browser shows an empty page, as the user as whom the canary starts it."""
    user = free_user()
    with tempfile.TemporaryDirectory(
        prefix="pluginwatch-check-",
        ignore_cleanup_errors=True,
    ) as folder:
        if user:
            os.chown(folder, user, user)
        command = [
            browser,
            "--headless",
            "--disable-dev-shm-usage",
            f"--user-data-dir={Path(folder) / 'profile'}",
        ]
        try:
            done = subprocess.run(  # noqa: S603 - the browser that was found, and our own arguments
                [*command, "--dump-dom", "about:blank"],
                user=user,
                group=user,
                extra_groups=[] if user else None,
                env={"HOME": folder, "TMPDIR": folder, "PATH": os.environ.get("PATH", os.defpath)},
                cwd="/",
                capture_output=True,
                timeout=_START_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
    return done.returncode == 0 and b"<html" in done.stdout
