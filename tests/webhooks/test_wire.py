"""What clients of the Plugin Manager read, field by field."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from models.recording.verdicts.changes import Key
from models.recording.verdicts.hearing import Said, hear
from models.rules.blame import Pair
from models.rules.sources import JudgingSource
from models.rules.status import Verdict
from models.tables import Plugin, SourceVerdict
from tests.webhooks.conftest import Door, line, report
from tests.world import a_plugin


def _tested(door: Door, verdict: Verdict) -> None:
    with door.world.database.write() as session:
        plugin_id = session.exec(select(Plugin.id).where(Plugin.handle == "solved")).one() or 0
        key, pair = Key(plugin_id, "main", "tests-passed"), Pair("a1b2c3d4", "")
        hear(session, Said(key, JudgingSource.TESTS, verdict, pair, datetime.now(UTC), None))


@pytest.mark.parametrize(
    ("verdict", "told"), [(Verdict.COMPATIBLE, "passing"), (Verdict.TESTS_FAILING, "failing")]
)
def test_the_tests_pass_or_fail(door: Door, verdict: Verdict, told: str) -> None:
    door.post("/status", report(line("solved")))
    assert "test_status" not in door.get("/status/solved")
    _tested(door, verdict)
    assert door.get("/status/solved")["test_status"] == told
    assert door.get("/status")["statuses"][0]["test_status"] == told


def test_of_tests_that_were_heard_of_too_long_ago_nothing_is_said(door: Door) -> None:
    door.post("/status", report(line("solved")))
    _tested(door, Verdict.TESTS_FAILING)
    with door.world.database.write() as session:
        row = session.exec(select(SourceVerdict).where(SourceVerdict.source == "tests")).one()
        row.seen_at -= timedelta(days=365)
    assert "test_status" not in door.get("/status/solved")


@pytest.mark.parametrize(
    ("handle", "title"),
    [
        ("discourse-solved", "Discourse Solved"),
        ("chat", "Chat"),
        ("a-b2-c", "A B2 C"),
        ("été", "Été"),
    ],
)
def test_the_name_for_show_is_made_of_the_handle(door: Door, handle: str, title: str) -> None:
    with door.world.database.write() as session:
        session.add(a_plugin(handle, door.world.now))
    assert door.get(f"/plugin/{handle}")["plugin"]["display_name"] == title


def test_thirty_plugins_are_a_page(door: Door) -> None:
    with door.world.database.write() as session:
        session.add_all([a_plugin(f"p-{number:02}", door.world.now) for number in range(30)])
    pages = [door.get("/plugin", page=page) for page in (0, 1, 2)]
    assert [len(page["plugins"]) for page in pages] == [30, 3, 0]
    assert [page.get("next_page") for page in pages] == [1, None, None]
    assert {page["total"] for page in pages} == {33}
