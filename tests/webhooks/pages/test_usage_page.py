"""A plugin's page and `info` say on how many sites it runs, by host branch and version, and how that went."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from models.messages.message import Facts
from models.tables import Plugin, StatisticDay
from models.views.usage import InstallsView, UsageView
from tests.asking import ask
from tests.webhooks.conftest import Door
from webhooks.pages.courses import HEIGHT, WIDTH, courses

TODAY = date(2026, 3, 31)


def _usage(*days: tuple[int, int, int]) -> UsageView:
    """The use on days so many days ago: sites with a key, and without one."""
    counted = [
        (TODAY - timedelta(days=ago), InstallsView(keyed, told)) for ago, keyed, told in days
    ]
    return UsageView(days=counted)


def test_a_course_begins_at_the_left_and_ends_today() -> None:
    (course,) = courses(_usage((89, 5, 0), (88, 10, 0), (1, 8, 0), (0, 0, 0)), TODAY)
    assert course.pieces == (
        f"0.0,{HEIGHT / 2:.1f} 6.7,0.0",
        f"593.3,{HEIGHT * 0.2:.1f} {WIDTH:.1f},{HEIGHT:.1f}",
    )
    assert course.words == "5 sites on 2026-01-01, 0 on 2026-03-31, at most 10"


def test_one_day_is_no_course_and_a_lonely_day_is_a_point() -> None:
    assert courses(_usage((0, 3, 9)), TODAY) == ()
    assert courses(_usage((1, 0, 0), (0, 0, 0)), TODAY) == ()
    keyed, told = courses(_usage((9, 1, 0), (0, 1, 4)), TODAY)
    assert [len(piece.split()) for piece in keyed.pieces] == [1, 1]
    assert told.highest == 4


def _count(door: Door, *rows: tuple[int, bool, str, str, int]) -> None:
    with door.world.database.write() as session:
        plugin = session.exec(select(Plugin).where(Plugin.handle == "solved")).one()
        for ago, keyed, branch, sha, sites in rows:
            session.add(
                StatisticDay(
                    day=datetime.now(UTC).date() - timedelta(days=ago),
                    plugin_id=plugin.id or 0,
                    keyed=keyed,
                    host_branch=branch,
                    plugin_branch="main" if branch else "",
                    plugin_sha=sha,
                    sites=sites,
                )
            )


def _rows(page: str) -> list[list[str]]:
    table = page.partition('aria-labelledby="sites"')[2].partition("</section>")[0]
    found = re.findall(r'<tr role="row">\s*(<th role="rowheader".*?)</tr>', table, re.DOTALL)
    bare = [re.sub(r'<span class="(?:cell-label|hidden)".*?</span>', "", row) for row in found]
    return [
        [
            " ".join(re.sub("<.*?>", " ", cell).split())
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in bare
    ]


def test_where_a_plugin_runs_is_shown(door: Door) -> None:
    _count(
        door,
        (1, True, "stable", "a" * 40, 9),
        (0, True, "stable", "a" * 40, 12),
        (0, True, "tests-passed", "b" * 40, 8),
        (0, False, "stable", "a" * 40, 1_400),
        (0, False, "", "", 30),
        (95, True, "stable", "c" * 40, 99),
    )
    page = door.http.get("/plugins/solved").text
    assert "20 sites with a key, 1,430 without one" in page
    assert _rows(page) == [
        ["stable", "main aaaaaaaaaa", "12", "1,400"],
        ["tests-passed", "main bbbbbbbbbb", "8", "—"],
        ["not said", "others, or not said", "—", "30"],
    ]
    assert page.count("<polyline") == page.count('role="img"') == 2
    assert "99" not in page.partition('id="sites"')[2].partition("</section>")[0]
    facts = [
        block
        for block in ask(door.world.database, "info solved", datetime.now(UTC))
        if isinstance(block, Facts)
    ]
    said = dict(facts[0].pairs)["Installed on"]
    assert said == "20 sites with a key, 1,430 without one (stable 12 + 1,400, tests-passed 8)"
    other = door.http.get("/plugins/voting").text
    assert 'id="sites"' not in other


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_count_that_stopped_says_nothing_of_now(door: Door) -> None:
    _count(door, *((ago, True, "stable", "a" * 40, 5) for ago in (10, 9)))
    page = door.http.get("/plugins/solved").text
    assert "0 sites with a key" in page
    assert page.count("<polyline") == 1
