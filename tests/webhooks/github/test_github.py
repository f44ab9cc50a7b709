"""POST /github/webhooks over HTTP: signatures, limits, errors, and each delivery once."""

import asyncio
import json
import os
import re
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlmodel import func, select

from models.database.engine import Database
from models.github import sync
from models.rules.routing import Topic
from models.tables import Announcement, Delivery, Issue, Release, Repository, Subscription
from tests.waiting import LONG
from tests.webhooks import github_samples as samples
from tests.webhooks.conftest import serving
from tests.webhooks.github_samples import START, Body, issue, issues, raw, release, signed
from tests.world import World, a_plugin, make_world
from webhooks.github.deliveries import MAX_BODY

SECRET, NEXT = "It's a Secret to Everybody", "der nächste"
ROOT = Path(__file__).parents[3]
FORM = "application/x-www-form-urlencoded"


@dataclass
class Hook:
    """A webhook of GitHub's."""

    http: httpx.Client
    world: World

    def post(
        self, event: str, body: Any, guid: str | None = None, secret: str = SECRET, **headers: str
    ) -> httpx.Response:
        """Deliver; `body` may be raw."""
        content = body if isinstance(body, bytes) else raw(body)
        return self.http.post(
            "/github/webhooks",
            content=content,
            headers={
                "Content-Type": "application/json",
                "X-Hub-Signature-256": signed(content, secret),
                "X-GitHub-Event": event,
                "X-GitHub-Delivery": guid or str(uuid.uuid4()),
                **headers,
            },
        )

    def stored(self, table: Any) -> int:
        """How many rows there are."""
        with self.world.database.read() as session:
            return session.exec(select(func.count()).select_from(table)).one()

    def nothing_is_stored(self) -> bool:
        """Whether it was as if nobody had come."""
        return (self.stored(Delivery), self.stored(Repository), self.stored(Announcement)) == (
            0,
            0,
            0,
        )


@pytest.fixture
def hook(database: Database, now: datetime) -> Iterator[Hook]:
    world = make_world(database, now, "solved")
    with database.write() as session:
        room = session.exec(select(Subscription)).one()
        room.topics = list(Topic)
        session.add(room)
    secrets = [SECRET.encode(), NEXT.encode()]
    with (
        serving(database, secrets) as address,
        httpx.Client(base_url=address, timeout=LONG, verify=False) as http,
    ):
        yield Hook(http, world)


def test_a_delivery_is_stored_before_it_is_answered(hook: Hook) -> None:
    answer = hook.post("issues", issues("opened", issue()), "one")
    assert (answer.status_code, answer.json()) == (200, {"message": "recorded"})
    assert (hook.stored(Delivery), hook.stored(Issue), hook.stored(Repository)) == (1, 1, 1)


def test_a_delivery_that_comes_again_changes_nothing(hook: Hook) -> None:
    assert hook.post("issues", issues("opened", issue()), "one").status_code == 200
    answer = hook.post("issues", issues("deleted", issue()), "one")
    assert (answer.status_code, answer.json()) == (
        200,
        {"message": "this delivery was recorded before"},
    )
    with hook.world.database.read() as session:
        assert not session.exec(select(Issue)).one().gone


def test_a_fact_that_cannot_be_read_is_skipped_and_told(hook: Hook) -> None:
    body = issues("opened", issue())
    for nothing in (None, "x"):
        answer = hook.post("issues", {**body, "issue": nothing})
        assert (answer.status_code, answer.json()["message"]) == (200, "recorded")
        assert answer.json()["skipped"][0].startswith("issue")
    assert (hook.stored(Issue), hook.stored(Repository)) == (0, 1)
    assert "skipped" not in hook.post("issues", body).json()
    assert hook.stored(Issue) == 1


def test_what_nobody_reads_sinks_nothing(hook: Hook) -> None:
    comment = {"body": "a\0b \ud800"}
    answer = hook.post("issue_comment", issues("created", issue(title="a\0b"), comment=comment))
    assert (answer.status_code, answer.json()) == (200, {"message": "recorded"})
    with hook.world.database.read() as session:
        assert session.exec(select(Issue.title)).one() == "a\ufffdb"


def test_githubs_own_vector(hook: Hook) -> None:
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    answer = hook.post("ping", b"Hello, World!", **{"X-Hub-Signature-256": signature})
    assert (answer.status_code, answer.json()["message"]) == (
        400,
        "the body is not JSON: Expecting value at character 0",
    )


def test_both_secrets_live_while_one_replaces_the_other(hook: Hook) -> None:
    for number in range(60):
        secret = SECRET if number < 20 or (number < 40 and number % 2) else NEXT
        assert (
            hook.post("issues", issues("opened", issue(number + 1)), secret=secret).status_code
            == 200
        )
    assert hook.stored(Delivery) == 60


BODY = raw(issues("opened", issue()))
GOOD = signed(BODY, SECRET)


