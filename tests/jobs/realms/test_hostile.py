"""A hostile extension in its jail: everything that it tries is refused or bounded, whoever runs these tests."""

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from jobs.realms.answers import answer_of
from jobs.realms.errors import RealmError
from jobs.realms.realm import Realm
from models import jail
from tests.models.extensions.samples import manifest
from tests.waiting import LONG

WHEELS = Path(__file__).with_name("wheels")
MEMORY = 256 << 20
TRIPWIRE = "tripwire-9c41e7d2b6"


@pytest.fixture(scope="module", autouse=True)
def _jail() -> None:
    """Without user namespaces nothing here shows anything, and a skipped test would hide that."""
    bwrap = jail.bubblewrap()
    if bwrap is None or (trouble := jail.trouble(bwrap)):
        pytest.fail(
            f"the jail cannot run here, so these tests show nothing: {trouble if bwrap else 'no bwrap'}"
        )


@pytest.fixture
def realm() -> Iterator[Realm]:
    made = Realm("hostile", WHEELS, memory=MEMORY)
    made.request("configure", {"options": {"project": "OPS"}}, 5)
    yield made
    made.kill()


@contextmanager
def closing_realm() -> Iterator[Realm]:
    made = Realm("hostile", WHEELS, memory=MEMORY)
    try:
        yield made
    finally:
        made.kill()


@contextmanager
def closing_process() -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as other:
        yield other
        other.kill()


def realm_process(realm: Realm) -> int:
    """The realm's own process: the only child of bubblewrap's."""
    outer = realm._process.pid
    return int(Path(f"/proc/{outer}/task/{outer}/children").read_text().split()[0])


def state(process: int) -> str:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def ask(realm: Realm, run: str, seconds: float = 5, **arguments: object) -> str:
    asker = {"name": "ann", "platform": "local"}
    params = {"run": run, "asker": asker, "arguments": arguments}
    return str(realm.request("call", params, seconds)["message"]["title"])


def test_it_answers(realm: Realm) -> None:
    assert ask(realm, "hello") == "hello ann"
    assert realm.hello.filtered


@pytest.mark.parametrize("path", [".env", "pluginwatch.sqlite3", "pyproject.toml"])
def test_no_file_of_the_host_is_there(realm: Realm, tmp_path: Path, path: str) -> None:
    (tmp_path / path).write_text(TRIPWIRE)
    with pytest.raises(RealmError, match="FileNotFoundError"):
        ask(realm, "read", path=str(tmp_path / path))


def test_it_sees_only_its_own_folders(realm: Realm) -> None:
    seen = set(ask(realm, "listed", path="/").split())
    assert seen <= {
        "dev",
        "etc",
        "extension",
        "kit",
        "lib",
        "lib64",
        "tmp",
        "usr",
        "root",
        "opt",
        "home",
    }
    assert ask(realm, "listed", path="/etc") == "ld.so.cache"
    assert ask(realm, "listed", path="/dev") == "null"
    for own in ("/proc", "/sys"):
        with pytest.raises(RealmError, match="FileNotFoundError"):
            ask(realm, "listed", path=own)


def test_no_package_of_the_host_is_there(realm: Realm) -> None:
    for library in ("sqlalchemy", "models", "pip"):
        with pytest.raises(RealmError, match="ModuleNotFoundError"):
            ask(realm, "imported", name=library)


@pytest.mark.parametrize("path", ["/x", "/extension/x", "/kit/x", "/usr/x", "/dev/x"])
def test_nothing_can_be_written_outside(realm: Realm, path: str) -> None:
    with pytest.raises(RealmError, match="Read-only file system"):
        ask(realm, "write", path=path)


def test_it_reaches_no_socket(realm: Realm, tmp_path: Path) -> None:
    own = str(tmp_path / "s")
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as tcp,
        closing(socket.socket(socket.AF_UNIX)) as unix,
    ):
        unix.bind(own)
        unix.listen()
        port = tcp.getsockname()[1]
        for run, where in (("tcp", port), ("udp", port)):
            with pytest.raises(RealmError, match="PermissionError"):
                ask(realm, run, port=where)
        with pytest.raises(RealmError, match="PermissionError"):
            ask(realm, "unix", path=own)


@pytest.mark.parametrize(
    "run",
    [
        *("fork", "execute", "replace", "memory_file", "namespaces"),
        *("wake_up", "wake_up_by_a_pipe", "outlive", "hand_over"),
    ],
)
def test_what_the_kernel_refuses(realm: Realm, run: str) -> None:
    with pytest.raises(RealmError, match="Operation not permitted"):
        ask(realm, run)
    assert ask(realm, "hello") == "hello ann"


def test_it_has_one_thread(realm: Realm) -> None:
    with pytest.raises(RealmError, match="can't start new thread"):
        ask(realm, "thread")


def test_it_touches_no_other_process(realm: Realm) -> None:
    with closing_process() as other:
        for run in ("kill", "trace"):
            with pytest.raises(RealmError, match="PermissionError"):
                ask(realm, run, process=other.pid)
        with pytest.raises(RealmError, match="FileNotFoundError"):
            ask(realm, "look_into", process=other.pid)
        assert other.poll() is None


def test_memory_and_disk_are_bounded(realm: Realm) -> None:
    with pytest.raises(RealmError, match="MemoryError"):
        ask(realm, "memory")
    with pytest.raises(RealmError, match="not allowed to raise"):
        ask(realm, "more")
    assert ask(realm, "disk").endswith("MiB, then No space left on device")
    assert int(ask(realm, "disk").split()[0]) <= jail.ROOM >> 20


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("spin", "did not answer within"),
        ("hang", "did not answer within"),
        ("die", "exit code 3"),
        ("hang_up", "did not answer within"),
        ("long_line", "a line of more than"),
        ("flood", "more than 1,000 frames"),
        ("heavy_flood", "more than 8,388,608 bytes"),
        ("nonsense", "no frame"),
        ("another_answer", "answered what was not asked"),
        ("half_lines", "did not answer within"),
        ("both", "no frame"),
    ],
)
def test_what_ends_a_realm(realm: Realm, run: str, words: str) -> None:
    with pytest.raises(RealmError, match=words) as caught:
        ask(realm, run, 0.5)
    assert not caught.value.raised
    assert not caught.value.excused
    assert realm.is_over


