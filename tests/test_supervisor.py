"""`python -m supervisor`: all three run, and all end together."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from demo.processes import ROOT
from models.database.engine import Database
from models.database.migrate import migrate, pending
from supervisor.__main__ import PROCESSES
from tests.waiting import LONG


@contextmanager
def supervised(folder: Path, url: str, **given: object) -> Iterator[subprocess.Popen[str]]:
    """The supervisor with these settings; killed with all that is its own when a test fails."""
    process = subprocess.Popen(
        [sys.executable, "-m", "supervisor"],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": url,
            "LINK_SIGNING_KEY": "k" * 32,
            **{name: str(value) for name, value in given.items()},
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=LONG)


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def answer_of(address: str) -> int:
    """The status of the answer, once there is one."""
    deadline = time.monotonic() + LONG
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                status: int = answer.status
                return status
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_all_serve_and_end_together(tmp_path: Path, empty_database_url: str) -> None:
    web, room = a_free_port(), a_free_port()
    with supervised(tmp_path, empty_database_url, PORT=web, LOCAL_CHAT_PORT=room) as process:
        assert answer_of(f"http://127.0.0.1:{web}/readyz") == 200
        assert answer_of(f"http://127.0.0.1:{room}/") == 200
        with closing(Database(empty_database_url)) as database:
            assert not pending(database)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=LONG)
    assert process.returncode == 0  # of anything else make says that it is an error
    assert f"Status pages: http://127.0.0.1:{web}/\n" in said
    assert f"Chat room: http://127.0.0.1:{room}/\n" in said
    for name in PROCESSES:
        assert re.search(rf"^{name} +\| ", said, re.MULTILINE), said
    with (
        pytest.raises(OSError, match="refused"),
        urllib.request.urlopen(f"http://127.0.0.1:{web}/"),
    ):
        pass


def test_one_that_cannot_start_ends_all(tmp_path: Path, database_url: str) -> None:
    with closing(Database(database_url)) as database:
        migrate(database)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with supervised(tmp_path, database_url, PORT=port, LOCAL_CHAT_PORT=0) as process:
            said, _ = process.communicate(timeout=LONG)
    assert process.returncode == 1
    assert f"web  | PORT {port} is taken on 127.0.0.1" in said
    assert "web ended with 1, and so all end\n" in said
    assert "The chat room is off (LOCAL_CHAT_PORT=0)\n" in said


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells children of their parent's end"
)
def test_all_end_with_a_supervisor_that_is_killed(tmp_path: Path, empty_database_url: str) -> None:
    web, room = a_free_port(), a_free_port()
    with supervised(tmp_path, empty_database_url, PORT=web, LOCAL_CHAT_PORT=room) as process:
        for port in (web, room):
            answer_of(f"http://127.0.0.1:{port}/")
        names = {_name_of(pid) for pid in _children_of(process.pid)}
        assert {"pluginwatch-web", "pluginwatch-bot"} <= names
        process.kill()
        process.wait(LONG)
        deadline = time.monotonic() + LONG
        while any(_listens(port) for port in (web, room)):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def _children_of(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _name_of(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def test_nothing_starts_with_settings_that_are_wrong(tmp_path: Path) -> None:
    with supervised(tmp_path, "nowhere://") as process:
        said, _ = process.communicate(timeout=LONG)
    assert process.returncode == 1
    assert "DATABASE_URL" in said
    assert "|" not in said


def test_it_starts_what_the_procfile_starts() -> None:
    named = dict(
        re.findall(r"^(\w+): python -m (\w+)$", (ROOT / "Procfile").read_text(), re.MULTILINE)
    )
    assert named == PROCESSES
