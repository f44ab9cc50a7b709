"""Badges, feeds, and the JSON in the shape of Statuspage's."""

import re
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from sqlmodel import select

from models.queries.list_pages import verdicts_of_list
from models.tables import Incident, Plugin
from tests.hub import a_repository, follow
from tests.webhooks.conftest import PUBLIC_URL, Door, line, report
from webhooks.embedding.status_page import components_of

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "</text><script>alert(1)</script>\u202e"


def _get(door: Door, path: str, status: int = 200, **query: Any) -> httpx.Response:
    answer = door.http.get(path, params=query)
    assert answer.status_code == status, answer.text
    return answer


def _badge(door: Door, name: str, status: int = 200, **query: Any) -> list[str]:
    """The words of a badge, as they are shown."""
    answer = _get(door, f"/plugins/{name}/badge.svg", status, **query)
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert answer.headers["Cache-Control"].startswith("public, max-age=60")
    texts = [each.text or "" for each in ET.fromstring(answer.text).iter() if each.text]
    return list(dict.fromkeys(text for text in texts if text.strip()))


def _break(door: Door, name: str, branch: str = "tests-passed", **how: Any) -> None:
    door.post("/status", report(line(name), branch=branch))
    door.post("/status", report(line(name, 2, sha="b" * 8, message="Boom", **how), branch=branch))


def test_a_badge_says_the_worst_or_what_a_branch_is_like(door: Door) -> None:
    _break(door, "solved")
    door.post("/status", report(line("solved"), branch="stable"))
    assert _badge(door, "solved") == ["plugin status", "incompatible"]
    assert _badge(door, "solved", host_branch="stable") == ["stable", "compatible"]
    assert _badge(door, "solved", branch="main", host_branch="tests-passed") == [
        "main on tests-passed",
        "incompatible",
    ]


def test_a_badge_repeats_nothing_that_nobody_reported(door: Door) -> None:
    assert _badge(door, "solved") == ["plugin status", "no report"]
    assert _badge(door, "solved", host_branch=HOSTILE) == ["plugin status", "no report"]
    assert _badge(door, "nobody", 404) == ["plugin status", "no such plugin"]


def test_a_badge_is_a_picture_and_nothing_else(door: Door) -> None:
    door.post("/status", report(line("solved"), branch="</text><script>"))
    answer = _get(door, "/plugins/solved/badge.svg", host_branch="</text><script>")
    assert "<script" not in answer.text
    assert "compatible" in answer.text
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    head = door.http.head("/plugins/solved/badge.svg")
    assert (head.status_code, head.text) == (200, "")


def test_a_private_plugin_has_no_badge(door: Door) -> None:
    with door.world.database.write() as session:
        follow(session, "solved", repository=a_repository("solved", private=True))
    _break(door, "solved")
    assert _badge(door, "solved", 404) == ["plugin status", "no such plugin"]
    assert "badge.svg" not in _get(door, "/plugins/solved").text
    assert "badge.svg" in _get(door, "/plugins/voting").text


def _entries(door: Door, path: str) -> list[ET.Element]:
    """A feed's entries, after all was looked at that RFC 4287 asks for."""
    answer = _get(door, path)
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.content)
    entries = feed.findall(f"{ATOM}entry")
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    for each in (feed, *entries):
        for name in ("id", "title", "updated"):
            (found,) = each.findall(ATOM + name)
            assert found.text
        assert (each.findtext(f"{ATOM}id") or "").startswith(f"{PUBLIC_URL}/")
        assert datetime.fromisoformat(each.findtext(f"{ATOM}updated") or "").tzinfo
        assert all(link.get("href", "").startswith(PUBLIC_URL) for link in each.iter(f"{ATOM}link"))
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    return entries


def _titles(door: Door, path: str) -> list[str]:
    return [entry.findtext(f"{ATOM}title") or "" for entry in _entries(door, path)]


def test_each_step_of_an_incident_is_an_entry(door: Door) -> None:
    _break(door, "solved")
    door.post("/status", report(line("solved", sha="c" * 8)))
    recovered, opened = _titles(door, "/feed.atom")
    assert recovered.startswith("Recovered: solved")
    assert opened == "solved (main) does not load on tests-passed"
    last = _entries(door, "/feed.atom")[0]
    link = last.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"{PUBLIC_URL}/incidents/1"
    assert "Works again" in (last.findtext(f"{ATOM}summary") or "")


