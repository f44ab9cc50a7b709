"""The same error in other clothes, as Guards of several Ruby versions, servers and languages report it: one error."""

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from models.rules.fingerprint import fingerprint
from models.tables import Incident, SourceVerdict, StoryEntry
from tests.webhooks.conftest import Door, line, report

ALIKE = {
    "nil": ("undefined method `rows' for nil:NilClass", "undefined method 'rows' for nil"),
    "an object": (
        "undefined method `rows' for #<Topic:0x00007f31>",
        "undefined method 'rows' for an instance of Topic",
    ),
    "a class": (
        "undefined method `rows' for Topic:Class",
        "undefined method 'rows' for class Topic",
    ),
    "a guess": (
        "uninitialized constant Topik\nDid you mean?  Topic",
        "uninitialized constant Topik",
    ),
    "its class behind": (
        "NoMethodError: undefined method `rows' for nil",
        "undefined method `rows' for nil (NoMethodError)",
    ),
    "a gem's version": (
        "cannot load such file -- /g/redis-4.8.1/lib/redis",
        "cannot load such file -- /g/redis-5.0.7/lib/redis",
    ),
    "an address": (
        "connection to [2001:db8::1]:5432 was closed",
        "connection to [2001:db8::beef]:5432 was closed",
    ),
    "a host": (
        "certificate for one.example.com expired",
        "certificate for two.example.org expired",
    ),
    "PostgreSQL's language": (
        'PG::UndefinedColumn: ERROR:  column "shelf" does not exist',
        "PG::UndefinedColumn: FEHLER:  Spalte »shelf« existiert nicht",
    ),
    "the system's language": (
        "Errno::EACCES: Permission denied @ rb_sysopen - /shared/a",
        "Errno::EACCES: Keine Berechtigung @ rb_sysopen - /shared/a",
    ),
}
UNLIKE = {
    "another method": ("undefined method `rows' for nil", "undefined method `cells' for nil"),
    "another receiver": (
        "undefined method `rows' for nil",
        "undefined method `rows' for class Topic",
    ),
    "another column": (
        'PG::UndefinedColumn: ERROR:  column "shelf" does not exist',
        'PG::UndefinedColumn: ERROR:  column "board" does not exist',
    ),
    "another constant": ("uninitialized constant Topik", "uninitialized constant Badje"),
}


def fail_in(door: Door, round_: int, words: tuple[str, str]) -> bool:
    """Whether two plugins that break together, each in its words, break by the same error."""
    names = ("solved", "voting")
    door.post("/status", report(*map(line, names), host=f"{2 * round_:040x}"))
    broken = [
        line(name, 2, message=said, backtrace=f"/srv/{said[:1]}/plugins/{name}/plugin.rb:9:in `x'")
        for name, said in zip(names, words, strict=True)
    ]
    answer = door.post("/status", report(*broken, host=f"{2 * round_ + 1:040x}"))
    assert answer.json()["success"] == "OK"
    still = [each for each in door.world.incidents() if each.resolved_at is None]
    assert len(still) == 2
    return still[0].fingerprint == still[1].fingerprint


def test_what_differs_by_ruby_server_and_language_is_one_error(door: Door) -> None:
    for place, (what, words) in enumerate(ALIKE.items(), start=1):
        assert fail_in(door, place, words), what


def test_what_differs_by_what_it_names_is_not(door: Door) -> None:
    for place, (what, words) in enumerate(UNLIKE.items(), start=1):
        assert not fail_in(door, place, words), what


@pytest.mark.parametrize(("words", "is_news"), [("Boom at 2", False), ("Bang at 2", True)])
def test_an_incident_of_an_older_version_is_compared_by_the_rules_of_today(
    door: Door, words: str, is_news: bool
) -> None:
    door.post("/status", report(line("solved"), host="c0ffee01"))
    door.post("/status", report(line("solved", 2, message="Boom at 1"), host="c0ffee02"))
    with door.world.database.write() as session:
        for table in (Incident, SourceVerdict):
            session.exec(update(table).values(fingerprint="of older rules"))
    door.post("/status", report(line("solved", 2, message=words), host="c0ffee03"))
    (incident,) = door.world.incidents()
    assert incident.fingerprint == fingerprint("solved", words, None)
    with door.world.database.read() as session:
        story = session.exec(select(StoryEntry).order_by(col(StoryEntry.id))).all()
    assert [(each.kind, each.quiet) for each in story] == [
        ("opened", False),
        ("changed", not is_news),
    ]
