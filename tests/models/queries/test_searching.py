"""What clients of the Plugin Manager search for: found by the database as it is by reading the whole list."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from models.database.engine import Database, go_by_indexes
from models.events.github import OwnerReading
from models.github.facts import OwnerFact
from models.queries import searching, unheard
from models.queries.plugins import is_text, matching, plugin_lines
from models.queries.searching import PluginSearch, plugins_found
from models.record import record
from models.recording.verdicts.standing import renew_standings
from models.rules.ecosystems import Ecosystem
from models.rules.list_order import SearchOrder
from models.rules.sources import JudgingSource
from models.rules.status import Verdict
from models.tables import Plugin, Repository, RepositoryOwner, SourceVerdict
from models.views import PluginLine
from tests.explained import asked_from_now, plans
from tests.hub import a_repository
from tests.world import a_plugin

PLUGINS = 16
ABOUT = ("Zeigt Größen an", "100%_of 'it' \"quoted\"", "漢字を İ ſ", None, "a\\b\tc", "broken ones")
OWNERS = ("Wir bauen GROẞES", "", "_under%", "我們", "Unknown to most")
TAGS: tuple[Sequence[str], ...] = (
    [],
    ["Chat", "größer"],
    ["chat"],
    ["chat", "Größer", "ſ"],
    ["CHAT", "chat"],
)
HOSTS = ("tests-passed", "stable", "nowhere")
LATE = timedelta(days=30)


@pytest.fixture
def listed(database: Database, now: datetime) -> Database:
    """Plugins of owners who say something: every fourth is private, one was taken off the list, one is of Python."""
    with database.write() as session:
        for n in range(PLUGINS):
            plugin = _plugin(session, n, now)
            session.add(plugin)
            session.flush()
            session.add_all(_verdicts(plugin.id or 0, n, now))
        renew_standings(session, range(1, PLUGINS + 1))
        for n, words in enumerate(OWNERS):
            said = OwnerFact(login=f"Owner-{n}", email="", website="", description=words)
            record(session, [OwnerReading(said)], now)
    return database


def _plugin(session: Session, n: int, now: datetime) -> Plugin:
    name = f"Owner-{n % 5}/plugin-{n}" if n % 2 else f"owner-{n % 5}/plugin-{n}"
    plugin = a_plugin(f"plugin-{n:02}", now)
    plugin.repository, plugin.repository_key = name, name.lower()
    plugin.name, plugin.about = ("Straße", "ÉTÉ", "表", "x_%'")[n % 4], ABOUT[n % 6]
    plugin.tags = list(TAGS[n % 5])
    plugin.updated_at = now - timedelta(hours=n * 5 % 7)
    plugin.removed_at = now if n == 3 else None
    plugin.ecosystem = Ecosystem.PYTHON if n in {5, 8} else Ecosystem.DISCOURSE
    if n % 3:
        plugin.repository_id = 100 + n
        repository = a_repository(github_id=100 + n, full_name=name, private=n % 4 == 0)
        session.add(repository)
    return plugin


def _verdicts(plugin_id: int, n: int, now: datetime) -> Sequence[SourceVerdict]:
    """What sources say: of some plugins nothing, by CI alone, or so long ago that it does not count."""
    severities = sorted(Verdict, key=lambda verdict: verdict.severity)
    said = [
        (JudgingSource.GUARD, "tests-passed", severities[n % 5], n % 7 == 0, n % 6 == 0),
        (JudgingSource.TESTS, "tests-passed", Verdict.TESTS_FAILING, False, n % 5 == 0),
        (JudgingSource.CANARY, "stable", severities[n % 3], n % 2 == 0, False),
    ]
    return [
        SourceVerdict(
            plugin_id=plugin_id,
            plugin_branch="main",
            host_branch=host_branch,
            source=source,
            verdict=verdict,
            plugin_sha="a",
            host_sha="b",
            changed_at=now,
            seen_at=now - LATE if is_late else now,
            expired=is_expired,
        )
        for source, host_branch, verdict, is_late, is_expired in said
        if n % 8
    ]


# Parts of what is said, in any case, and signs that databases, patterns or quotes take for something else.
_SAID = [*filter(None, ABOUT), *OWNERS, "plugin-", "Owner-1/plugin-1", "Straße", "größer", "ÉTÉ表"]
_PARTS = st.sampled_from([text for text in _SAID if text]).flatmap(
    lambda text: st.builds(
        lambda first, length: text[first : first + length],
        st.integers(0, len(text) - 1),
        st.integers(1, 6),
    )
)
_ODD = st.text(st.sampled_from("%_'\"\\ \0\ud800\x1e\x1fßẞſİé漢Aa-/"), max_size=3)
_STATUS = st.sampled_from([" Broken", *Verdict])
_TAG = st.one_of(st.sampled_from(sorted({tag for tags in TAGS for tag in tags})), _ODD)
_SEARCHES = st.builds(
    PluginSearch,
    host_branch=st.sampled_from(HOSTS),
    text=st.one_of(
        st.just(""), _STATUS, _PARTS, _PARTS.map(str.upper), _PARTS.map(str.lower), _ODD
    ),
    tags=st.frozensets(_TAG.filter(bool), max_size=3),
    all_tags=st.booleans(),
    order=st.sampled_from(SearchOrder),
    descending=st.booleans(),
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    search=_SEARCHES,
    first=st.sampled_from([0, 1, 4, 10**6]),
    few=st.sampled_from([searching.FEW, 2]),
    earlier=st.sampled_from([timedelta(), LATE]),
)
def test_the_same_as_of_the_whole_list(
    listed: Database,
    now: datetime,
    search: PluginSearch,
    first: int,
    few: int,
    earlier: timedelta,
) -> None:
    """Also when nothing is late yet."""
    rows, now = slice(first, first + 4), now - earlier
    with listed.read() as session, pytest.MonkeyPatch.context() as bounds:
        bounds.setattr(searching, "FEW", few)
        bounds.setattr(unheard, "FEW", few)
        lines = _wanted(plugin_lines(session, now), search, _owner_words(session))
        page = plugins_found(session, now, Ecosystem.DISCOURSE, search, rows)
    lines.sort(key=lambda line: _place(line, search), reverse=search.descending)
    handles = [line.plugin.handle for line in lines]
    assert page == (handles[rows], len(handles))


def _wanted(
    lines: Sequence[PluginLine], search: PluginSearch, owners: Mapping[str, str]
) -> list[PluginLine]:
    """Those that the search means, of the lines of the list with all that everybody may know."""
    ours = [line for line in lines if line.plugin.ecosystem == Ecosystem.DISCOURSE]
    found = matching(ours, search.text, search.host_branch)
    wanted = search.text.strip().casefold()
    said = [
        line
        for line in ours
        if wanted in (line.plugin.about or "").casefold()
        or wanted in owners.get(line.plugin.handle, "").casefold()
    ]
    tags = search.tags
    return [
        line
        for line in ours
        if (line in found or line in said)
        and (
            tags <= set(line.plugin.tags)
            if search.all_tags or not tags
            else tags & set(line.plugin.tags)
        )
    ]


def _place(line: PluginLine, search: PluginSearch) -> tuple[Any, ...]:
    """By the handle, where all else is the same. Who has no owner comes last; what is not told of, before all times."""
    plugin = line.plugin
    owner = plugin.repository.partition("/")[0]
    places: dict[SearchOrder, tuple[Any, ...]] = {
        SearchOrder.HANDLE: (),
        SearchOrder.OWNER: (not owner, owner.casefold()),
        SearchOrder.STATUS: (line.on(search.host_branch).severity,),
        SearchOrder.UPDATED: (plugin.updated_at or datetime.min.replace(tzinfo=UTC),),
    }
    return *places[search.order], plugin.handle


def _owner_words(session: Session) -> dict[str, str]:
    """What the owners of public repositories say of themselves, by the plugin's handle."""
    said = dict(session.exec(select(RepositoryOwner.login_key, RepositoryOwner.description)).all())
    followed = session.exec(
        select(Plugin.handle, Repository.full_name)
        .join(Repository, col(Repository.github_id) == col(Plugin.repository_id))
        .where(col(Repository.private).is_(False))
    )
    return {handle: said.get(name.partition("/")[0].lower()) or "" for handle, name in followed}


