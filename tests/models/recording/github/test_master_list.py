"""Who holds which name."""

import random
from datetime import datetime, timedelta

import pytest
import sqlalchemy
from sqlmodel import Session, select

from models.database.engine import Database
from models.lookup import find_plugin
from models.metadata.header import parse_header
from models.metadata.listing import ListingEntry
from models.recording.github.master_list import ImportResult, import_listing, set_compatibility
from models.tables import Alias, Plugin


def named(repository: str, name: str, url: str = "", **more: str) -> ListingEntry:
    """An entry with a plugin.rb header."""
    lines = [f"# {key}: {value}" for key, value in {"name": name, "url": url, **more}.items()]
    return ListingEntry(repository, parse_header("\n".join(lines)))


def own(repository: str, name: str) -> ListingEntry:
    """An entry whose header names its own repository."""
    return named(repository, name, f"https://github.com/{repository}")


def take(database: Database, now: datetime, *entries: ListingEntry) -> ImportResult:
    with database.write() as session:
        return import_listing(session, entries, now)


def held(database: Database) -> dict[str, str]:
    with database.read() as session:
        return {plugin.handle: plugin.repository for plugin in session.exec(select(Plugin))}


def aliases(database: Database) -> set[str]:
    with database.read() as session:
        return set(session.exec(select(Alias.handle)))


def test_a_header_names_its_plugin(database: Database, now: datetime) -> None:
    result = take(
        database, now, named("Nautilus/Cabinet", "Badge Cabinet", version="1.2", authors="Nemo")
    )
    assert result == ImportResult(added=["badge-cabinet"])
    with database.read() as session:
        plugin = find_plugin(session, "badge_cabinet")
        assert plugin is not None
        assert (plugin.name, plugin.version, plugin.authors) == ("Badge Cabinet", "1.2", "Nemo")
        assert (plugin.repository, plugin.repository_key) == (
            "Nautilus/Cabinet",
            "nautilus/cabinet",
        )
        assert (plugin.provisional, plugin.created_at, plugin.updated_at) == (False, now, now)


def test_importing_again_changes_only_what_changed(database: Database, now: datetime) -> None:
    entries = [
        own("nautilus/a", "a"),
        named("nautilus/b", "b", version="1"),
        ListingEntry("nautilus/c"),
    ]
    take(database, now, *entries)
    later = now + timedelta(hours=1)
    entries[1] = named("NAUTILUS/B", "b", version="2")
    result = take(database, later, *entries)
    assert result.updated == ["b"]
    assert sorted(result.unchanged) == ["a", "c"]
    with database.read() as session:
        plugins = {plugin.handle: plugin for plugin in session.exec(select(Plugin))}
    assert (plugins["b"].version, plugins["b"].repository, plugins["b"].updated_at) == (
        "2",
        "NAUTILUS/B",
        later,
    )
    assert plugins["a"].updated_at == now


def test_what_was_not_said_stays(database: Database, now: datetime) -> None:
    header = parse_header("# name: a\n# version: 1")
    take(database, now, ListingEntry("nautilus/a", header, "3.5: main", ("chat",)))
    assert take(database, now, ListingEntry("nautilus/a")).unchanged == ["a"]
    with database.read() as session:
        plugin = find_plugin(session, "a")
        assert plugin is not None
        assert (plugin.version, plugin.compatibility, plugin.tags) == ("1", "3.5: main", ["chat"])


def test_a_name_belongs_to_one_repository(database: Database, now: datetime) -> None:
    take(database, now, own("nautilus/a", "Badge Cabinet"))
    result = take(database, now, named("pirate/a", "badge_cabinet"))
    assert result.refused == [
        "pirate/a claims the name `badge-cabinet`, which belongs to nautilus/a."
    ]
    assert held(database) == {"badge-cabinet": "nautilus/a"}


def test_a_fork_does_not_take_the_name_whatever_the_order(
    database: Database, now: datetime
) -> None:
    fork = named("aaa/fork", "cabinet", "https://github.com/Nautilus/Cabinet/tree/main")
    guess = ListingEntry("aaa/cabinet")
    result = take(database, now, guess, fork, own("nautilus/cabinet", "cabinet"))
    assert result.added == ["cabinet"]
    assert len(result.refused) == 2
    assert held(database) == {"cabinet": "nautilus/cabinet"}


def test_a_guessed_name_collides(database: Database, now: datetime) -> None:
    result = take(database, now, ListingEntry("nautilus/cabinet"), ListingEntry("pirate/cabinet"))
    assert result.added == ["cabinet"]
    assert result.refused == [
        "The name of pirate/cabinet would be guessed as `cabinet`, which belongs to nautilus/cabinet; "
        "import its plugin.rb header to give it its own name."
    ]


def test_a_guessed_name_is_released_when_the_header_arrives(
    database: Database, now: datetime
) -> None:
    take(database, now, ListingEntry("nautilus/cabinet"))
    result = take(database, now, own("pirate/x", "cabinet"), named("nautilus/cabinet", "shelf"))
    assert (result.renamed, result.added, result.refused) == (
        [("cabinet", "shelf")],
        ["cabinet"],
        [],
    )
    assert held(database) == {"shelf": "nautilus/cabinet", "cabinet": "pirate/x"}
    assert aliases(database) == set()


