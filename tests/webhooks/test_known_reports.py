"""Reports that are sent again are not read again, and what they mean is looked at each time."""

import json
from typing import Any

import pytest
from sqlmodel import func, select

from models.events import GuardReport
from models.rules.kinds import KeyKind
from models.tables import Report
from tests.webhooks.conftest import Door, line, report
from tests.world import a_plugin
from webhooks.body import FORM, JSON
from webhooks.guard_reading import read_report
from webhooks.known_reports import LONGEST, MOST, KnownReports, SentReport
from webhooks.verified import Verified

KEY = Verified(1, KeyKind.SITE, None, "canary")


def _sent(*lines: dict[str, Any], key: Verified = KEY) -> SentReport:
    return SentReport(json.dumps(report(*lines)).encode(), key, JSON)


def _read(sent: SentReport) -> GuardReport:
    return read_report(*sent)


def test_the_same_bytes_by_the_same_key_say_the_same() -> None:
    known, sent = KnownReports(), _sent(line("solved"), line("voting"))
    assert known.get(sent) is None
    known.remember(sent, _read(sent))
    assert known.get(_sent(line("solved"), line("voting"))) == _read(sent)


@pytest.mark.parametrize(
    "other",
    [
        _sent(line("solved", sha="a1b2c3d5")),
        _sent(line("solved"), key=Verified(2, KeyKind.SITE, None, "canary")),
        _sent(line("solved"), key=Verified(1, KeyKind.SITE, "a.example.com", "canary")),
        _sent(line("solved"))._replace(sent_as=FORM),
    ],
)
def test_other_bytes_and_others_keys_are_read(other: SentReport) -> None:
    known, sent = KnownReports(), _sent(line("solved"))
    known.remember(sent, _read(sent))
    assert known.get(other) is None


@pytest.mark.parametrize(
    "lines",
    [
        [line("solved"), line("voting", status=2, message="password=hunter2")],
        [line("solved"), line("voting", status=2, backtrace=["a.rb:1"])],
        [line("solved"), line("voting", status=7)],
        [line(f"plugin-{n}") for n in range(LONGEST // 20)],
    ],
)
def test_words_that_fail_and_refused_lines_and_long_reports_are_not_kept(
    lines: list[dict[str, Any]],
) -> None:
    known, sent = KnownReports(), _sent(*lines)
    known.remember(sent, _read(sent))
    assert known.get(sent) is None


def test_only_the_last_ones_are_kept() -> None:
    known = KnownReports()
    said = [_sent(line("solved", sha=f"{n:08x}")) for n in range(MOST + 1)]
    for sent in said:
        known.remember(sent, _read(sent))
    assert known.get(said[0]) is None
    assert all(known.get(sent) for sent in said[1:])


def test_what_is_sent_again_is_recorded_again_as_things_stand_then(door: Door) -> None:
    sent = report(line("solved"), line("brand-new"))
    assert door.post("/status", sent).json()["updated"] == ["solved"]
    with door.world.database.write() as session:
        session.add(a_plugin("brand-new", door.world.now))
    assert door.post("/status", sent).json()["updated"] == ["solved", "brand-new"]
    door.post("/status", report(line("solved", status=2, message="broken")))
    assert door.get("/status/solved")["status"] == "incompatible"
    assert door.post("/status", sent).json()["errors"] == []
    with door.world.database.read() as session:
        number = session.exec(select(func.count()).select_from(Report)).one()
    assert number == 6
