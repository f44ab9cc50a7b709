"""Whatever GitHub tells, in whatever order and however often: all ends the same."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from models.database.engine import Database
from models.events.github import GithubDelivery
from models.tables import AppInstallation, CiRun, Issue, Label, Release, Repository
from tests.deliveries import Told, deliver, delivery, end_state, rows
from tests.webhooks import github_samples as samples
from tests.webhooks.github_samples import issue, issues, label, moment, release, repository
from tests.world import World, make_world

REPOSITORIES = {"solved": "example/solved", "voting": "example/voting"}
few_examples = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_world(database, now, *REPOSITORIES)


def orders(
    told: Sequence[Told],
) -> st.SearchStrategy[tuple[list[list[GithubDelivery]], list[list[GithubDelivery]]]]:
    """The deliveries one by one as they happened, and in another order, some of them twice, in batches of any size."""
    all_told = [
        delivery(event, body, f"delivery-{number}") for number, (event, body) in enumerate(told)
    ]
    again = st.lists(st.sampled_from(all_told), max_size=3)
    shuffled = again.flatmap(lambda more: st.permutations([*all_told, *more]))
    sizes = st.lists(st.integers(1, 4), min_size=len(all_told) + 3, max_size=len(all_told) + 3)
    return st.tuples(shuffled, sizes).map(
        lambda drawn: ([[one] for one in all_told], _batches(*drawn))
    )


def _batches(told: list[GithubDelivery], sizes: list[int]) -> list[list[GithubDelivery]]:
    found, start = [], 0
    for size in sizes:
        found.append(told[start : start + size])
        start += size
    return [batch for batch in found if batch]


# An issue's life: an action, the seconds since the last one (often none), and the labels that it has after it.
LIVES = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "edited",
                "labeled",
                "unlabeled",
                "closed",
                "reopened",
                "petrified",
                "deleted",
                "transferred",
            ]
        ),
        st.integers(0, 1),
        st.sets(st.sampled_from(["bug", "ux", "wontfix"])),
    ),
    min_size=2,
    max_size=8,
)


def lived(life: list[tuple[str, int, set[str]]]) -> list[Told]:
    """The deliveries that tell of it, with a comment at the end."""
    told: list[Told] = [("issues", issues("opened", issue()))]
    at, state = 0, "open"
    for number, (action, seconds, labels) in enumerate(life):
        at += seconds
        state = {"closed": "closed", "reopened": "open"}.get(action, state)
        shown = issue(
            1, at, state, tuple(labels), title=f"Title {number}" if action == "edited" else "Title"
        )
        there = {"new_issue": issue(2, at), "new_repository": repository("example/voting", at, 701)}
        told.append(
            ("issues", issues(action, shown, changes=there if action == "transferred" else {}))
        )
    return [*told, ("issue_comment", issues("created", issue(1, at, state, comments=1)))]


@few_examples
@given(st.data())
def test_issues(world: World, data: st.DataObject) -> None:
    straight, shuffled = data.draw(LIVES.map(lived).flatmap(orders))
    assert end_state(world, REPOSITORIES, shuffled) == end_state(world, REPOSITORIES, straight)


def moved(names: list[str], deleted: bool) -> list[Told]:
    """A repository that bears these names, one after the other, and another one that takes the first of them."""
    told: list[Told] = [("repository", samples.about(repository(names[0]), "created"))]
    for at, (former, name) in enumerate(pairwise(names), start=1):
        owner, _, base = former.partition("/")
        if owner == name.partition("/")[0]:
            told.append(("repository", samples.renamed(repository(name, at), base)))
        else:
            told.append(("repository", samples.transferred(repository(name, at), owner)))
    last = len(names)
    told.append(
        ("repository", samples.about(repository(names[-1], last, archived=True), "archived"))
    )
    told.append(("push", samples.push("b" * 40, last)))
    if deleted:
        told.append(
            ("repository", samples.about(repository(names[-1], last, archived=True), "deleted"))
        )
    if len(names) > 1:
        told.append(("issues", issues("opened", issue(2), repository(names[0], last + 1, 800))))
    return told


@few_examples
@given(st.data())
def test_repositories(world: World, data: st.DataObject) -> None:
    names = st.sampled_from(
        [
            ["example/solved"],
            ["example/solved", "example/answers"],
            ["example/solved", "other/solved", "other/answers"],
            ["example/solved", "example/answers", "example/solved"],
            ["example/solved", "example/voting"],
        ]
    )
    told = st.builds(moved, names, st.booleans())
    straight, shuffled = data.draw(told.flatmap(orders))
    assert end_state(world, REPOSITORIES, shuffled) == end_state(world, REPOSITORIES, straight)


@few_examples
@given(st.data())
def test_labels_releases_and_apps(world: World, data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(["bug", "fault", "ux"]), min_size=1, max_size=5))
    told: list[Told] = [("label", label("created", names[0]))]
    told += [("label", label("edited", name, former)) for former, name in pairwise(names)]
    told += [("label", label("deleted", names[-1]))] if data.draw(st.booleans()) else []
    actions = data.draw(
        st.lists(st.sampled_from(["published", "edited", "unpublished", "deleted", "released"]))
    )
    told += [("release", release("created", draft=True))]
    told += [
        ("release", release(action, at=at // 2, name=f"{at}")) for at, action in enumerate(actions)
    ]
    lives = data.draw(st.lists(st.sampled_from(["suspend", "unsuspend", "deleted"]), max_size=3))
    told += [
        ("installation", samples.installation(action, at // 2, suspended=action == "suspend"))
        for at, action in enumerate(["created", *lives])
    ]
    straight, shuffled = data.draw(orders(told))
    assert end_state(world, REPOSITORIES, shuffled) == end_state(world, REPOSITORIES, straight)


def suite(
    number: int, workflow: dict[str, Any], ended: str, tests: list[tuple[str, str]]
) -> list[Told]:
    """All that is told of one suite: its checks, the suite, and perhaps the workflow's run."""
    told: list[Told] = [
        ("check_run", samples.check_run(number, name, number * 100 + at, end, number * 10 + at))
        for at, (name, end) in enumerate(tests)
    ]
    told.append(("check_suite", samples.check_suite(number, number * 100 + 9, ended)))
    if workflow:
        told.append(
            ("workflow_run", samples.workflow_run(number, number * 100 + 9, ended, **workflow))
        )
    return told