def test_a_plugin_and_a_tag_have_feeds_of_their_own(door: Door) -> None:
    with door.world.database.write() as session:
        solved = session.exec(select(Plugin).where(Plugin.handle == "solved")).one()
        solved.tags = ["Q & A"]
    _break(door, "solved")
    _break(door, "voting")
    assert len(_titles(door, "/feed.atom")) == 2
    for path in (
        "/plugins/solved/feed.atom",
        "/plugins/Solved/feed.atom",
        "/tags/q%20%26%20a/feed.atom",
    ):
        assert _titles(door, path) == ["solved (main) does not load on tests-passed"]
    assert _titles(door, "/plugins/chat-extra/feed.atom") == []
    assert "no plugin has the tag" in _get(door, "/tags/nothing/feed.atom", 404).text
    assert "no plugin is called" in _get(door, "/plugins/nobody/feed.atom", 404).text
    assert 'href="/plugins/solved/feed.atom"' in _get(door, "/plugins/solved").text


def test_what_strangers_write_stays_text_in_a_feed(door: Door) -> None:
    _break(door, "solved")
    door.post("/status", report(line("voting")))
    door.post("/status", report(line("voting", 2, sha="b" * 8, message=f"{HOSTILE}\x1b]")))
    summary = _entries(door, "/feed.atom")[0].findtext(f"{ATOM}summary") or ""
    assert "&lt;script&gt;" in summary
    assert "<script>" not in summary
    assert "\u202e" not in summary


def test_a_feed_tells_nothing_of_a_private_plugins_tests(door: Door) -> None:
    with door.world.database.write() as session:
        follow(session, "solved", repository=a_repository("solved", private=True))
    _break(door, "solved")
    with door.world.database.write() as session:
        session.exec(select(Incident)).one().origin = "tests"
    assert _titles(door, "/feed.atom") == []
    assert _titles(door, "/plugins/solved/feed.atom") == []
    assert _get(door, "/api/v2/summary.json").json()["incidents"] == []


def test_the_summary_has_the_shape_that_tools_read(door: Door) -> None:
    _break(door, "solved")
    door.post("/status", report(line("voting")))
    told = _get(door, "/api/v2/summary.json").json()
    assert told["page"]["url"] == PUBLIC_URL
    assert told["status"] == {"indicator": "major", "description": "1 plugin broken"}
    # Nobody has reported on chat-extra, which is no "operational".
    assert {each["name"]: each["status"] for each in told["components"]} == {
        "solved": "major_outage",
        "voting": "operational",
    }
    (incident,) = told["incidents"]
    assert incident["name"] == "solved (main) does not load on tests-passed"
    assert (incident["status"], incident["impact"]) == ("identified", "major")
    assert incident["shortlink"] == f"{PUBLIC_URL}/incidents/1"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z", incident["created_at"])
    assert [each["name"] for each in incident["components"]] == ["solved"]
    (update,) = incident["incident_updates"]
    assert "Boom" in update["body"]
    assert told["scheduled_maintenances"] == []
    assert _get(door, "/api/v2/status.json").json()["status"] == told["status"]


def test_a_list_that_says_the_same_is_not_written_again(door: Door, now: datetime) -> None:
    """Every few seconds, all of 30,000 plugins was: whoever asked meanwhile waited twice as long."""
    with door.world.database.read() as session:
        before = components_of(verdicts_of_list(session, now))
        assert components_of(verdicts_of_list(session, now)) is before
    _break(door, "solved")
    with door.world.database.read() as session:
        after = components_of(verdicts_of_list(session, now))
    assert before.of("solved") == []
    assert [each["status"] for each in after.of("solved")] == ["major_outage"]


def test_the_summary_is_packed_for_those_who_can_read_that(door: Door) -> None:
    """Of 30,000 plugins it is 9 MB, and took 40 ms to send; within a moment, each is answered as they asked."""
    _break(door, "solved")
    door.post("/status", report(line("voting")))
    asked = {
        "gzip, deflate, br": "gzip",
        "identity": None,
        "deflate, GZIP;q=0.5": "gzip",
        "br, gzip;q=0.0": None,
        "gzipped": None,
    }
    told = []
    for accepted, packed in asked.items():
        answer = door.http.get("/api/v2/summary.json", headers={"Accept-Encoding": accepted})
        assert answer.headers.get("content-encoding") == packed, accepted
        assert answer.headers["vary"] == "Accept-Encoding"
        summary = answer.json()
        summary["page"].pop("updated_at")
        told.append(summary)
    assert [each["name"] for each in told[0]["components"]] == ["solved", "voting"]
    assert all(each == told[0] for each in told)


@pytest.mark.parametrize(("heard", "indicator"), [([], "minor"), (["solved"], "none")])
def test_silence_is_no_success(door: Door, heard: list[str], indicator: str) -> None:
    if heard:
        door.post("/status", report(*map(line, heard)))
    assert _get(door, "/api/v2/status.json").json()["status"]["indicator"] == indicator
