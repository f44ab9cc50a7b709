"""The browser: sandboxed, with its own profile, never as root, and always ended after the run."""

import contextlib
import fcntl
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Error, HttpCredentials, Playwright, ViewportSize

from jobs.canary.out_of_reach import out_of_reach
from jobs.canary.way_out import way_out
from models.settings.canary import Server, installed_browser
from models.unprivileged import USERS, free_user, running

VIEWPORT = ViewportSize(width=1366, height=768)
_PREFIX = "pluginwatch-canary-"
_LOCK = "lock"
_HOME = "home"
_AS_ANOTHER_USER = Path(__file__).with_name("unprivileged.sh")
_START_MS = 60_000
# How long a browser may take to end after its attempt is over; then it is killed.
_GRACE_SECONDS = 30
_SETTLED_SECONDS = 10
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY")
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TZ", *_PROXIES, "NO_PROXY")


@contextlib.contextmanager
def browser(
    playwright: Playwright, server: Server, *, sandboxed: bool = True
) -> Iterator[tuple[BrowserContext, Path]]:
    """A new browser, and its folder, which is removed when the browser ends."""
    with _folder() as folder:
        watchdog = threading.Timer(server.run_seconds + _GRACE_SECONDS, kill, [folder])
        watchdog.daemon = True
        watchdog.start()
        try:
            with _ways(server.url) as ways:
                context = _start(playwright, server, folder, ways, sandboxed=sandboxed)
                yield context, folder
                with contextlib.suppress(Error):  # it may have died meanwhile
                    context.close()
        finally:
            watchdog.cancel()
            kill(folder)


def _ways(url: str) -> contextlib.AbstractContextManager[list[str]]:
    """Chromium's arguments that say where it goes. A proxy of the operator's knows names that we may not know."""
    if any(os.environ.get(name) for name in _PROXIES):
        return contextlib.nullcontext([out_of_reach(url)])
    return way_out(url)


def _start(
    playwright: Playwright, server: Server, folder: Path, ways: list[str], *, sandboxed: bool
) -> BrowserContext:
    home, profile = folder / _HOME, folder / _HOME / "profile"
    for made in (home, profile):
        made.mkdir(mode=0o700)
    # The browser must not see the secrets in the environment of this process.
    environment: dict[str, str | float | bool] = {
        name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ
    }
    environment |= {"HOME": str(home), "TMPDIR": str(home)}
    executable = installed_browser()  # if there is none, it is the library's own
    if user := free_user():
        os.chown(folder, -1, user)
        folder.chmod(0o710)  # for this user to pass through, and nobody else
        for made in (home, profile):
            os.chown(made, user, user)
        browser = executable or playwright.chromium.executable_path
        environment |= {
            "CANARY_USER": str(user),
            "CANARY_BROWSER": browser,
            "CANARY_PYTHON": sys.executable,
        }
        executable = str(_AS_ANOTHER_USER)
    return playwright.chromium.launch_persistent_context(
        profile,
        executable_path=executable,
        chromium_sandbox=sandboxed,
        args=["--disable-dev-shm-usage", *ways],
        env=environment,
        viewport=VIEWPORT,
        http_credentials=credentials(server),
        service_workers="block",
        timeout=_START_MS,
    )


def credentials(server: Server) -> HttpCredentials | None:
    """The HTTP Basic credentials of the site, if it asks for any before it shows anything."""
    user, _, password = server.basic_auth.get_secret_value().partition(":")
    site = urlsplit(server.url)
    if not user:
        return None
    origin = f"{site.scheme}://{site.netloc}"
    return HttpCredentials(username=user, password=password, origin=origin)


def clear_up() -> None:
    """Remove the folders of processes that were killed, whose locks the kernel has released."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if folder.lstat().st_uid != os.geteuid():
            continue  # another user made it, perhaps to let us kill and remove what is not ours
        with contextlib.suppress(OSError), (folder / _LOCK).open("r+") as lock:
            if time.time() - folder.stat().st_mtime < _SETTLED_SECONDS:
                continue  # it may be about to take its lock
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            kill(folder)
            shutil.rmtree(folder, ignore_errors=True)


def kill(folder: Path) -> None:
    """Kill every process of the folder's own user, or with this folder in its arguments.

    Only Linux tells of them.
    """
    mark = os.fsencode(folder)
    user = _user(folder)
    for process, owner in running():
        if user and owner == user:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
    for arguments in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if mark in arguments.read_bytes():
                os.kill(int(arguments.parent.name), signal.SIGKILL)


def _user(folder: Path) -> int | None:
    """The user that was made up for the browser of this folder, if one was."""
    with contextlib.suppress(FileNotFoundError):
        owner = (folder / _HOME).lstat().st_uid
        return owner if owner in USERS else None
    return None


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        with (folder / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
