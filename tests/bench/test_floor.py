"""The floor that intake is measured against: it answers as web does, and stores nothing."""

from contextlib import closing

import httpx
from sqlmodel import select

from bench.stage import running, stages
from models.database.engine import Database
from models.tables import Report
from tests.waiting import LONG


def test_the_floor_answers_a_report_and_stores_nothing() -> None:
    line = {"name": "discourse-plugin-1", "branch": "main", "sha": "a" * 40, "status": 1}
    host = {"branch": "tests-passed", "sha": "b" * 40}
    body = {"domain": "canary.example.com", "plugins": [line], "discourse": host}
    with stages() as backends:
        stage = backends[0].fresh()
        with running("bench.floor", stage) as port:
            address = f"http://127.0.0.1:{port}/plugin-manager/status"
            answer = httpx.post(address, headers={"Api-Key": stage.key}, json=body, timeout=LONG)
        with closing(Database(stage.url)) as database, database.read() as session:
            stored = session.exec(select(Report)).all()
    assert answer.status_code == 200
    assert "discourse-plugin-1" in answer.text
    assert not stored