def test_what_changes_is_found_by_what_it_says_now(listed: Database, now: datetime) -> None:
    with listed.write() as session:
        plugin = session.get_one(Plugin, 2)
        plugin.about, plugin.tags = "Neues Äußeres", ["New"]
        plugin.repository = "Another/plugin-1"
        said = OwnerFact(login="OWNER-2", email="", website="", description="Ganz ANDERS")
        record(session, [OwnerReading(said)], now)
    searches = (
        (PluginSearch("stable", "ÄUSSERES"), 1),
        (PluginSearch("stable", "anders"), 2),
        (PluginSearch("stable", "_under%"), 0),
        (PluginSearch("stable", tags=frozenset({"New"})), 1),
        (PluginSearch("stable", tags=frozenset({"new"})), 0),
    )
    by_owner = PluginSearch("stable", order=SearchOrder.OWNER)
    with listed.read() as session:
        for search, found in searches:
            page = plugins_found(session, now, Ecosystem.DISCOURSE, search, slice(0, 9))
            assert page[1] == found, search
        handles, _ = plugins_found(session, now, Ecosystem.DISCOURSE, by_owner, slice(0, 1))
        assert handles == ["plugin-01"]


@pytest.mark.parametrize(
    "search",
    [
        PluginSearch("tests-passed", "broken"),
        PluginSearch("tests-passed", "incompatible", order=SearchOrder.UPDATED),
        PluginSearch("tests-passed", order=SearchOrder.STATUS, descending=True),
    ],
)
def test_what_is_broken_on_a_branch_is_found_by_an_index(
    listed: Database, now: datetime, search: PluginSearch
) -> None:
    """All verdicts of 30,000 plugins were read and put in order to tell of thirty: once, for those that are worst."""

    def is_page_by_verdicts(sql: str) -> bool:
        return "master_list_line.handle" in sql and "ORDER BY" in sql and "source_verdict" in sql

    with listed.read() as session:
        go_by_indexes(session)
        asked = asked_from_now(session, is_page_by_verdicts)
        handles, _ = plugins_found(session, now, Ecosystem.DISCOURSE, search, slice(0, 1))
        [plan] = plans(session, asked)
    assert len(handles) == 1
    if listed.is_sqlite:  # PostgreSQL may look at each line by the plugin instead
        assert "source_verdict_by_branch" in plan
    assert "SCAN source_verdict" not in plan
    assert "Seq Scan on source_verdict" not in plan


