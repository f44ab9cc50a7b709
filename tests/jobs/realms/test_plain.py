"""A hostile extension without a jail (REALM_JAIL=false): what is refused and bounded all the same."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from jobs.realms.errors import RealmError
from jobs.realms.greeting import RunningExtension, greeted, in_its_realm
from models.extensions.manifest import read
from models.extensions.manifest.handles import read_handles
from models.extensions.options import read_options
from models.settings import Settings
from models.unprivileged import USERS
from tests.jobs.realms.test_hostile import WHEELS, ask
from tests.jobs.realms.users import readable_by_all
from tests.models.extensions.samples import LEAST

MANIFEST = LEAST.replace("acmejira", "hostile").replace("1.2.0", "1.0")
HANDLES = read_handles('[handles]\nhostile = "ACME"')


@pytest.fixture
def realm() -> Iterator[RunningExtension]:
    """As the settings start it; as root it gets another user."""
    if os.geteuid() == 0 and not readable_by_all():
        pytest.skip("this Python is root's alone; test_users.py runs these tests by another one")
    made = started()
    yield made
    made.kill()


def started() -> RunningExtension:
    manifest = read(MANIFEST, HANDLES, frozenset())
    realm = in_its_realm(manifest, WHEELS, Settings(realm_jail=False), None)
    return greeted(realm, manifest, read_options(manifest, {}))


def test_it_answers_as_somebody_else(realm: RunningExtension) -> None:
    assert ask(realm, "hello") == "hello ann"
    assert realm.hello.filtered
    user = int(ask(realm, "user"))
    assert user in USERS if os.geteuid() == 0 else user == os.geteuid()


@pytest.mark.skipif(
    os.geteuid() != 0 or readable_by_all(), reason="every user may read this Python"
)
def test_nothing_runs_as_root() -> None:
    with pytest.raises(RealmError, match="only root may read"):
        started()


@pytest.mark.parametrize("run", ["fork", "execute", "replace", "memory_file", "namespaces"])
def test_what_the_kernel_refuses(realm: RunningExtension, run: str) -> None:
    with pytest.raises(RealmError, match="Operation not permitted"):
        ask(realm, run)


def test_it_reaches_no_socket_and_no_process(realm: RunningExtension, tmp_path: Path) -> None:
    own = str(tmp_path / "s")
    with closing(socket.socket(socket.AF_UNIX)) as unix:
        unix.bind(own)
        unix.listen()
        for run, where in (("tcp", {"port": 9}), ("udp", {"port": 9}), ("unix", {"path": own})):
            with pytest.raises(RealmError, match="PermissionError"):
                ask(realm, run, **where)
    for run in ("kill", "trace"):
        with pytest.raises(RealmError, match="PermissionError"):
            ask(realm, run, process=os.getpid())


def test_its_memory_threads_and_time_are_bounded(realm: RunningExtension) -> None:
    with pytest.raises(RealmError, match="MemoryError"):
        ask(realm, "memory")
    with pytest.raises(RealmError, match="can't start new thread"):
        ask(realm, "thread")
    with pytest.raises(RealmError, match="did not answer within"):
        ask(realm, "spin", 0.3)
    assert realm.is_over


def test_no_variable_and_no_package_of_the_host_is_there(
    realm: RunningExtension, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXTENSION_HOSTILE_TOKEN", "tripwire")
    other = started()
    assert "tripwire" not in ask(other, "environment")
    other.kill()
    for library in ("sqlalchemy", "models"):
        with pytest.raises(RealmError, match="ModuleNotFoundError"):
            ask(realm, "imported", name=library)
