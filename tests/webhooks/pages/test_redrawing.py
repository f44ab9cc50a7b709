"""Pages on which extensions draw: whoever looks waits for no writer, and what they saw is drawn again afterwards."""

from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlmodel import col, select, update

from models.database.engine import be_alone
from models.tables import Extension, RealmCall
from tests.models.extensions.operator import allocate, put, shell
from tests.models.extensions.samples import LEAST
from tests.waiting import LONG
from tests.webhooks.conftest import Door
from tests.world import BAD, saw

DRAWS = """
[[page]]
name = "tickets"
title = "Tickets"
run = "page"
[[panel]]
on = "board"
title = "Board"
run = "board"
[[panel]]
on = "plugin"
title = "Plugin"
run = "plugin"
[[panel]]
on = "incident"
title = "Incident"
run = "incident"
"""
PATHS = ("/", "/extensions/acmejira/tickets", "/plugins/solved", "/incidents/1")


def test_pages_wait_for_no_writer(
    door: Door, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    database = door.world.database
    place, run = allocate(tmp_path), shell(database_url)
    assert run("install", put(place, LEAST + DRAWS), "--agree").code == 0
    door.world.report(saw("solved", "p1", BAD))

    def called() -> list[str]:
        with database.read() as session:
            return sorted(session.exec(select(RealmCall.run).where(col(RealmCall.event) != "")))

    with database.write() as session:
        session.exec(update(Extension).values(state="on"))
    with database.write() as session:
        session.exec(update(Extension).values(everywhere=True))
        be_alone(session)
        for path in PATHS:
            assert door.http.get(path).status_code == 200, "while somebody else writes"
        assert called() == []
    deadline = monotonic() + LONG
    while len(called()) < len(PATHS) and monotonic() < deadline:
        sleep(0.01)
    assert called() == ["board", "incident", "page", "plugin"]
