"""Topics on a stand-in of a Discourse site."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from models.tables import Destination
from tests.jobs.deliver.conftest import Outside
from tests.servers.discourse_api import DiscourseSite, discourse_site


@pytest.fixture
def site(outside: Outside) -> Iterator[DiscourseSite]:
    with discourse_site() as server:
        outside.settings |= {
            "discourse_url": server.url,
            "discourse_api_key": SecretStr("site-key"),
            "discourse_category": "7",
            "discourse_tags": "plugin, broken",
        }
        with outside.delivering():
            pass
        yield server


def test_a_topic_is_opened_answered_closed_and_opened_again(
    outside: Outside, site: DiscourseSite
) -> None:
    outside.breaks()
    outside.recovers()
    outside.deliver()
    (topic,) = site.topics
    assert topic["title"] == "solved (main) does not load on tests-passed, incident 1"
    assert (topic["category"], topic["tags"], topic["archetype"]) == (
        7,
        ["plugin", "broken"],
        "regular",
    )
    assert topic["external_id"].startswith("pluginwatch-")
    assert len(topic["external_id"]) <= 50
    assert "works on tests-passed again" in topic["posts"][1]["raw"]
    assert topic["closed"]
    outside.breaks("b3")
    outside.deliver()
    assert not topic["closed"]
    assert len(topic["posts"]) == 3


def test_what_was_done_without_an_answer_is_not_done_twice(
    outside: Outside, site: DiscourseSite
) -> None:
    site.fails_after = 1
    outside.breaks()
    outside.deliver()
    site.fails_after = 1
    outside.recovers()
    outside.deliver()
    assert [len(topic["posts"]) for topic in site.topics] == [2]


def test_a_site_that_has_enough_is_left_alone_and_loses_nothing(
    outside: Outside, site: DiscourseSite
) -> None:
    site.troubles = [
        (429, {}, {"errors": ["slow down"], "extras": {"wait_seconds": 30}}),
        (503, {}, {}),
    ]
    outside.breaks()
    outside.deliver()
    assert len(site.topics) == 1


def test_a_bad_key_holds_the_site_back_until_it_is_mended(
    outside: Outside, site: DiscourseSite
) -> None:
    key = outside.settings["discourse_api_key"]
    outside.settings["discourse_api_key"] = SecretStr("another-key")
    outside.breaks()
    outside.deliver()
    with outside.database.read() as session:
        assert "does not let us" in (
            session.get_one(Destination, outside.rows()[0].destination_id).parked_because or ""
        )
    outside.settings["discourse_api_key"] = key
    outside.deliver()
    assert len(site.topics) == 1


def test_what_the_site_refuses_is_given_up(outside: Outside, site: DiscourseSite) -> None:
    site.troubles = [(422, {}, {"errors": ["Title is too short"]})]
    outside.breaks()
    outside.recovers()
    outside.deliver()
    assert site.topics == []
    assert outside.rows()[0].error == "the Discourse site refused it with 422: Title is too short"
