"""As whom the browser runs, in its sandbox, and what says when there can be none."""

import os
import socket
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, sync_playwright
from pydantic import SecretStr

from jobs.canary.browser import browser
from models.health.browser import browser_findings
from models.health.finding import Weight
from models.settings import Settings
from models.settings.canary import installed_browser
from models.unprivileged import USERS, running
from tests.jobs.canary.conftest import configured, server_of
from tests.servers import odd
from tests.servers.discourse import Forum
from tests.servers.odd import odd_server
from tests.waiting import LONG

AS_ROOT = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can start a browser as another user"
)
# A browser whose namespace may make no others: where user namespaces are off.
CONFINED = """#!/bin/sh
exec unshare --user --map-current-user --keep-caps sh -c \
    'echo 0 >/proc/sys/user/max_user_namespaces; exec {} "$@"' sh "$@"
"""


@pytest.fixture
def _confined(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chromium where it can have no sandbox."""
    folder = tmp_path_factory.mktemp("bin")
    # pytest's own folders, of which a process of several has one more, are for this user alone.
    for each in (
        folder,
        *(parent for parent in folder.parents if parent.name.startswith(("pytest-", "popen-"))),
    ):
        each.chmod(0o755)
    program = folder / "chromium"
    program.write_text(CONFINED.format(installed_browser()))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def processes(folder: Path) -> dict[int, str]:
    """The browser's processes and their arguments."""
    found = {}
    for arguments in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            said = arguments.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if "--type=" in said or str(folder) in said:
                found[int(arguments.parent.name)] = said
    return found


NAMES = {"inner.example.org": "127.0.0.1", "link.example.org": "169.254.169.254"}


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What names stand for, as nobody else's name server needs to know."""
    known = {**NAMES, "site.example.org": "1.1.1.1"}
    of_the_system = socket.getaddrinfo

    def look_up(host: str, *asked: Any, **more: Any) -> Any:
        return of_the_system(known.get(host, host), *asked, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.mark.usefixtures("names")
def test_it_goes_by_no_name_into_our_network(site: Forum) -> None:
    server = server_of(site).model_copy(update={"url": "http://site.example.org"})
    with (
        odd_server(odd.ANSWERS) as inner,
        sync_playwright() as playwright,
        browser(playwright, server) as (context, _),
    ):
        for host in (*NAMES, "127.0.0.1", "localhost", "0x7f.1"):
            with pytest.raises(Error, match="ERR_SOCKS_CONNECTION_FAILED"):
                context.pages[0].goto(f"http://{host}:{inner.port}/")
        assert inner.asked == []


def test_from_a_site_in_our_network_it_goes_there_but_to_no_link(
    site: Forum, names: dict[str, str]
) -> None:
    """Each time to the address that was checked, whatever the name stands for the next time."""
    with (
        odd_server(odd.ANSWERS) as inner,
        sync_playwright() as playwright,
        browser(playwright, server_of(site)) as (context, _),
    ):
        page = context.pages[0]
        assert page.goto(site.url)
        assert page.goto(f"http://inner.example.org:{inner.port}/")
        names["inner.example.org"] = "169.254.169.254"
        for host in NAMES:
            with pytest.raises(Error, match="ERR_SOCKS_CONNECTION_FAILED"):
                page.goto(f"http://{host}:{inner.port}/")


def _namespace(process: str) -> Path:
    return Path(f"/proc/{process}/ns/user").readlink()


def _until_gone(user: int) -> None:
    """What was killed takes a moment to end."""
    deadline = time.monotonic() + LONG
    while user in dict(running()).values():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@AS_ROOT
@pytest.mark.parametrize("sandboxed", [True, False])
def test_root_starts_it_as_another_user(site: Forum, *, sandboxed: bool) -> None:
    with (
        sync_playwright() as playwright,
        browser(playwright, server_of(site), sandboxed=sandboxed) as opened,
    ):
        context, folder = opened
        context.pages[0].goto(site.url)
        for host in ("169.254.169.254", "[::ffff:169.254.169.254]", "0xa9fea9fe", "[fe80::1]"):
            with pytest.raises(Error, match="ERR_SOCKS_CONNECTION_FAILED"):
                context.pages[0].goto(f"http://{host}/")
        owner = (folder / "home").stat().st_uid
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "home")]
        of_whom = dict(running())
        ours = {pid: said for pid, said in processes(folder).items() if of_whom.get(pid) == owner}
        renderers = [pid for pid, said in ours.items() if "--type=renderer" in said]
        statuses = [Path(f"/proc/{pid}/status").read_text() for pid in renderers]
        apart = [_namespace(str(pid)) != _namespace("self") for pid in renderers]
    assert owner in USERS
    assert modes == [0o710, 0o700]
    assert renderers
    (main,) = (
        said
        for said in ours.values()
        if "--remote-debugging-pipe" in said and "--type=" not in said
    )
    assert ("--no-sandbox" in main) != sandboxed
    assert all(("Seccomp:\t2" in status) == sandboxed for status in statuses)
    assert all(each == sandboxed for each in apart)
    _until_gone(owner)


@AS_ROOT
@pytest.mark.usefixtures("_confined")
def test_without_namespaces_it_does_not_start_unless_that_is_accepted(site: Forum) -> None:
    with sync_playwright() as playwright:
        with pytest.raises(Error, match="No usable sandbox"), browser(playwright, server_of(site)):
            pass
        with browser(playwright, server_of(site), sandboxed=False) as (context, _):
            assert context.pages


def test_check_says_whether_it_starts_in_its_sandbox(site: Forum) -> None:
    settings = Settings(canary_servers=SecretStr(configured(site)))
    last = list(browser_findings(settings))[-1]
    assert (last.weight, last.words) == (Weight.FINE, "Chromium starts in its sandbox.")


@AS_ROOT
@pytest.mark.usefixtures("_confined")
def test_check_says_what_to_do_where_there_are_no_namespaces(site: Forum) -> None:
    settings = Settings(canary_servers=SecretStr(configured(site)))
    last = list(browser_findings(settings))[-1]
    assert last.weight is Weight.FIX
    assert "CANARY_SANDBOX=false" in last.words
    accepted = settings.model_copy(update={"canary_sandbox": False})
    last = list(browser_findings(accepted))[-1]
    assert last.weight is Weight.HINT
    assert "breaks out" in last.words