def test_a_chain_of_released_names(database: Database, now: datetime) -> None:
    take(database, now, *[ListingEntry(f"nautilus/n{place}") for place in range(6)])
    chain = [named(f"nautilus/n{place}", f"n{place + 1}") for place in range(6)]
    assert len(take(database, now, *chain, own("new/x", "n0")).renamed) == 6
    assert held(database) == {"n0": "new/x"} | {
        f"n{place + 1}": f"nautilus/n{place}" for place in range(6)
    }


def test_a_header_that_confirms_the_guess(database: Database, now: datetime) -> None:
    take(database, now, ListingEntry("nautilus/cabinet"))
    assert take(database, now, named("nautilus/cabinet", "Cabinet")).updated == ["cabinet"]
    assert take(database, now, named("nautilus/cabinet", "shelf")).renamed == [("cabinet", "shelf")]
    assert aliases(database) == {"cabinet"}


def test_a_former_name_still_finds_its_plugin_and_stays_held(
    database: Database, now: datetime
) -> None:
    take(database, now, own("nautilus/a", "cabinet"))
    assert take(database, now, own("nautilus/a", "shelf")).renamed == [("cabinet", "shelf")]
    with database.read() as session:
        plugin = find_plugin(session, "Cabinet")
        assert plugin is not None
        assert plugin.handle == "shelf"
    assert take(database, now, own("pirate/a", "cabinet")).refused == [
        "pirate/a claims the name `cabinet`, which belongs to nautilus/a (now `shelf`)."
    ]


def test_a_plugin_may_take_its_former_name_back(database: Database, now: datetime) -> None:
    for name in ("cabinet", "shelf", "cabinet"):
        take(database, now, own("nautilus/a", name))
    assert held(database) == {"cabinet": "nautilus/a"}
    assert aliases(database) == {"shelf"}


def test_a_refused_rename_changes_nothing(database: Database, now: datetime) -> None:
    take(database, now, own("nautilus/a", "a"), own("nautilus/b", "b"))
    assert len(take(database, now, named("nautilus/b", "a", version="6")).refused) == 1
    with database.read() as session:
        plugin = find_plugin(session, "b")
        assert plugin is not None
        assert (plugin.name, plugin.version) == ("b", None)


def test_names_that_cannot_be_handles_are_refused(database: Database, now: datetime) -> None:
    result = take(database, now, named("nautilus/a", "!!"), named("nautilus/b", "b"))
    assert result.added == ["b"]
    assert result.refused == [
        "nautilus/a: this plugin name has no letter or digit: plugin names are 1 to 75 characters."
    ]


def test_a_header_without_a_name_leaves_the_guess(database: Database, now: datetime) -> None:
    take(database, now, ListingEntry("nautilus/cabinet", parse_header("# about: A shelf")))
    with database.read() as session:
        plugin = find_plugin(session, "cabinet")
        assert plugin is not None
        assert (plugin.provisional, plugin.about) == (True, "A shelf")


@pytest.mark.parametrize("seed", range(5))
def test_the_order_makes_no_difference(database: Database, now: datetime, seed: int) -> None:
    before = [ListingEntry("n/a"), ListingEntry("n/b"), own("n/c", "c")]
    entries = [
        named("n/a", "b"),
        named("n/b", "x"),
        own("m/a", "a"),
        named("f/a", "a"),
        own("n/c", "d"),
    ]
    entries += [
        ListingEntry("g/x"),
        ListingEntry("g/c"),
        own("m/c", "c"),
        named("f/y", "y"),
        named("e/y", "y"),
    ]
    random.Random(seed).shuffle(before)
    random.Random(seed + 100).shuffle(entries)
    take(database, now, *before)
    take(database, now, *entries)
    assert held(database) == {"b": "n/a", "x": "n/b", "a": "m/a", "d": "n/c", "y": "e/y"}
    assert aliases(database) == {"c"}


def test_it_never_commits(database: Database, now: datetime) -> None:
    with database.engine.connect() as connection, Session(connection) as session:
        import_listing(session, [own("nautilus/a", "a")], now)
        session.rollback()
    assert held(database) == {}


def test_a_large_import_asks_little(database: Database, now: datetime) -> None:
    asked = 0

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal asked
        asked += statement.startswith("SELECT")

    sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", count)
    try:
        take(database, now, *[own(f"nautilus/p{place}", f"p{place}") for place in range(500)])
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "before_cursor_execute", count)
    assert 1 <= asked <= 5, "one of them for who hears of it"


@pytest.mark.parametrize("name", ["", "!!", "nobody", "a" * 5000])
def test_nobody_is_found(database: Database, now: datetime, name: str) -> None:
    take(database, now, own("nautilus/a", "a"))
    with database.read() as session:
        assert find_plugin(session, name) is None


def test_compatibility_is_kept_and_what_is_wrong_is_said(database: Database, now: datetime) -> None:
    take(database, now, own("nautilus/a", "a"))
    later = now + timedelta(hours=1)
    with database.write() as session:
        plugin = find_plugin(session, "a")
        assert plugin is not None
        assert set_compatibility(plugin, None, later) is None
        assert plugin.updated_at == now
        assert set_compatibility(plugin, "3.5: main", later) is None
        assert (plugin.compatibility, plugin.updated_at) == ("3.5: main", later)
        assert "only `<` and `<=`" in (set_compatibility(plugin, "~> 3.5: main", later) or "")
        assert "64 KiB" in (set_compatibility(plugin, "#" * 70_000, later) or "")
        set_compatibility(plugin, "a\0b", later)