def test_an_ended_realm_is_asked_nothing_more(realm: Realm) -> None:
    """The numbers of its streams may be those of other files by now."""
    realm.kill()
    with pytest.raises(RealmError, match="has ended"):
        ask(realm, "hello")
    realm.stop()


def test_one_that_ended_between_two_calls_is_told_as_ended(realm: Realm) -> None:
    os.kill(realm._process.pid, signal.SIGKILL)
    closed = select.poll()
    closed.register(realm._process.of, 0)
    assert closed.poll(10_000), "its stream closes"
    with pytest.raises(RealmError, match=r"its process ended \(exit code"):
        ask(realm, "hello")


def test_a_forged_answer_spoils_the_next_call(realm: Realm) -> None:
    """It may be met before the next call or within it."""
    assert ask(realm, "two_answers") == "first"
    with pytest.raises(RealmError, match=r"while nobody asked|answered what was not asked"):
        ask(realm, "hello")
    assert realm.is_over


def test_what_only_fails_leaves_it_running(realm: Realm) -> None:
    for run in ("leave", "long_answer", "no_message"):
        with pytest.raises(RealmError) as caught:
            ask(realm, run)
        assert caught.value.raised
    assert ask(realm, "hello") == "hello ann"


def test_a_message_without_end_is_refused(realm: Realm) -> None:
    answer = realm.request("call", {"run": "deep", "asker": {}, "arguments": {}}, 5)
    with pytest.raises(RealmError, match="nested too deeply"):
        answer_of(answer, manifest(), may_act=False, may_write=False)


def test_what_the_host_cannot_answer_is_refused(realm: Realm) -> None:
    def serve(_method: str, _params: dict[str, object], _seconds: float) -> dict[str, object]:
        return {"status": 200, "headers": {"x": "x" * (1 << 20)}, "body": ""}

    params = {"run": "fetched", "asker": {}, "arguments": {}}
    answer = realm.request("call", params, 5, serve)
    assert "the answer to fetch has more than 1,048,576 bytes" in str(answer)
    assert ask(realm, "hello") == "hello ann"


def test_when_the_host_fails_the_realm_does_not_go_on(realm: Realm) -> None:
    """It waits for an answer, and would take the next call for it."""

    def serve(_method: str, _params: dict[str, object], _seconds: float) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        realm.request("call", {"run": "fetched", "asker": {}, "arguments": {}}, 5, serve)
    assert realm.is_over


def test_it_is_not_blamed_for_the_time_that_the_host_takes(realm: Realm) -> None:
    def serve(_method: str, _params: dict[str, object], _seconds: float) -> dict[str, object]:
        sleep(0.6)
        return {"status": 200, "headers": {}, "body": ""}

    params = {"run": "fetched", "asker": {}, "arguments": {}}
    with pytest.raises(RealmError, match="did not answer within") as caught:
        realm.request("call", params, 0.5, serve)
    assert caught.value.excused


def test_who_has_the_host_work_is_not_excused(realm: Realm) -> None:
    def serve(_method: str, _params: dict[str, object], _seconds: float) -> dict[str, object]:
        sleep(0.01)
        return {}

    with pytest.raises(RealmError, match="did not answer within") as caught:
        realm.request("call", {"run": "nagging", "asker": {}, "arguments": {}}, 0.5, serve)
    assert not caught.value.excused


def test_its_own_numbers_are_its_own_matter(realm: Realm) -> None:
    params = {"run": "answers_of_ids", "asker": {}, "arguments": {}}
    served: list[str] = []

    def serve(method: str, _params: dict[str, object], _seconds: float) -> dict[str, object]:
        served.append(method)
        return {}

    assert "asked" in str(realm.request("call", params, 5, serve))
    assert served == ["ask"] * 5
    assert ask(realm, "hello") == "hello ann"


def test_a_pair_of_sockets_is_its_own(realm: Realm, tmp_path: Path) -> None:
    assert ask(realm, "pair") == "x"
    with pytest.raises(RealmError, match="PermissionError"):
        ask(realm, "datagram", path=str(tmp_path / "log"))
    assert ask(realm, "opened_files") == "6 open", (
        "nothing but its streams, and where it is told how it died"
    )


def test_the_hosts_processes_come_first(realm: Realm) -> None:
    assert int(ask(realm, "priority")) >= min(19, os.nice(0) + 10)


def test_it_uses_no_processor_between_calls(realm: Realm) -> None:
    """A handler that left a signal's handler behind would spin in it for ever."""
    assert ask(realm, "spin_later") == "later"
    number = realm_process(realm)
    deadline = monotonic() + LONG
    while state(number) != "T" and monotonic() < deadline:
        pass
    assert state(number) == "T"


def test_no_secret_is_in_the_realm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXTENSION_HOSTILE_TOKEN", TRIPWIRE)
    monkeypatch.setenv("SLACK_BOT_TOKEN", TRIPWIRE)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(f"GITHUB_TOKEN={TRIPWIRE}")
    with closing_realm() as realm:
        realm.request("configure", {"options": {"project": "OPS"}}, 5)
        found = ask(realm, "everything", 20)
    assert "OPS" in found
    assert "an extension that tries" in found.lower()
    assert TRIPWIRE not in found
