"""What people type after `follow` and `channel`."""

from shlex import split

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.actions.action import Asked, Misunderstood
from models.events.following import Following
from models.rules.filters import FOR_ONE, FollowRequest, Style
from models.rules.routing import Filter, Topic
from models.rules.status import Verdict
from tests import asking
from tests.asking import DICTIONARY

BROKEN, FIXED, RELEASES, ISSUES = Topic

USUAL = frozenset({BROKEN, FIXED, RELEASES})
BREAKAGE = frozenset({BROKEN, FIXED})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("solved", FollowRequest("solved", filter=Filter(USUAL))),
        ("all", FollowRequest(filter=Filter(BREAKAGE))),
        ("ALL on Stable", FollowRequest(host_branch="stable", filter=Filter(BREAKAGE))),
        ("tag:Official", FollowRequest(tag="official", filter=Filter(BREAKAGE))),
        ('tag: "by us"', FollowRequest(tag="by us", filter=Filter(BREAKAGE))),
        ("me solved", FollowRequest("solved", filter=Filter(USUAL), for_me=True)),
        ("solved only fixed", FollowRequest("solved", filter=Filter(frozenset({FIXED})))),
        ("solved only broken fixed", FollowRequest("solved", filter=Filter(BREAKAGE))),
        ("solved only Broken|fixed", FollowRequest("solved", filter=Filter(BREAKAGE))),
        (
            "solved only broken, fixed on beta",
            FollowRequest("solved", host_branch="beta", filter=Filter(BREAKAGE)),
        ),
        ("solved -bot", FollowRequest("solved", filter=Filter(USUAL, without_bots=True))),
        (
            'solved only issues -label:WontFix -label: "needs info" -bot',
            FollowRequest(
                "solved",
                filter=Filter(frozenset({ISSUES}), frozenset({"wontfix", "needs info"}), True),
            ),
        ),
    ],
)
def test_following(text: str, wanted: FollowRequest) -> None:
    assert asking.wanted(*split(text)) == wanted


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "name a plugin, or a tag as tag:TAG, “mine” for those"),
        ("me", "name a plugin"),
        ("tag:", "“tag:” needs a tag"),
        ("solved on", "“on” needs a host branch"),
        ("solved only", "“only” needs one or more of broken, fixed, releases, issues"),
        ("solved only everything", "issues, not “everything”"),
        ("solved voting", "“voting” was not understood"),
        ("solved on stable on beta", "“on” was not understood"),
        ("solved only issues -label:", "“-label:” needs the name of a label"),
        (
            "solved -label:wontfix",
            "“-label:” keeps back issues, and none are followed here: add “only issues”",
        ),
        ("all -bot", "“-bot” keeps back issues and releases, and none are followed here"),
    ],
)
def test_what_is_not_written_right_says_what_would_be(text: str, problem: str) -> None:
    assert problem in asking.problem(f"follow {text}")


def test_unfollowing_takes_no_filter() -> None:
    ended = asking.event("unfollow me solved on stable")
    assert isinstance(ended, Following)
    assert ended.ends
    assert (ended.wanted.host_branch, ended.wanted.for_me) == ("stable", True)
    assert "unfollow ends all of it" in asking.problem("unfollow solved only releases")


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("", Style()),
        ("flat", Style(flat=True)),
        ("Thread quiet", Style(flat=False, quiet=True)),
        ("broadcast from incompatible", Style(quiet=False, least=Verdict.INCOMPATIBLE)),
        ("from smoke failing flat", Style(flat=True, least=Verdict.SMOKE_FAILING)),
        ("from tests_failing", Style(least=Verdict.TESTS_FAILING)),
    ],
)
def test_style(text: str, style: Style) -> None:
    assert asking.style(*split(text)) == style


@pytest.mark.parametrize("text", ["loud", "from", "from compatible", "from flat", "flat on"])
def test_no_style(text: str) -> None:
    problem = asking.problem(f"channel {text}")
    assert (
        "was not understood" in problem
        or "needs one of tests_failing, smoke_failing, incompatible" in problem
    )


TYPED = st.sampled_from(["me", "all", "on", "only", "tag:", "-label:", "-bot", "from", "quiet"])


@given(st.lists(st.text(max_size=20) | TYPED))
def test_no_words_upset_the_readers(words: list[str]) -> None:
    for command in ("follow", "unfollow", "channel"):
        assert isinstance(
            DICTIONARY.typed(f"{command} {' '.join(words)}").read, Asked | Misunderstood
        )


def test_ones_own_plugins_are_told_oneself_and_not_the_channel() -> None:
    for text, ends in (("follow mine", False), ("follow me Mine", False), ("unfollow mine", True)):
        said = asking.event(text)
        assert isinstance(said, Following)
        assert (said.wanted.mine, said.wanted.for_me, said.ends) == (True, True, ends)
        assert said.wanted.filter == FOR_ONE
