"""The web process's application on a real socket, spoken to over HTTP."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import pytest
import uvicorn
from pydantic import SecretStr

from models.database.engine import Database
from models.operating import keys
from models.operating.signing import Signer
from models.rules.kinds import KeyKind
from tests.asking import ADDRESS
from tests.waiting import LONG
from tests.world import World, make_world
from webhooks.app import create_app
from webhooks.operating.readiness import Readiness, ReadinessTimes
from webhooks.recording.intake import Intake
from webhooks.serving.connections import ConnectionLimits
from webhooks.serving.server import options
from webhooks.shared_answers import SharedAnswers

PUBLIC_URL = ADDRESS
# It is late on a busy machine, which says nothing of the database.
PATIENT = ReadinessTimes(longest=LONG)
# For more of what another test tries on both databases.
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SIGNER = Signer(SecretStr("the key of these tests, which is long enough"), PUBLIC_URL)


@dataclass
class Door:
    """An HTTP client of the server, with a site key and what else the tests need."""

    http: httpx.Client
    world: World
    site_key: str

    def post(
        self, path: str, body: Any, key: str | None = None, header: str = "Api-Key"
    ) -> httpx.Response:
        """Post JSON as a Plugin Guard does."""
        # The client's own JSON would not take half of a surrogate pair, which a real sender may spell.
        headers = {header: key or self.site_key, "Content-Type": "application/json"}
        return self.http.post(f"/plugin-manager{path}", content=json.dumps(body), headers=headers)

    def get(self, path: str, **parameters: Any) -> Any:
        """What the server answers to a reader."""
        answer = self.http.get(f"/plugin-manager{path}", params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def make_key(self, kind: KeyKind, name: str, domain: str | None = None) -> str:
        """Another key."""
        with self.world.database.write() as session:
            return keys.create(session, kind, name, domain, self.world.now)


class _Server(uvicorn.Server):
    """Ends as soon as it is told to and may; uvicorn's own looks ten times a second whether it should, then whether
    it may.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self._told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002 - none was given
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110 - sets that uvicorn empties
            await asyncio.sleep(0.002)
        await self.lifespan.shutdown()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._told.set)


@contextmanager
def serving(
    database: Database,
    github_secrets: Sequence[bytes] = (),
    limits: ConnectionLimits | None = None,
    seconds: float = 0,
    intake: Intake | None = None,
    times: ReadinessTimes | None = None,
    port: int = 0,
    private_hosts: frozenset[str] = frozenset(),
) -> Iterator[str]:
    """The application on a free port, or on this one; yields its address. What it answers stands for so many seconds.

    `times` are those of its readiness.
    """
    app = create_app(
        database,
        intake,
        github_secrets=github_secrets,
        signer=SIGNER,
        readiness=Readiness(database, times or PATIENT),
        private_hosts=private_hosts,
    )
    app.state.shared_answers = SharedAnswers(seconds)
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        log_level="warning",
        **options(limits or ConnectionLimits()),
    )
    with _running(_Server(config)) as address:
        yield address


@contextmanager
def _running(server: _Server) -> Iterator[str]:
    """Let it serve in a thread of its own; yields its address, and ends it well."""
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.end()
        thread.join(timeout=LONG)
        assert not thread.is_alive()


@pytest.fixture
def github_secrets() -> Sequence[bytes]:
    """What the server of `door` knows of GitHub; a module that speaks for GitHub overrides it."""
    return ()


@pytest.fixture
def times() -> ReadinessTimes:
    """The times of the readiness of `door`; a test may override them."""
    return PATIENT


class Clock:
    """What an intake takes for the time."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def read(self) -> datetime:
        """The time now."""
        return self.now


@pytest.fixture
def clock(now: datetime) -> Clock:
    """A clock that stands still until a test moves it."""
    return Clock(now)


@pytest.fixture
def intake() -> Intake | None:
    """The intake of `door`; a module may override it, to set its clock."""
    return None


@pytest.fixture
def door(
    database: Database,
    now: Any,
    github_secrets: Sequence[bytes],
    times: ReadinessTimes,
    intake: Intake | None,
) -> Iterator[Door]:
    world = make_world(database, now, "solved", "voting", "chat-extra")
    # Nothing here is encrypted, and reading the world's certificates takes longer than most tests.
    with (
        serving(database, github_secrets, intake=intake, times=times) as address,
        httpx.Client(base_url=address, timeout=LONG, verify=False) as http,
    ):
        made = Door(http, world, "")
        made.site_key = made.make_key(KeyKind.SITE, "canary-1")
        yield made


def line(name: str, status: int = 1, sha: str = "a1b2c3d4", **more: Any) -> dict[str, Any]:
    """One plugin's line of a report."""
    return {"name": name, "branch": "main", "sha": sha, "status": status, **more}


def report(
    *lines: dict[str, Any], host: str = "c0ffee00", branch: str = "tests-passed", **more: Any
) -> dict[str, Any]:
    """A status report as a Plugin Guard sends it."""
    return {
        "domain": "canary.example.com",
        "plugins": list(lines),
        "discourse": {"branch": branch, "sha": host},
        **more,
    }
