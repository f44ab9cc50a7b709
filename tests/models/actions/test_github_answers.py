"""Questions about what GitHub tells, answered from a real database."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from models.database.engine import Database
from models.messages.message import Message
from tests import asking
from tests.hub import a_release, a_repository, an_issue, follow
from tests.models.messages.samples import HOSTILE, said
from tests.world import World, make_world

Ask = Callable[[str], Message]


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    """GitHub tells of solved; of voting it never did."""
    world = make_world(database, now, "solved", "voting")
    with database.write() as session:
        follow(
            session,
            "solved",
            repository=a_repository(private=True, head_sha="c0ffee11", head_at=now),
        )
        session.add_all([an_issue(number, now, labels=[[1, "bug"]]) for number in range(1, 24)])
        session.add(an_issue(24, now, state="closed", closed_at=now))
        session.add(an_issue(25, now, title="<b>@everyone</b>\u202e", labels=[[2, "Needs Info"]]))
        session.add(a_release("v1.2", now - timedelta(days=3)))
    return world


@pytest.fixture
def ask(world: World) -> Ask:
    def ask(text: str) -> Message:
        return asking.ask(world.database, text, world.now)

    return ask


def test_issues(ask: Ask) -> None:
    message = ask("/plugin issues Solved")
    assert message.title == "solved: 24 open issues"
    assert "and 4 more" in said(message)
    assert "<b>@everyone</b><U+202E>" in said(message)
    assert ask("/plugin issues solved closed").title == "solved: 1 closed issue"
    assert (
        ask("/plugin issues solved 'label:needs info'").title
        == "solved: 1 open issue labelled “needs info”"
    )
    assert ask("/plugin issues solved label:BUG").title == "solved: 23 open issues labelled “BUG”"
    assert "Did you mean bug?" in said(ask("/plugin issues solved label:bgu"))


def test_all_labels_that_are_named_count(world: World, ask: Ask) -> None:
    with world.database.write() as session:
        session.add(an_issue(26, world.now, labels=[[1, "bug"], [2, "Needs Info"]]))
    both = ask("issues solved label:bug —label:x")
    assert "was not understood" in both.title
    both = ask("issues solved label:bug label:“needs info”")
    assert both.title == "solved: 1 open issue labelled “bug” and “needs info”"
    assert "no open issue is labelled" in ask("issues solved label:bug label:wontfix").title


def test_of_what_github_never_told_it_says_so(ask: Ask) -> None:
    assert ask("/plugin issues voting").title == "voting: GitHub has not reported yet"
    assert "Did you mean solved?" in said(ask("/plugin issues solvd"))


def test_status_and_info_tell_of_the_repository(ask: Ask) -> None:
    status = said(ask("/plugin status solved"))
    assert (
        "24 open issues; the newest:\n#25 <b>@everyone</b><U+202E>\n#23 Issue 23\n#22 Issue 22\n"
        in status
    )
    assert "The repository is private" in status
    assert "24 open issues" in said(ask("/plugin status solved on stable"))
    info = said(ask("/plugin info solved"))
    for words in (
        "Default branch\nmain",
        "c0ffee1, pushed just now",
        "v1.2, 3 days ago",
        "The repository is private",
    ):
        assert words in info


def test_no_label_upsets_the_database(ask: Ask, subtests: pytest.Subtests) -> None:
    for text in HOSTILE:
        with subtests.test(ascii(text)):
            assert ask(f"/plugin issues solved 'label:{text}'").title
            assert ask(f"/plugin issues solved {text}").title