@pytest.mark.parametrize("few", [unheard.FEW, 0])
def test_plugins_that_nobody_speaks_of_are_found_by_indexes_alone(
    listed: Database, now: datetime, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 30,000 plugins all verdicts on the branch were read to tell that each has one."""
    monkeypatch.setattr(unheard, "FEW", few)
    search = PluginSearch("tests-passed", order=SearchOrder.STATUS)
    with listed.read() as session:
        go_by_indexes(session)
        asked = asked_from_now(session, lambda sql: "source_verdict" in sql)
        before_any_is_late = now - LATE
        plugins_found(session, before_any_is_late, Ecosystem.DISCOURSE, search, slice(0, 1))
        found = plans(session, asked)
    alone = "COVERING INDEX" if listed.is_sqlite else "Index Only Scan using"
    assert len(found) == (1 if few else 2)
    assert f"{alone} master_list_" in found[0]
    assert [each for each in found if f"{alone} source_verdict_host_branch" not in each] == []
    assert [each for each in found if "TEMP B-TREE" in each or "Sort" in each] == []


def test_lines_are_counted_and_purposes_looked_through_by_indexes_alone(
    listed: Database, now: datetime
) -> None:
    """PostgreSQL read each line to tell whether it is private, and both all purposes for a word that hardly any has."""
    with listed.read() as session:
        go_by_indexes(session)
        asked = asked_from_now(session, lambda sql: "count(*)" in sql or "names_status" in sql)
        for search in (
            PluginSearch("stable", order=SearchOrder.UPDATED),
            PluginSearch("stable", text="incompatible", order=SearchOrder.UPDATED),
        ):
            plugins_found(session, now, Ecosystem.DISCOURSE, search, slice(0, 1))
        counted, named = plans(session, asked[:2])
    alone = "COVERING INDEX" if listed.is_sqlite else "Index Only Scan using"
    assert f"{alone} master_list_" in counted
    assert "master_list_named_statuses" in named


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    ("order", "index"),
    [
        (SearchOrder.OWNER, "master_list_by_owner"),
        (SearchOrder.UPDATED, "master_list_by_update"),
        (SearchOrder.HANDLE, "master_list_by_name"),
    ],
)
def test_no_order_is_made_by_sorting_the_whole_list(
    listed: Database, now: datetime, order: SearchOrder, index: str, descending: bool
) -> None:
    """All lines were read and put in order, for 20 ms in a list of 30,000, to tell of thirty."""
    with listed.read() as session:
        go_by_indexes(session)
        asked = asked_from_now(session, lambda sql: "ORDER BY" in sql)
        search = PluginSearch("stable", order=order, descending=descending)
        plugins_found(session, now, Ecosystem.DISCOURSE, search, slice(0, 1))
        found = plans(session, asked)
    alone = "COVERING INDEX" if listed.is_sqlite else "Index Only Scan"
    assert found
    assert [each for each in found if alone not in each or index not in each] == []
    assert [each for each in found if "B-TREE" in each or "Sort" in each] == []


def test_the_name_of_a_status_is_no_text() -> None:
    assert [is_text(each) for each in (" Broken", "INCOMPATIBLE", "brok", "")] == [
        False,
        False,
        True,
        True,
    ]
