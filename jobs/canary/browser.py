"""The browser: started with a profile of its own, and never left behind."""

import contextlib
import fcntl
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Error, HttpCredentials, Playwright, ViewportSize

from models.settings.canary import Server, installed_browser

VIEWPORT = ViewportSize(width=1366, height=768)
_PREFIX = "pluginwatch-canary-"
_LOCK = "lock"
_START_MS = 60_000
# How long a browser may take to end after its attempt is over; then it is killed.
_GRACE_SECONDS = 30
_SETTLED_SECONDS = 10
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TZ", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")


@contextlib.contextmanager
def browser(playwright: Playwright, server: Server) -> Iterator[tuple[BrowserContext, Path]]:
    """A browser that nobody used before, and a folder that is gone with it."""
    with _folder() as folder:
        watchdog = threading.Timer(server.run_seconds + _GRACE_SECONDS, kill, [folder])
        watchdog.daemon = True
        watchdog.start()
        try:
            context = _start(playwright, server, folder)
            yield context, folder
            with contextlib.suppress(Error):  # it may have died meanwhile
                context.close()
        finally:
            watchdog.cancel()
            kill(folder)


def _start(playwright: Playwright, server: Server, folder: Path) -> BrowserContext:
    return playwright.chromium.launch_persistent_context(
        folder / "profile",
        executable_path=installed_browser(),  # if there is none, it is the library's own
        args=["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])],
        # The secrets of this process's environment are none of the browser's.
        env={"HOME": str(folder), **{name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}},
        viewport=VIEWPORT,
        http_credentials=credentials(server),
        service_workers="block",
        timeout=_START_MS,
    )


def credentials(server: Server) -> HttpCredentials | None:
    """What the site asks for before it shows anything, if it does."""
    user, _, password = server.basic_auth.get_secret_value().partition(":")
    site = urlsplit(server.url)
    return HttpCredentials(username=user, password=password, origin=f"{site.scheme}://{site.netloc}") if user else None


def clear_up() -> None:
    """Remove what processes left behind that were killed: the kernel let go of their locks."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), (folder / _LOCK).open("r+") as lock:
            if time.time() - folder.stat().st_mtime < _SETTLED_SECONDS:
                continue  # it may be about to take its lock
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            kill(folder)
            shutil.rmtree(folder, ignore_errors=True)


def kill(folder: Path) -> None:
    """Kill every process that was started with this folder in its arguments. Only Linux tells of them."""
    mark = os.fsencode(folder)
    for arguments in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if mark in arguments.read_bytes():
                os.kill(int(arguments.parent.name), signal.SIGKILL)


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        with (folder / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