BAD_SIGNATURES = [
    [],
    [""],
    ["sha256="],
    [GOOD[:-1]],
    [GOOD + "0"],
    [GOOD.upper()],
    [GOOD.removeprefix("sha256=")],
    [GOOD.replace("sha256", "sha1")],
    ["sha1=" + "0" * 40],
    ["sha256=" + "ä" * 64],
    ["sha256=" + "é" * 32],
    [GOOD, GOOD],
    [GOOD, "sha256=" + "0" * 64],
    [f"{GOOD},{GOOD}"],
    [signed(BODY, "another")],
    [signed(BODY, f"{SECRET},{NEXT}")],
    [signed(BODY, "")],
    [signed(raw(json.loads(BODY)) + b" ", SECRET)],
    [signed(json.dumps(json.loads(BODY)).encode(), SECRET)],
]


def test_signatures_that_do_not_fit(hook: Hook) -> None:
    for signatures in BAD_SIGNATURES:
        headers = [
            (b"Content-Type", b"application/json"),
            (b"X-GitHub-Event", b"issues"),
            (b"X-GitHub-Delivery", b"one"),
            *((b"X-Hub-Signature-256", signature.encode()) for signature in signatures),
        ]
        answer = hook.http.post("/github/webhooks", content=BODY, headers=headers)
        assert (answer.status_code, set(answer.json())) == (401, {"message"}), signatures
        assert SECRET not in answer.text
    assert hook.nothing_is_stored()


def test_the_old_signature_alone_is_none(hook: Hook) -> None:
    headers = {
        "X-Hub-Signature": "sha1=" + "0" * 40,
        "X-GitHub-Event": "issues",
        "X-GitHub-Delivery": "one",
    }
    answer = hook.http.post(
        "/github/webhooks", content=BODY, headers={**headers, "Content-Type": "application/json"}
    )
    assert answer.status_code == 401


def test_a_form_is_signed_as_it_is_sent(hook: Hook) -> None:
    body = urlencode(
        {"payload": raw(issues("opened", issue(title="Ünïcode + signs & more")))}
    ).encode()
    headers = {"Content-Type": FORM}
    assert hook.post("issues", body, **headers).json() == {"message": "recorded"}
    with hook.world.database.read() as session:
        assert session.exec(select(Issue)).one().title == "Ünïcode + signs & more"


BAD_FORMS = [
    b"",
    b"other=1",
    b"payload=1&payload=2",
    b"payload=%ff",
    b"payload=\xff",
    b"a=1&" * 20,
    b"payload=%7B",
    b"payload=[]",
]


def test_forms_that_cannot_be_read(hook: Hook) -> None:
    for body in BAD_FORMS:
        answer = hook.post("issues", body, **{"Content-Type": FORM})
        assert (answer.status_code, set(answer.json())) == (400, {"message"}), body
    assert hook.nothing_is_stored()


BAD_BODIES = [
    b"",
    b"{",
    b"[]",
    b'"x"',
    b"\xff",
    b"null",
    b'{"action": NaN}',
    b'{"action": "a", "action": "b"}',
    b"[" * 200_000,
]


def test_bodies_that_make_no_sense(hook: Hook) -> None:
    for body in BAD_BODIES:
        answer = hook.post("issues", body)
        assert (answer.status_code, set(answer.json())) == (400, {"message"}), body[:40]
    assert hook.nothing_is_stored()


def test_the_words_name_the_field(hook: Hook) -> None:
    answer = hook.post("issues", issues("opened", issue(id="1")))
    assert answer.json()["skipped"] == ["issue.id must be a whole number of at least 1"]


def test_limits_come_before_the_signature(hook: Hook) -> None:
    assert hook.post("issues", b" " * (MAX_BODY + 1), secret="wrong").status_code == 413
    assert hook.post("issues", BODY, **{"Content-Type": "text/plain"}).status_code == 415
    assert hook.nothing_is_stored()


def test_a_large_delivery_is_read_beside_and_taken(hook: Hook) -> None:
    body = {**issues("opened", issue()), "more": ["x" * 1_000] * 1_000}
    assert hook.post("issues", body).status_code == 200
    assert not hook.nothing_is_stored()


def test_headers_that_are_needed(hook: Hook) -> None:
    for name in ("X-GitHub-Event", "X-GitHub-Delivery"):
        for value in ("", "a b", "x" * 200):
            answer = hook.post("issues", BODY, **{name: value})
            assert answer.status_code == 400
            assert name in answer.json()["message"]


def test_events_that_are_not_listened_to(hook: Hook) -> None:
    before = counted(hook)
    for event in ("fork", "projects_v2_item", "pull_request", "made_up"):
        answer = hook.post(event, b"not even JSON")
        assert (answer.status_code, answer.json()) == (
            200,
            {"message": "this event is not taken"},
        )
    assert hook.nothing_is_stored()
    assert counted(hook) == before


