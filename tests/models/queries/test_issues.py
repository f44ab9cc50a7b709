"""Issues from the mirror, with the names that their labels have now."""

from datetime import datetime

import pytest

from models import queries
from models.database.engine import Database
from models.tables import Label
from models.views.github import IssueList
from tests.hub import REPOSITORY, a_repository, an_issue, follow
from tests.world import World, make_world


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    """Three open issues of solved, a closed one, a gone one, and one of another repository."""
    world = make_world(database, now, "solved", "voting")
    with database.write() as session:
        follow(session, "solved")
        session.add_all(
            [
                an_issue(1, now, labels=[[1, "bug"]]),
                an_issue(3, now, labels=[[1, "bug"], [2, "Needs  Info"]]),
                an_issue(2, now, labels=[[3, "ｗide"]], comments=4),
                an_issue(4, now, state="closed", labels=[[1, "bug"]], closed_at=now),
                an_issue(5, now, gone=True, labels=[[1, "bug"]]),
                an_issue(6, now, repository_id=REPOSITORY + 1),
            ]
        )
    return world


def _issues(
    world: World, limit: int = 10, *, state: str = "open", labels: tuple[str, ...] = ()
) -> IssueList:
    with world.database.read() as session:
        plugin = queries.find_plugin(session, "solved")
        assert plugin
        found = queries.issues_of(session, plugin, limit, state=state, labels=labels)
        assert found
        return found


def _numbers(found: IssueList) -> list[int]:
    return [issue.number for issue in found.issues]


def test_the_newest_come_first_and_the_rest_is_counted(world: World) -> None:
    assert _numbers(_issues(world)) == [3, 2, 1]
    few = _issues(world, 2)
    assert (_numbers(few), few.total) == ([3, 2], 3)
    assert _issues(world).issues[1].comments == 4


def test_closed_ones(world: World) -> None:
    (issue,) = _issues(world, state="closed").issues
    assert (issue.number, issue.state, issue.closed_at) == (4, "closed", world.now)


LABELS = [
    ("bug", [3, 1]),
    ("BUG", [3, 1]),
    ("needs info", [3]),
    ("wide", [2]),
    ("bu", []),
    ("%", []),
    ("\x00", []),
]


def test_a_label_in_any_case(world: World, subtests: pytest.Subtests) -> None:
    for label, numbers in LABELS:
        with subtests.test(label):
            found = _issues(world, labels=(label,))
            assert (_numbers(found), found.total) == (numbers, len(numbers))
            assert found.labels == ("Needs  Info", "bug", "ｗide")


def test_a_label_is_cut_like_the_rest(world: World) -> None:
    found = _issues(world, 1, labels=("bug",))
    assert (_numbers(found), found.total) == ([3], 2)


@pytest.mark.parametrize(
    ("weights", "deleted", "now_called"),
    [
        ({"bug": 0, "defect": 1}, False, ("defect",)),
        ({"bug": 1, "defect": 1, "fault": -3}, False, ("bug",)),
        ({"bug": -1}, False, ("bug",)),
        ({"bug": 1}, True, ()),
    ],
)
def test_a_label_has_the_name_that_it_has_now(
    world: World, weights: dict[str, int], deleted: bool, now_called: tuple[str, ...]
) -> None:
    with world.database.write() as session:
        session.add(Label(github_id=1, repository_id=REPOSITORY, weights=weights, deleted=deleted))
    assert _issues(world).issues[-1].labels == now_called
    assert _issues(world).issues[0].labels == (*now_called, "Needs  Info")
    assert _numbers(_issues(world, labels=("bug",))) == ([3, 1] if "bug" in now_called else [])


def test_of_a_repository_that_github_never_told_of_nothing_is_known(world: World) -> None:
    with world.database.read() as session:
        plugin = queries.find_plugin(session, "voting")
        assert plugin
        assert queries.issues_of(session, plugin, 10, state="open") is None
        assert queries.repository_of(session, plugin) is None


def test_plugins_that_share_a_repository_share_its_issues(world: World) -> None:
    with world.database.write() as session:
        follow(session, "voting", repository=a_repository("other", REPOSITORY + 1))
    with world.database.read() as session:
        plugin = queries.find_plugin(session, "voting")
        assert plugin
        found = queries.issues_of(session, plugin, 10, state="open")
        assert found
        assert _numbers(found) == [6]
