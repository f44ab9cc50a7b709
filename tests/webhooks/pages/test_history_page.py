"""The page of what ended, and what the front page says of it and of where plugins run."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy
from sqlmodel import select

from models.operating.usage import changed_sites, write_sites
from models.queries.ended import EndedFilter, ended_incidents
from models.rules.blame import Suspect
from models.tables import Incident, Plugin, StatisticDay
from tests.hub import a_repository, follow
from tests.webhooks.conftest import Door, line, report


def _page(door: Door, path: str, **query: Any) -> str:
    answer = door.http.get(path, params=query or None)
    assert answer.status_code == 200, answer.text
    return answer.text


def _broke_and_recovered(door: Door, *names: str, branch: str = "tests-passed") -> None:
    door.post("/status", report(*map(line, names), branch=branch))
    broken = (line(name, 2, sha="b" * 8, message=f"Boom in {name}") for name in names)
    door.post("/status", report(*broken, branch=branch))
    door.post("/status", report(*(line(name, sha="c" * 8) for name in names), branch=branch))


def _shown(page: str) -> list[str]:
    """The plugins of the incidents that a page lists, as it does."""
    return re.findall(r'class="name" dir="auto" href="/incidents/\d+">([^<]+)<', page)


def test_what_ended_is_looked_up(door: Door) -> None:
    _broke_and_recovered(door, "solved")
    _broke_and_recovered(door, "voting", branch="stable")
    door.post("/status", report(line("chat-extra", 2, message="Still")))
    page = _page(door, "/history")
    assert "2 incidents." in page
    assert _shown(page) == ["voting", "solved"]
    assert "Boom in solved" in page
    assert "chat-extra" not in page
    for query, found in (
        ({"plugin": "Solved"}, ["solved"]),
        ({"branch": "stable"}, ["voting"]),
        ({"branch": "main"}, ["voting", "solved"]),
        ({"branch": "nowhere"}, []),
        ({"cause": "plugin"}, ["voting", "solved"]),
        ({"cause": "host"}, []),
        ({"page": "2"}, ["voting", "solved"]),  # as the last page, where there are no more
    ):
        assert _shown(_page(door, "/history", **query)) == found, query


def test_a_day_finds_what_was_broken_then(door: Door) -> None:
    _broke_and_recovered(door, "solved")
    with door.world.database.write() as session:
        found = session.exec(select(Incident)).one()
        found.opened_at = datetime(2026, 3, 1, 23, tzinfo=UTC)
        found.resolved_at = datetime(2026, 3, 4, 1, tzinfo=UTC)
    for since, until, is_shown in (
        ("2026-03-02", "2026-03-03", True),
        ("2026-03-04", "", True),
        ("2026-03-05", "", False),
        ("", "2026-03-01", True),
        ("", "2026-02-28", False),
        ("", "9999-12-31", True),
    ):
        page = _page(door, "/history", since=since, until=until)
        assert bool(_shown(page)) is is_shown, (since, until)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"plugin": "<b>"}, "No plugin is called “&lt;b&gt;”."),
        ({"cause": "me"}, "A cause is one of host, plugin, both"),
        ({"since": "yesterday"}, "“yesterday” is no day; write it as 2026-03-14."),
        ({"page": "9" * 400}, "0 incidents. Those that are open are on"),
        ({"until": "2026-02-30\x00"}, "is no day"),
    ],
)
def test_what_makes_no_sense_is_said(door: Door, query: dict[str, str], said: str) -> None:
    assert said in _page(door, "/history", **query)


def test_a_long_history_has_pages(door: Door) -> None:
    _broke_and_recovered(door, "solved")
    with door.world.database.write() as session:
        row = session.exec(select(Incident)).one()
        known = row.model_dump(exclude={"id"})
        session.add_all([Incident(**known) for _ in range(60)])
    first = _page(door, "/history", plugin="solved")
    assert "Page 1 of 2" in first
    assert (
        'href="/history?plugin=solved&amp;branch=&amp;cause=&amp;since=&amp;until=&amp;page=2"'
        in first
    )
    assert len(_shown(first)) == 50
    assert len(_shown(_page(door, "/history", plugin="solved", page="2"))) == 11


def test_of_a_private_plugin_the_history_tells_nothing_that_ci_said(door: Door) -> None:
    _broke_and_recovered(door, "solved", "voting")
    with door.world.database.write() as session:
        follow(session, "solved", "voting", repository=a_repository("solved", private=True))
        by_ci, by_guard = session.exec(select(Incident).order_by(sqlalchemy.text("id")))
        by_ci.origin = "tests"
        by_guard.bad_host_sha = ""
    assert _shown(_page(door, "/history")) == ["voting"]
    with door.world.database.read() as session:
        for suspect, number in ((Suspect.PLUGIN, 0), (Suspect.UNKNOWN, 1)):
            assert ended_incidents(session, EndedFilter(suspect=suspect), 10)[1] == number


def test_the_front_page_shows_what_was_fixed_lately(door: Door) -> None:
    _broke_and_recovered(door, "solved", "voting")
    with door.world.database.write() as session:
        old, new = session.exec(select(Incident).order_by(sqlalchemy.text("id")))
        now = datetime.now(UTC)
        old.resolved_at, new.resolved_at = now - timedelta(days=8), now - timedelta(days=6)
    page = _page(door, "/")
    assert _shown(page.partition('id="fixed"')[2].partition('id="list"')[0]) == ["voting"]


def _listed(page: str) -> list[str]:
    return re.findall(
        r'class="name" dir="auto" href="/plugins/([^"]+)"', page.partition('id="list"')[2]
    )


def test_the_list_is_sorted_and_filtered_by_tag(door: Door) -> None:
    with door.world.database.write() as session:
        ids = {plugin.handle: plugin for plugin in session.exec(select(Plugin))}
        ids["solved"].tags, ids["voting"].tags = ["Official", "chat"], ["official"]
        today = datetime.now(UTC).date()
        for handle, keyed, sites in (
            ("voting", True, 3),
            ("voting", False, 1),
            ("solved", True, 20),
            ("chat-extra", False, 4_000),
        ):
            plugin_id = ids[handle].id or 0
            session.add(
                StatisticDay(
                    day=today,
                    plugin_id=plugin_id,
                    keyed=keyed,
                    host_branch="stable",
                    plugin_branch="main",
                    plugin_sha="a" * 8,
                    sites=sites,
                )
            )
        write_sites(session, changed_sites(session, today))
    assert _listed(_page(door, "/", order="name")) == ["chat-extra", "solved", "voting"]
    by_sites = _page(door, "/", order="sites")
    # What anyone may tell without a key outweighs nothing.
    assert _listed(by_sites) == ["solved", "voting", "chat-extra"]
    assert '3 <span class="quiet">with a key, 1 without</span>' in by_sites
    assert '0 <span class="quiet">with a key, 4,000 without</span>' in by_sites
    tagged = _page(door, "/", tag="OFFICIAL", order="name", filter="o")
    assert _listed(tagged) == ["solved", "voting"]
    assert "2 plugins matching “<bdi>o</bdi>” tagged “<bdi>OFFICIAL</bdi>”" in tagged
    assert 'href="/?filter=o&amp;tag=chat&amp;order=name#list"' in tagged
    assert _listed(_page(door, "/", tag="none", order="nonsense")) == []
    assert "No plugin matches." in _page(door, "/", tag="none")
