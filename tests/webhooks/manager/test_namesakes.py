"""Reports of several ecosystems' hosts, whose plugins have one name."""

from typing import Any

import pytest
from sqlmodel import select

from models.rules.kinds import KeyKind
from models.tables import Installation, Plugin, Statistic
from tests.asking import ask
from tests.webhooks.conftest import Door, line, report
from tests.world import a_plugin

GIT = "0123456789abcdef0123456789abcdef01234567"


def add(door: Door, handle: str, ecosystem: str) -> None:
    with door.world.database.write() as session:
        plugin = a_plugin(handle, door.world.now)
        plugin.ecosystem = ecosystem
        session.add(plugin)


def rows(door: Door, table: Any) -> list[str]:
    with door.world.database.read() as session:
        return sorted(session.exec(select(Plugin.handle).join(table)).all())


@pytest.mark.parametrize(
    ("told", "heard"),
    [
        ({"host": GIT}, "poll"),
        ({}, "poll"),
        ({"host": "1.0", "ecosystem": "python"}, "python:poll"),
        ({"host": GIT, "ecosystem": "python"}, "python:poll"),
        ({"host": "1.0", "ecosystem": "discourse"}, "poll"),
    ],
)
def test_a_report_is_of_the_plugin_of_its_hosts_ecosystem(
    door: Door, told: dict[str, str], heard: str
) -> None:
    add(door, "poll", "discourse")
    add(door, "python:poll", "python")
    assert door.post("/status", report(line("poll"), **told)).json()["updated"] == ["poll"]
    assert rows(door, Installation) == [heard]


@pytest.mark.parametrize(
    ("listed", "told", "is_taken"),
    [
        ("python", {"host": GIT}, False),
        ("python", {"host": "1.0"}, True),  # a kit that says nothing yet
        ("python", {"host": GIT, "ecosystem": "python"}, True),
        ("python", {"host": "1.0", "ecosystem": "jenkins"}, False),
        ("discourse", {"host": GIT}, True),
        ("discourse", {"host": "1.0", "ecosystem": "python"}, False),
    ],
)
def test_a_plugin_of_another_ecosystem_is_not_taken_for_it(
    door: Door, listed: str, told: dict[str, str], *, is_taken: bool
) -> None:
    add(door, "poll", listed)
    answer = door.post("/status", report(line("poll"), **told)).json()
    assert ("updated" in answer) is is_taken
    if not is_taken:
        (error,) = answer["errors"]
        assert f"as a plugin of {listed}, and this host's are of" in error["errors"][0]


def test_both_in_one_batch(door: Door) -> None:
    add(door, "poll", "discourse")
    add(door, "python:poll", "python")
    for told in ({"host": GIT}, {"host": "1.0", "branch": "shelf", "ecosystem": "python"}):
        door.post("/status", report(line("poll", status=2, message="it fails"), **told))
    answers = [
        door.http.get(f"/actions/core/status?plugin={name}").json()["title"]
        for name in ("poll", "python:poll")
    ]
    assert answers == ["poll does not load on tests-passed", "python:poll does not load on shelf"]


REQUIREMENTS = "poll==1.2\nshelf[all]>=2 ; python_version > '3.8'\n"


def test_a_pasted_file_says_whose_plugins_it_names(door: Door) -> None:
    add(door, "poll", "discourse")
    add(door, "python:poll", "python")
    door.post("/status", report(line("poll")))
    door.post("/status", report(line("poll"), host="1.0", branch="shelf", ecosystem="python"))
    told = door.http.post("/check", json={"plugins": REQUIREMENTS}).json()
    assert told["ecosystem"] == "python"
    assert "on shelf (1.0)" in told["title"], "that is the branch which runs such plugins"
    assert "no plugin is called" not in str(told), "a library makes nothing doubtful"
    assert "no plugins that are watched here: shelf" in str(told)
    assert "python:poll" in str(told)
    form = {"branch": "tests-passed", "plugins": REQUIREMENTS}
    page = door.http.post("/check", data=form).text
    assert "python:poll is for Python, and tests-passed is a branch of Discourse" in page
    assert "plugins=python%3Apoll+1.2%2C+python%3Ashelf" in page, "the link means the same"
    linked = door.http.post("/check", json={"plugins": "python:poll 1.2, python:shelf"}).json()
    assert "no plugins that are watched here: python:shelf" in str(linked)
    asked = f"check tests-passed:\n{REQUIREMENTS}"
    chat = str(ask(door.world.database, asked, door.world.now))
    assert "python:poll is for Python, and tests-passed is a branch of Discourse" in chat
    asked = f"check shelf: poll,\n```\n{REQUIREMENTS}```"
    assert "python:poll" in str(ask(door.world.database, asked, door.world.now))


def test_registrations_and_statistics_are_of_an_ecosystem(door: Door) -> None:
    add(door, "poll", "discourse")
    add(door, "python:poll", "python")
    key = door.make_key(KeyKind.USER, "shelf", "shelf.example.com")
    body = {"plugins": ["poll"], "domain": "shelf.example.com", "ecosystem": "python"}
    answer = door.post("/user/register", body, key, "User-Api-Key").json()
    assert answer["plugins"] == ["poll"], "as it was sent"
    assert rows(door, Installation) == ["python:poll"]
    host = {"host": "shelf.example.com", "branch": "shelf", "sha": "1.0"}
    plugins = [{"name": "poll", "branch": "release", "sha": "3.0"}]
    door.post("/statistics", {"discourse": host, "plugins": plugins, "ecosystem": "python"})
    assert rows(door, Statistic) == ["python:poll"]
    forum = {"host": "forum.example.com", "branch": "stable", "sha": GIT}
    door.post("/statistics", {"discourse": forum, "plugins": plugins})
    assert rows(door, Statistic) == ["poll", "python:poll"]


@pytest.mark.parametrize("wrong", ["ruby", "pluginwatch", "", None, ["python"]])
def test_an_ecosystem_that_is_none_is_refused(door: Door, wrong: Any) -> None:
    answer = door.post("/status", report(line("solved"), ecosystem=wrong))
    assert answer.status_code == 400
    assert "ecosystem must be discourse, python or jenkins" in answer.text
