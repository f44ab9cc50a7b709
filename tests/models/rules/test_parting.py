"""Which members of an outbreak have another cause."""

import pytest

from models.rules.blame import Suspect
from models.rules.causes import cause_of_range
from models.rules.parting import strangers, strayed
from tests.models.rules.test_causes import broken

# Three plugins share their words, two more have words of their own.
MEMBERS = [broken(1, "a"), broken(2, "a"), broken(3, "a"), broken(4, "b"), broken(5, "c")]


@pytest.mark.parametrize(
    ("mended", "failing", "left"),
    [
        ({1, 2, 3}, {4, 5}, {4, 5}),
        ({1}, {4}, {4}),
        ({4}, {1, 2, 3, 5}, {4}),
        ({1, 2, 4}, {5}, {5}),
        # One of them fails in its words all the same: it may be broken by another commit, too.
        ({1, 2}, {3, 4}, set()),
        # Of what most share nothing is known.
        ({4}, {5}, set()),
        ({1, 2, 3}, set(), set()),
        (set(), {1, 4}, set()),
    ],
)
def test_what_the_host_mended_has_another_cause_than_what_it_left(
    mended: set[int], failing: set[int], left: set[int]
) -> None:
    assert strangers(MEMBERS, mended, failing) == left


def test_where_as_many_say_another_thing_nobody_is_the_stranger() -> None:
    members = [broken(1, "a"), broken(2, "a"), broken(3, "b"), broken(4, "b")]
    assert strangers(members, {1, 2}, {3, 4}) == set()


def test_one_plugin_on_two_branches_shares_its_words_with_nobody() -> None:
    members = [broken(1, "a"), broken(2, "a", plugin_id=1, host_branch="beta"), broken(3, "b")]
    assert strangers(members, {1}, {3}) == set()


def test_the_same_plugin_leaves_on_all_branches_where_it_says_the_same() -> None:
    on_beta = [broken(9, "b", plugin_id=4, host_branch="beta"), broken(8, "a", plugin_id=4)]
    assert strangers([*MEMBERS, *on_beta], {1}, {4}) == {4, 9}


@pytest.mark.parametrize(
    ("says", "suspect", "left"),
    [
        ("d", Suspect.HOST, set()),  # whose cause is the outbreak's by the host's commit
        ("d", Suspect.BOTH, {3}),
        ("d", Suspect.PLUGIN, {3}),
        ("a", Suspect.BOTH, set()),  # as another one says
    ],
)
def test_who_says_something_else_now_has_left_unless_the_hosts_commit_broke_it(
    says: str, suspect: Suspect, left: set[int]
) -> None:
    members = [broken(1, "a"), broken(2, "a"), broken(3, says, suspect=suspect)]
    assert strayed(members, {3}, cause_of_range(members[0])) == left


def test_those_who_left_hold_nobody_by_what_they_say() -> None:
    moved = [broken(number, "d", suspect=Suspect.BOTH) for number in (3, 4)]
    members = [broken(1, "a"), broken(2, "d"), *moved]
    cause = cause_of_range(members[0])
    assert strayed([members[0], *moved], {3, 4}, cause) == {3, 4}
    assert strayed(members, {2, 3, 4}, cause) == set(), "the second one stays, and says so too"
