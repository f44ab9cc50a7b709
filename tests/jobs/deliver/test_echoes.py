"""What GitHub tells of an issue that was filed from here is kept, and told to nobody."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from models.events.following import Following
from models.events.github import GithubDelivery
from models.github.fields import Fields
from models.github.issues import issue
from models.rules.care import Deed
from models.rules.places import Place
from models.tables import Issue, Plugin
from tests.asking import wanted
from tests.hub import REPOSITORY, follow
from tests.jobs.deliver.conftest import Outside
from tests.servers.github_issues import GithubIssuesServer
from tests.staff import GUARDIAN

CHANNEL = Place("slack", "C1", "plugins")


def heard(outside: Outside, made: dict[str, Any], guid: str, **more: Any) -> None:
    """GitHub tells of it."""
    at = (outside.world.now + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    told = {
        "user": {"login": "pluginwatch[bot]"},
        "labels": [],
        "comments": 0,
        "created_at": at,
        "updated_at": at,
        **made,
        **more,
    }
    outside.world.record(
        GithubDelivery(guid, "issues", tuple(issue("opened", Fields(told), REPOSITORY)))
    )


def test_our_own_issues_and_comments_make_no_news(
    outside: Outside, github: GithubIssuesServer
) -> None:
    with outside.database.write() as session:
        follow(session, "solved")
    outside.world.record(Following(GUARDIAN, CHANNEL, wanted("solved", "only", "issues")))
    outside.people.act(GUARDIAN, Deed.FILE, str(outside.breaks().id))
    outside.deliver()
    (made,) = github.issues
    heard(outside, made, "1")
    heard(outside, made, "2", comments=1)
    assert outside.told("slack") == []
    heard(outside, made, "3", id=77, number=2)  # somebody copied the text with its marker
    assert [message.title for message in outside.told("slack")] != []
    with outside.database.read() as session:
        assert len(session.exec(select(Issue)).all()) == 2
        assert session.exec(select(Plugin)).one().repository_id == REPOSITORY


def test_an_echo_that_is_faster_than_our_own_answer_makes_no_news(
    outside: Outside, github: GithubIssuesServer
) -> None:
    with outside.database.write() as session:
        follow(session, "solved")
    outside.world.record(Following(GUARDIAN, CHANNEL, wanted("solved", "only", "issues")))
    outside.people.act(GUARDIAN, Deed.FILE, str(outside.breaks().id))
    github.fails_after = ["POST"]
    with outside.delivering():
        while not github.issues:
            pass
    heard(outside, github.issues[0], "1")
    assert outside.told("slack") == []
    outside.deliver()
    assert len(github.issues) == 1