def test_only_what_is_signed_is_counted(hook: Hook) -> None:
    before = counted(hook)
    assert hook.post("issues", BODY, secret="wrong").status_code == 401
    assert counted(hook) == before


def test_deliveries_about_a_private_repository_are_not_counted(hook: Hook) -> None:
    """Anyone may read how many there are of each event."""
    before = counted(hook)
    for event, body in of_everything():
        assert hook.post(event, privately(body)).json() == {"message": "recorded"}
    assert counted(hook) == before
    sent = [(event, body) for event, body in of_everything() if "repository" in body]
    for event, body in sent:
        hook.post(event, body)
    assert counted(hook).total() == before.total() + len(sent)


def privately(body: Body) -> Body:
    """The same of a private repository."""
    if "repository" not in body:
        return body
    return {**body, "repository": {**body["repository"], "private": True}}


def test_nobody_is_heard_without_a_secret(database: Database, now: datetime) -> None:
    world = make_world(database, now)
    with (
        serving(database) as address,
        httpx.Client(base_url=address, timeout=LONG, verify=False) as http,
    ):
        hook = Hook(http, world)
        answer = hook.post("ping", samples.about(samples.repository(), "x"), secret="")
    assert answer.status_code == 503
    assert "GITHUB_WEBHOOK_SECRET" in answer.json()["message"]
    assert hook.nothing_is_stored()


def test_the_web_process_does_not_start_deaf(database_url: str, tmp_path: Path) -> None:
    with closing(Database(database_url)) as database, database.write() as session:
        plugin = a_plugin("solved", START)
        plugin.repository_id = 700
        session.add(plugin)
        sync.delivered(session, {700}, START)
    variables = {
        **os.environ,
        "DATABASE_URL": database_url,
        "GITHUB_WEBHOOK_SECRET": " ",
        "PYTHONPATH": str(ROOT),
    }
    ended = subprocess.run(
        [sys.executable, "-m", "webhooks"],
        env=variables,
        cwd=tmp_path,
        capture_output=True,
        timeout=LONG,
        check=False,
    )
    assert ended.returncode == 1
    assert b"GITHUB_WEBHOOK_SECRET is not set, but plugins followed on GitHub: 1." in ended.stderr


def test_the_door_is_described(hook: Hook) -> None:
    described = hook.http.get("/openapi.json").json()["paths"]["/github/webhooks"]["post"]
    assert set(described["responses"]) == {"200", "400", "401", "413", "503"}
    assert [header["name"] for header in described["parameters"]] == [
        "X-Hub-Signature-256",
        "X-GitHub-Event",
        "X-GitHub-Delivery",
    ]


def test_many_copies_at_once_are_one_delivery_and_one_message(hook: Hook) -> None:
    deliveries = [
        (str(uuid.uuid4()), raw(release("published", number + 1))) for number in range(20)
    ]

    async def send_all() -> list[httpx.Response]:
        async with httpx.AsyncClient(
            base_url=hook.http.base_url, timeout=LONG, verify=False
        ) as http:
            return list(
                await asyncio.gather(*(copy(http, *each) for each in deliveries for _ in range(10)))
            )

    async def copy(http: httpx.AsyncClient, guid: str, body: bytes) -> httpx.Response:
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": signed(body, SECRET),
            "X-GitHub-Event": "release",
            "X-GitHub-Delivery": guid,
        }
        return await http.post("/github/webhooks", content=body, headers=headers)

    answers = asyncio.run(send_all())
    assert {answer.status_code for answer in answers} == {200}
    assert sum(answer.json() == {"message": "recorded"} for answer in answers) == 20
    assert (hook.stored(Delivery), hook.stored(Release), hook.stored(Announcement)) == (20, 20, 20)


def counted(hook: Hook) -> Counter[str]:
    """How many were counted so far of each event, in this process."""
    shown = hook.http.get("/metrics").text
    found = re.findall(r'(?m)^pluginwatch_github_deliveries_total\{event="(\w+)"} (\d+)', shown)
    return Counter({event: int(number) for event, number in found})


def of_everything() -> list[tuple[str, Body]]:
    """One delivery of each kind, and more of those that conflict."""
    return [
        ("issues", issues("opened", issue())),
        ("issues", issues("closed", issue(at=5, state="closed"))),
        ("repository", samples.renamed(samples.repository("example/solved-again", 7), "solved")),
        ("label", samples.label("created", "bug")),
        ("push", samples.push(at=3)),
        ("release", release("published")),
        ("check_run", samples.check_run(conclusion="failure")),
        ("workflow_run", samples.workflow_run(conclusion="failure")),
        ("installation", samples.installation("suspend", suspended=True)),
    ]


def test_everything_is_recorded_through_the_door(hook: Hook) -> None:
    for event, body in of_everything():
        answer = hook.post(event, body)
        assert (answer.status_code, answer.json()) == (200, {"message": "recorded"})
    assert hook.stored(Delivery) == len(of_everything())
