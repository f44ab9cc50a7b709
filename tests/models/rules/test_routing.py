"""Who hears of what: the rules as tables, and any sequence of wishes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.routing import (
    Filter,
    FollowScope,
    Listener,
    News,
    Topic,
    Wish,
    is_guardian,
    stand_in,
)
from models.rules.status import Verdict

BROKEN, FIXED, RELEASES, ISSUES = Topic
ANYTHING = Filter(frozenset(Topic))

ONE, TAGGED, ALL = FollowScope(1), FollowScope(tag="official"), FollowScope()
ON_STABLE = FollowScope(host_branch="stable")
BROKE = News(BROKEN, 1, ("Official",), "stable", Verdict.SMOKE_FAILING)
OTHER = News(BROKEN, 2, (), "beta", Verdict.TESTS_FAILING)
ISSUE = News(ISSUES, 1, labels=("WontFix", "bug"), author="mona")
BY_BOT = News(RELEASES, 1, author="release-maker[bot]")


@pytest.mark.parametrize(
    ("subject", "news", "heard"),
    [
        (ONE, BROKE, True),
        (ONE, OTHER, False),
        (TAGGED, BROKE, True),
        (TAGGED, OTHER, False),
        (ALL, OTHER, True),
        (ON_STABLE, BROKE, True),
        (ON_STABLE, OTHER, False),
        (FollowScope(1, host_branch="stable"), BROKE, True),
        (FollowScope(1, host_branch="beta"), BROKE, False),
        (FollowScope(host_branch="beta"), ISSUE, True),
        (FollowScope(2, host_branch="beta"), ISSUE, False),
        (ONE, News(BROKEN), False),
        (ALL, News(BROKEN, host_branch="stable"), True),
    ],
)
def test_what_is_followed(subject: FollowScope, news: News, heard: bool) -> None:
    assert Listener(1, (Wish(subject, ANYTHING),)).hears(news) is heard
    assert Listener(1, (Wish(subject, ANYTHING),)).hears_all(news) is (heard and subject.is_all)


@pytest.mark.parametrize(
    ("filter_", "news", "heard"),
    [
        (Filter(frozenset({BROKEN})), BROKE, True),
        (Filter(frozenset({FIXED, ISSUES})), BROKE, False),
        (Filter(frozenset({ISSUES}), frozenset({"wontfix"})), ISSUE, False),
        (Filter(frozenset({ISSUES}), frozenset({"invalid"})), ISSUE, True),
        (Filter(frozenset({RELEASES}), without_bots=True), BY_BOT, False),
        (Filter(frozenset({RELEASES})), BY_BOT, True),
        (Filter(frozenset({ISSUES}), without_bots=True), ISSUE, True),
    ],
)
def test_what_is_wanted(filter_: Filter, news: News, heard: bool) -> None:
    assert Listener(1, (Wish(ONE, filter_),)).hears(news) is heard


@pytest.mark.parametrize(
    ("least", "heard"),
    [(Verdict.TESTS_FAILING, True), (Verdict.SMOKE_FAILING, True), (Verdict.INCOMPATIBLE, False)],
)
def test_what_is_severe_enough(least: Verdict, heard: bool) -> None:
    listener = Listener(1, (Wish(ALL, ANYTHING),), least)
    assert listener.hears(BROKE) is listener.hears_all(BROKE) is heard
    assert listener.hears(ISSUE)


def test_guardians_are_those_who_hear_of_all_that_breaks() -> None:
    assert is_guardian([Wish(ONE, ANYTHING), Wish(ALL, Filter(frozenset({BROKEN})))])
    assert not is_guardian(
        [Wish(ALL, Filter(frozenset({RELEASES}))), Wish(ON_STABLE, ANYTHING), Wish(ONE, ANYTHING)]
    )


def test_guardians_hear_for_those_who_are_gone() -> None:
    guardian, other = Listener(1, (Wish(ALL, Filter(frozenset({BROKEN}))),)), Listener(2)
    heard = stand_in((guardian, other), [1], [Wish(ONE, Filter(frozenset({ISSUES})))])
    assert [each.hears(ISSUE) for each in heard] == [True, False]
    assert not heard[0].hears_all(ISSUE)


SUBJECTS = st.builds(
    FollowScope, st.sampled_from([None, 1, 2]), st.just(""), st.sampled_from(["", "stable", "beta"])
)
FILTERS = st.builds(
    Filter,
    st.frozensets(st.sampled_from(Topic), min_size=1),
    st.frozensets(st.sampled_from("ab")),
    st.booleans(),
)
WISHES = st.builds(Wish, st.one_of(SUBJECTS, st.just(TAGGED)), FILTERS)
NEWS = st.builds(
    News,
    st.sampled_from(Topic),
    st.sampled_from([None, 1, 2]),
    st.sampled_from([(), ("official",)]),
    st.sampled_from(["", "stable", "beta"]),
    st.none(),
    st.lists(st.sampled_from("ab")),
    st.sampled_from(["mona", "x[bot]"]),
)


@given(WISHES, WISHES, NEWS)
def test_what_covers_another_hears_all_that_it_does(one: Wish, other: Wish, news: News) -> None:
    if one.covers(other) and other.hears(news):
        assert one.hears(news)
