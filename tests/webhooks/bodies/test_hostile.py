"""Whatever comes to whatever door, it is never a failure of ours: no answer is a 5xx, on either database.

HOSTILE_EXAMPLES=300 tries each door 300 times on each database.
"""

import json
import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.database.engine import Database
from models.operating import heartbeats
from models.rules.kinds import KeyKind
from tests.canaries import SERVER
from tests.mutations import ODD, mutated
from tests.waiting import LONG
from tests.webhooks.canary.test_canary import body as run_body
from tests.webhooks.conftest import Door, line, report, serving
from tests.webhooks.github.test_github_parsing import SAMPLES
from tests.webhooks.github_samples import signed
from tests.webhooks.rack import FORM, nested
from tests.world import make_world

EXAMPLES = settings(
    max_examples=int(os.environ.get("HOSTILE_EXAMPLES", "8")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
SECRET = "a secret of GitHub's webhook"
DOMAIN = "forum.example.com"
FAILING = line("solved", 2, message="boom \ud83d\ude00", backtrace=["a.rb:1", "b.rb:2"])
USED = {
    "name": "solved",
    "branch": "main",
    "sha": "a1",
    "url": "https://x.example",
    "data": {"users": 7, "k": [None]},
}
HOST = {"host": DOMAIN, "branch": "stable", "sha": "h1"}
STEP = {"name": "open", "result": "failed", "duration_ms": 1.5, "message": "x"}

WORDS = st.text(max_size=30) | st.sampled_from(
    sorted({str(odd) for odd in ODD if isinstance(odd, (str, int))})
)
READING = {
    "/": ("filter", "page"),
    "/plugins/{}": (),
    "/check": ("branch", "at", "before", "plugins"),
    "/jobs": ("page",),
    "/extensions": (),
    "/plugin-manager/plugin": ("branch", "filter", "tags[]", "all_tags", "order", "asc", "page"),
    "/plugin-manager/plugin/{}": ("branch",),
    "/plugin-manager/status": (
        "plugins[][name]",
        "plugins[0][name]",
        "plugins[][branch]",
        "plugins[][discourse_branch]",
        "page",
    ),
    "/plugin-manager/status/{}": ("branch", "discourse_branch"),
    "/canary/runs/{}/console-log": ("server", "token"),
    "/canary/runs/{}/trace": ("server", "token"),
    "/user-api-key/new": ("public_key", "nonce", "auth_redirect", "application_name", "scopes"),
    "/user-api-key/requests/{}": ("x",),
    "/site": ("key",),
    "/site/{}": ("token",),
    "/heartbeats/{}": ("x",),
    "/heartbeats/x/{}": ("x",),
}


@pytest.fixture
def world(database: Database, now: Any) -> Iterator[Door]:
    made = make_world(database, now, "solved", "voting")
    with (
        serving(database, [SECRET.encode()]) as address,
        httpx.Client(base_url=address, timeout=LONG) as http,
    ):
        door = Door(http, made, "")
        door.site_key = door.make_key(KeyKind.SITE, "canary-1")
        yield door


def tried(bodies: st.SearchStrategy[Any], send: Callable[[Any], httpx.Response]) -> None:
    """Send them one after the other; an answer of ours blames the sender, or takes what came."""

    @EXAMPLES
    @given(bodies)
    def check(body: Any) -> None:
        answer = send(body)
        assert answer.status_code < 500, (body, answer.status_code, answer.text)

    check()


def test_reports(world: Door) -> None:
    tried(mutated(report(FAILING, line("voting"))), lambda body: world.post("/status", body))
    headers = {"Api-Key": world.site_key, "Content-Type": FORM}
    tried(
        mutated(report(FAILING, line("voting"))),
        lambda body: world.http.post(
            "/plugin-manager/status", content=nested(body), headers=headers
        ),
    )
    user = world.make_key(KeyKind.USER, "a site", DOMAIN)
    own = report(FAILING, domain=DOMAIN)
    tried(mutated(own), lambda body: world.post("/status.json", body, user, "User-Api-Key"))


def test_registrations(world: Door) -> None:
    user = world.make_key(KeyKind.USER, "a site", DOMAIN)
    body = {"plugins": ["solved", "Voting"], "domain": DOMAIN}
    tried(mutated(body), lambda sent: world.post("/user/register", sent, user, "User-Api-Key"))


def test_statistics(world: Door) -> None:
    tried(
        mutated({"discourse": HOST, "plugins": [USED, USED]}),
        lambda body: world.post("/statistics", body),
    )


def test_runs_of_a_canary(world: Door) -> None:
    headers = {
        "Authorization": f"Bearer {world.make_key(KeyKind.CANARY, SERVER)}",
        "Content-Type": "application/json",
    }

    def put(body: Any) -> httpx.Response:
        address = f"/canary/runs/{uuid.uuid4()}"
        return world.http.put(address, content=json.dumps(body), headers=headers)

    tried(mutated(run_body(steps=[STEP, STEP])), put)


def test_what_a_canary_uploads(world: Door) -> None:
    key = {"Authorization": f"Bearer {world.make_key(KeyKind.CANARY, SERVER)}"}
    json_body = {**key, "Content-Type": "application/json"}
    assert world.http.put(
        "/canary/runs/r1", content=json.dumps(run_body(finished=False)), headers=json_body
    ).is_success
    for kind, media_type in (("console-log", "text/plain"), ("screenshot", "image/png")):
        headers = {**key, "Content-Type": media_type}
        begun = st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"])
        bodies = st.tuples(begun, st.binary(max_size=200)).map(b"".join)
        tried(
            bodies,
            lambda body, k=kind, h=headers: world.http.put(
                f"/canary/runs/r1/{k}", content=body, headers=h
            ),
        )


def test_github(world: Door) -> None:
    def deliver(told: tuple[str, Any]) -> httpx.Response:
        event, body = told
        content = json.dumps(body).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": signed(content, SECRET),
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": str(uuid.uuid4()),
        }
        return world.http.post("/github/webhooks", content=content, headers=headers)

    events = st.sampled_from(sorted(SAMPLES))
    tried(events.flatmap(lambda event: st.tuples(st.just(event), mutated(SAMPLES[event]))), deliver)


def test_heartbeats(world: Door) -> None:
    with world.world.database.write() as session:
        day = heartbeats.read_length("1d")
        secret = heartbeats.create(session, "backup", day, day, world.world.now)
    calls = st.tuples(
        st.sampled_from(["", "/start", "/fail", "/0", "/255", "/256", "/٣"]),
        st.binary(max_size=100),
    )
    tried(calls, lambda call: world.http.post(f"/heartbeats/{secret}{call[0]}", content=call[1]))


def test_sets_to_check(world: Door) -> None:
    texts = WORDS | st.lists(WORDS, max_size=3).map("\n".join)
    sets = st.fixed_dictionaries({"plugins": texts | st.lists(texts, max_size=3)})
    as_json = {"Content-Type": "application/json"}
    as_form = {"Content-Type": "application/x-www-form-urlencoded"}

    def form(text: str) -> str:
        return urlencode({"plugins": f"hooks:\n- git clone {text}"}, errors="surrogatepass")

    tried(sets, lambda body: world.http.post("/check", content=json.dumps(body), headers=as_json))
    tried(texts, lambda text: world.http.post("/check", content=form(text), headers=as_form))


def test_readers(world: Door) -> None:
    world.post("/status", report(FAILING))
    places = st.sampled_from(sorted(READING)).flatmap(
        lambda path: st.tuples(
            st.just(path),
            WORDS,
            st.lists(st.tuples(st.sampled_from(READING[path] or ("x",)), WORDS), max_size=4),
        )
    )

    def read(asked: tuple[str, str, list[tuple[str, str]]]) -> httpx.Response:
        path, name, query = asked
        url = httpx.URL(
            path.format(_spelt(name)), params=[(key, _raw(word)) for key, word in query]
        )
        return world.http.get(url)

    tried(places, read)


def _raw(word: str) -> str:
    return word.encode("utf-8", "replace").decode()


def _spelt(word: str) -> str:
    return "".join(f"%{byte:02X}" for byte in word.encode("utf-8", "surrogatepass")) or "x"
