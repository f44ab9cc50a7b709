"""An extension's question over HTTP, from the web process's application through the queue to the realm."""

from datetime import UTC, datetime
from pathlib import Path

import httpx

from jobs.realms.hosting import hosting
from models.database.engine import Database
from models.operating import keys
from models.rules.kinds import KeyKind
from models.settings import Settings
from tests.jobs.realms.chatting import chatting, installed_here, until
from tests.waiting import LONG
from tests.webhooks.conftest import serving


def test_robots_ask_it_and_strangers_start_nothing(
    database: Database, database_url: str, root: Path
) -> None:
    now = datetime.now(UTC)
    installed_here(database, root, now)
    with database.write() as session:
        key = keys.create(session, KeyKind.ROBOT, "reporter", None, now)
    headers = {"Authorization": f"Bearer {key}"}
    with (
        hosting(database, Settings(extensions_folder=root)),
        chatting(database_url) as chat,
        serving(database) as address,
        httpx.Client(base_url=address, timeout=LONG, verify=False) as http,
    ):
        path = "/actions/acmejira/add"
        assert http.get(path, headers=headers).status_code == 404
        chat.ask("extension on acmejira")
        until(lambda: http.get(path, headers=headers).status_code != 404, "it is offered")
        listed = {one["path"]: one for one in http.get("/actions").json()["actions"]}
        assert listed[path]["takes"]["properties"]["first"]["type"] == "integer"
        elsewhere = http.get(path, params={"first": 2, "second": 40}, headers=headers)
        assert elsewhere.json()["title"] == "Jira is not used here"
        assert "To use it: /plugin use acmejira" in elsewhere.text, "a robot is in no channel"
        used = http.post("/actions/core/use", json={"extension": "acmejira"}, headers=headers)
        assert used.json()["title"] == "Jira is used here from now on"
        answer = http.get(path, params={"first": 2, "second": 40}, headers=headers)
        assert (answer.status_code, answer.json()["title"]) == (200, "42")
        wrong = http.get(path, params={"first": "two", "second": 40}, headers=headers)
        assert (wrong.status_code, "whole number" in wrong.text) == (400, True)
        greeted = http.get("/actions/acmejira/hello", headers=headers).json()["title"]
        assert greeted.startswith("Hello reporter")
        strange = http.get(path, params={"first": 2, "second": 40})
        assert "42" not in strange.text
        for known in ("/plugin-manager/status", "/plugin-manager/plugin"):
            listed = http.get(known)
            assert listed.status_code == 200
            assert "acmejira" not in listed.text, "clients are Discourse's"
        for one in ("status", "plugin"):
            asked = http.get(f"/plugin-manager/{one}/pluginwatch-acmejira")
            assert asked.status_code == 404, asked.text
        assert "pluginwatch-acmejira" in http.get("/").text
