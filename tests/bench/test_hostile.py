"""The bench of hostile requests tries every endpoint, and sees what fails."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx

from bench.deliveries import SECRET
from bench.hostile.endpoints import DescribedEndpoint, endpoints
from bench.hostile.scene import breakages, keys_of_all_kinds
from bench.hostile.trying import try_all
from bench.stage import PLUGINS, Stage
from models.database.engine import Database
from models.operating import keys
from models.rules.kinds import KeyKind
from tests.servers import odd
from tests.servers.odd import odd_server
from tests.waiting import LONG
from tests.webhooks.conftest import ON_ONE, serving
from tests.webhooks.routing.test_routes import LISTED
from tests.world import make_world
from webhooks.app import create_app

HEALTH = DescribedEndpoint("GET", "/healthz")


def test_every_endpoint_is_tried(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path}/never.sqlite3")) as database:
        app = create_app(database)
    listed = {
        (method, path)
        for path, methods in LISTED.items()
        for method in methods.split()
        if method != "HEAD"
    }
    described = {
        (method.upper(), path)
        for path, methods in app.openapi()["paths"].items()
        for method in methods
    }
    tried = {(each.method, each.path) for each in endpoints(app)}
    assert tried >= described | listed


@ON_ONE
def test_a_request_of_each_is_answered(database: Database, now: Any) -> None:
    make_world(database, now, *PLUGINS[:3])
    with database.write() as session:
        made = {
            kind: keys.create(session, kind, "bench", None, now)
            for kind in (KeyKind.SITE, KeyKind.CANARY)
        }
    stage = Stage("", "", [made[KeyKind.SITE]], made[KeyKind.CANARY])
    held = keys_of_all_kinds(database, stage)
    with (
        serving(database, [SECRET.encode()]) as address,
        httpx.Client(base_url=address, timeout=LONG) as http,
    ):
        told = http.post("/plugin-manager/status", json=breakages(), headers=held["site key"][0])
        assert told.is_success
        all_ = endpoints(create_app(database))
        answers = try_all(http, all_, held, 1, 1)
    assert answers.failed == []
    assert answers.by_status.total() == len(all_)
    assert answers.by_status["200"] > len(all_) / 5


@contextmanager
def answering_501() -> Iterator[str]:
    """A server that knows no method."""
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_5xx_is_a_failure() -> None:
    with answering_501() as address, httpx.Client(base_url=address, timeout=LONG) as http:
        answers = try_all(http, [HEALTH], {}, 2, 1)
    assert [status for status, _ in answers.failed] == ["501", "501"]


def test_no_answer_is_a_failure() -> None:
    with odd_server(odd.HANG) as server, httpx.Client(base_url=server.url, timeout=0.2) as http:
        answers = try_all(http, [HEALTH], {}, 1, 1)
    assert [status for status, _ in answers.failed] == ["no answer: ReadTimeout"]