ENDS = st.sampled_from(["success", "failure", "cancelled", "timed_out"])
TESTS = st.lists(
    st.tuples(st.sampled_from(["ci / backend_tests", "frontend_tests", "lint"]), ENDS), max_size=3
)
WORKFLOWS = st.sampled_from(
    [
        {},
        {"name": "Discourse Plugin"},
        {"name": "Release Notes"},
        {"event": "pull_request"},
        {"updated_at": moment(999)},
    ]
)


@few_examples
@given(st.data())
def test_ci(world: World, data: st.DataObject) -> None:
    told: list[Told] = []
    for number in (1, 2):
        told += suite(number, data.draw(WORKFLOWS), data.draw(ENDS), data.draw(TESTS))
    again = data.draw(st.sampled_from([None, "success", "failure", "cancelled"]))
    if again:
        told.append(("workflow_run", samples.workflow_run(2, 400, again, run_attempt=2)))
    straight, shuffled = data.draw(orders(told))
    assert end_state(world, REPOSITORIES, shuffled) == end_state(world, REPOSITORIES, straight)


def only(world: World, table: type) -> Any:
    """The one row of the table."""
    with world.database.read() as session:
        return session.exec(select(table)).one()


def test_labels_given_within_one_second_are_all_there(world: World) -> None:
    names = ("bug", "ux", "wontfix")
    told: list[Told] = [
        ("issues", issues("labeled", issue(labels=names[:count]))) for count in (3, 1, 2)
    ]
    deliver(world, *told, ("issues", issues("opened", issue())))
    assert [name for _, name in only(world, Issue).labels] == list(names)


def test_the_newest_push_moves_the_default_branch(world: World) -> None:
    deliver(world, ("push", samples.push("b" * 40, 9)), ("push", samples.push("a" * 40, 3)))
    row = only(world, Repository)
    assert (row.head_sha, row.head_at.second) == ("b" * 40, 9)
    deliver(world, ("issues", issues("opened", issue(), repository(at=99))))
    assert only(world, Repository).head_sha == "b" * 40


def test_a_deleted_label_needs_no_name(world: World) -> None:
    deliver(
        world,
        ("label", label("deleted", "x")),
        ("label", label("created", "x")),
        ("label", label("edited", "y", "x")),
    )
    row = only(world, Label)
    assert (row.deleted, row.weights) == (True, {})


def test_a_label_that_was_renamed_and_back_again(world: World) -> None:
    deliver(
        world,
        ("label", label("edited", "bug", "fault")),
        ("label", label("edited", "fault", "bug")),
    )
    deliver(world, ("label", label("created", "bug")))
    assert only(world, Label).weights == {"bug": 1}


def test_what_is_listed_only_is_there_too_and_says_nothing_new(world: World) -> None:
    listed = [samples.listed("example/old", 700), samples.listed("example/voting", 701)]
    deliver(world, ("issues", issues("opened", issue())))
    deliver(world, ("installation", samples.installation("created", repositories=listed)))
    found = rows(world.database, [Repository])["repository"]
    assert len(found) == 2
    assert "example/old" not in "".join(found)


def test_every_table_of_the_mirror_is_filled(world: World) -> None:
    deliver(
        world,
        ("issues", issues("opened", issue())),
        ("release", release("published")),
        ("workflow_run", samples.workflow_run()),
        ("check_run", samples.check_run(github_id=2_001)),
        ("installation", samples.installation("suspend", suspended=True)),
    )
    assert (only(world, Issue).title, only(world, Issue).labels) == ("Issue 1", [])
    assert (only(world, Release).tag, only(world, Release).announced) == ("v40", True)
    assert len(rows(world.database, [CiRun])["ci_run"]) == 2
    assert (only(world, AppInstallation).account, only(world, AppInstallation).state) == (
        "example",
        "suspended",
    )
