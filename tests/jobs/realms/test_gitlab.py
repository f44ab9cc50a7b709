"""gitlab, the bundled extension: from GitLab's webhooks over HTTP to a card, and to answers in chat."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select, update

from jobs.deliver.deliverer import DeliveryTimes
from jobs.deliver.opening import delivering
from jobs.realms.hosting import hosting
from models.database.engine import Database
from models.messages.drawing import in_words
from models.outbox.ways_out import EXTENSION
from models.people.persons import appoint
from models.settings import Settings
from models.tables import Announcement, Extension, RealmCall
from tests.jobs.realms.chatting import ADMIN, Chat, announced, chatting, state, until
from tests.models.extensions.operator import shell
from tests.webhooks.conftest import serving
from tests.world import World, make_world

SECRET = "tripwire-b1c7-of-gitlab"


def ago(hours: int) -> str:
    """A time as GitLab's webhooks spell it."""
    return f"{datetime.now(UTC) - timedelta(hours=hours):%Y-%m-%d %H:%M:%S} UTC"


PROJECT = {"path_with_namespace": "acme/solved", "default_branch": "main", "visibility_level": 20}
PIPELINE: dict[str, Any] = {
    "object_kind": "pipeline",
    "object_attributes": {
        "id": 31,
        "ref": "main",
        "tag": False,
        "sha": "b" * 40,
        "status": "failed",
        "source": "push",
        "finished_at": ago(2),
        "url": "https://gitlab.example/acme/solved/-/pipelines/31",
    },
    "project": PROJECT,
    "builds": [
        {"name": "rspec", "status": "failed", "failure_reason": "script_failure"},
        {"name": "lint", "status": "failed", "allow_failure": True},
    ],
}
ISSUE: dict[str, Any] = {
    "object_kind": "issue",
    "object_attributes": {
        "iid": 7,
        "title": "It is slow",
        "url": "https://gitlab.example/acme/solved/-/issues/7",
        "state": "opened",
    },
    "project": PROJECT,
}
RELEASE: dict[str, Any] = {
    "object_kind": "release",
    "action": "create",
    "tag": "v1.2",
    "url": "https://gitlab.example/acme/solved/-/releases/v1.2",
    "released_at": "2026-03-01 12:00:00 UTC",
    "project": PROJECT,
}


def changed(body: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    return {**body, "object_attributes": {**body["object_attributes"], **attributes}}


class Gitlab:
    """A GitLab that tells of itself."""

    def __init__(self, address: str) -> None:
        self._address = f"{address}/extensions/gitlab/webhooks/events"
        self._number = 0

    def post(
        self, body: Any, token: str = SECRET, uuid: str = "", **headers: str
    ) -> httpx.Response:
        self._number += 1
        sent = {"X-Gitlab-Token": token, "X-Gitlab-Event-UUID": uuid or f"uuid-{self._number}"}
        return httpx.post(self._address, json=body, headers={**sent, **headers})


@pytest.fixture
def world(database: Database, now: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EXTENSION_GITLAB_SECRET", SECRET)
    with database.write() as session:
        appoint(session, [ADMIN], now)
    return make_world(database, now, "solved")


@pytest.fixture
def chat(world: World, database_url: str) -> Iterator[Chat]:
    assert shell(database_url)("install", "gitlab", "--agree").code == 0
    settings = Settings(extensions_folder=Path("extensions"))
    with (
        hosting(world.database, settings),
        delivering(world.database, settings, DeliveryTimes(look=0.02)),
        chatting(database_url) as chat,
    ):
        yield chat


@pytest.fixture
def gitlab(world: World) -> Iterator[Gitlab]:
    with serving(world.database) as address:
        yield Gitlab(address)


def is_quiet(database: Database) -> bool:
    """Whether all that came in was taken."""
    with database.read() as session:
        rows = session.exec(select(Announcement).where(Announcement.platform == EXTENSION)).all()
        return all(row.sent_at is not None for row in rows)


def test_pipelines_judge_and_issues_and_releases_are_told(chat: Chat, gitlab: Gitlab) -> None:
    assert gitlab.post(PIPELINE).status_code == 404, "it is off"
    assert chat.ask("extension on gitlab").title == "GitLab 1.0.0 is on"
    assert "is of solved from now on" in chat.ask("gitlab watch acme/solved solved").title

    assert gitlab.post(PIPELINE, token="guessed").status_code == 401
    first = gitlab.post(PIPELINE, uuid="one")
    assert (first.status_code, first.json()["message"]) == (200, "recorded"), first.text
    again = gitlab.post(PIPELINE, uuid="one")
    assert again.json()["message"] == "this delivery was recorded before"
    until(lambda: "rspec" in in_words(chat.ask("status solved")), "it is judged")
    told = in_words(chat.ask("status solved"))
    assert "GitLab CI of acme/solved" in in_words(chat.ask("log solved"))
    assert "lint" not in told, "it is allowed to fail"
    assert any("solved" in message.title for message in announced(chat.database))

    works = changed(PIPELINE, status="success", sha="c" * 40, finished_at=ago(1))
    others = [
        changed(PIPELINE, ref="feature"),
        changed(PIPELINE, source="merge_request_event"),
        changed(PIPELINE, status="running"),
        {**PIPELINE, "project": {**PROJECT, "visibility_level": 0}},
        {**PIPELINE, "project": {**PROJECT, "path_with_namespace": "acme/other"}},
        {"object_kind": "push"},
    ]
    for body in (works, *others, ISSUE, changed(ISSUE, iid=8, confidential=True), RELEASE):
        assert gitlab.post(body).status_code == 200
    until(lambda: is_quiet(chat.database), "all is taken")
    assert "rspec" not in in_words(chat.ask("status solved"))
    shown = in_words(chat.ask("gitlab issues solved"))
    assert "#7" in shown
    assert "#8" not in shown
    assert "v1.2" in in_words(chat.ask("gitlab releases solved"))
    gitlab.post(changed(ISSUE, state="closed"))
    until(lambda: "#7" not in in_words(chat.ask("gitlab issues solved")), "it is closed")
    assert state(chat.database) == ("on", None)
    with chat.database.read() as session:
        assert SECRET not in str(session.exec(select(RealmCall.arguments)).all())


def test_what_makes_no_sense_is_refused(
    world: World, gitlab: Gitlab, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell(database_url)("install", "gitlab", "--agree")
    with world.database.write() as session:  # at the door none of its code runs
        session.exec(update(Extension).values(state="on"))
    assert gitlab.post([]).status_code == 400
    assert gitlab.post({}, **{"X-Gitlab-Event-UUID": "a b"}).status_code == 400
    assert gitlab.post({}, **{"Content-Type": "text/plain"}).status_code == 415
    assert gitlab.post({"a": "x" * 300_000}).status_code == 413
    assert httpx.post(gitlab._address + "x", json={}).status_code == 404
    assert is_quiet(world.database), "nothing came in"
    monkeypatch.delenv("EXTENSION_GITLAB_SECRET")
    refused = gitlab.post({}, token="")
    assert refused.status_code == 503
    assert "EXTENSION_GITLAB_SECRET is not set" in refused.text
