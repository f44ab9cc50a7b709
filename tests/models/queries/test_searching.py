"""What clients of the Plugin Manager search for: found by the database as it is by reading the whole list."""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from models import queries
from models.database.engine import Database
from models.events.github import OwnerReading
from models.github.facts import OwnerFact
from models.queries import searching
from models.queries.listed import owner_words
from models.queries.searching import is_text, named_page
from models.record import record
from models.rules.ecosystems import Ecosystem
from models.tables import Plugin
from tests.hub import a_repository
from tests.world import a_plugin

PLUGINS = 12
ABOUT = ("Zeigt Größen an", "100%_of 'it' \"quoted\"", "漢字を İ ſ", None, "a\\b\tc")
OWNERS = ("Wir bauen GROẞES", "", "_under%", "我們")


@pytest.fixture
def listed(database: Database, now: datetime) -> Database:
    """Plugins of owners who say something: every fourth is private, one was taken off the list, one is of Python."""
    with database.write() as session:
        for n in range(PLUGINS):
            session.add(_plugin(session, n, now))
        for n, words in enumerate(OWNERS):
            said = OwnerFact(login=f"Owner-{n}", email="", website="", description=words)
            record(session, [OwnerReading(said)], now)
    return database


def _plugin(session: Session, n: int, now: datetime) -> Plugin:
    name = f"Owner-{n % 5}/plugin-{n}"
    plugin = a_plugin(f"plugin-{n:02}", now)
    plugin.repository, plugin.repository_key = name, name.lower()
    plugin.name, plugin.about = ("Straße", "ÉTÉ", "表", "x_%'")[n % 4], ABOUT[n % 5]
    plugin.tags = ["Chat", "größer"] if n % 2 else []
    plugin.removed_at = now if n == 3 else None
    plugin.ecosystem = Ecosystem.PYTHON if n == 5 else Ecosystem.DISCOURSE
    if n % 3:
        plugin.repository_id = 100 + n
        repository = a_repository(github_id=100 + n, full_name=name, private=n % 4 == 0)
        session.add(repository)
    return plugin


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


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(_PARTS, _PARTS.map(str.upper), _PARTS.map(str.lower), _ODD),
    first=st.sampled_from([0, 1, 4, 10**6]),
    descending=st.booleans(),
    few=st.sampled_from([searching.FEW, 2]),
)
def test_the_same_as_of_the_whole_list(
    listed: Database, now: datetime, text: str, first: int, descending: bool, few: int
) -> None:
    rows = slice(first, first + 4)
    with listed.read() as session, pytest.MonkeyPatch.context() as bounds:
        bounds.setattr(searching, "FEW", few)
        lines = queries.plugin_lines(session, now)
        found = queries.matching(lines, text, in_about=True, owners=owner_words(session))
        ours = [each.plugin for each in found if each.plugin.ecosystem == Ecosystem.DISCOURSE]
        handles = sorted((plugin.handle for plugin in ours), reverse=descending)
        page = named_page(session, Ecosystem.DISCOURSE, text, rows, descending=descending)
    assert page == (handles[rows], len(handles))


def test_what_changes_is_found_by_what_it_says_now(listed: Database, now: datetime) -> None:
    with listed.write() as session:
        session.get_one(Plugin, 2).about = "Neues Äußeres"
        said = OwnerFact(login="OWNER-2", email="", website="", description="Ganz ANDERS")
        record(session, [OwnerReading(said)], now)
    with listed.read() as session:
        for text, found in (("ÄUSSERES", 1), ("anders", 2), ("_under%", 0)):
            page = named_page(session, Ecosystem.DISCOURSE, text, slice(0, 9), descending=False)
            assert page[1] == found, text


def test_the_name_of_a_status_is_no_text() -> None:
    assert [is_text(each) for each in (" Broken", "INCOMPATIBLE", "brok", "")] == [
        False,
        False,
        True,
        True,
    ]
