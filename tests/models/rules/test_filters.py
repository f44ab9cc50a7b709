"""What people type after `follow` and `channel`."""

import re
from contextlib import suppress
from shlex import split

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.filters import Style, Wanted, read_following, read_style, read_unfollowing
from models.rules.routing import Filter, Topic
from models.rules.status import Verdict

BROKEN, FIXED, RELEASES, ISSUES = Topic

USUAL = frozenset({BROKEN, FIXED, RELEASES})
BREAKAGE = frozenset({BROKEN, FIXED})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("solved", Wanted("solved", filter=Filter(USUAL))),
        ("all", Wanted(filter=Filter(BREAKAGE))),
        ("ALL on Stable", Wanted(host_branch="stable", filter=Filter(BREAKAGE))),
        ("tag:Official", Wanted(tag="official", filter=Filter(BREAKAGE))),
        ('tag: "by us"', Wanted(tag="by us", filter=Filter(BREAKAGE))),
        ("me solved", Wanted("solved", filter=Filter(USUAL), for_me=True)),
        ("solved only fixed", Wanted("solved", filter=Filter(frozenset({FIXED})))),
        ("solved only broken fixed", Wanted("solved", filter=Filter(BREAKAGE))),
        ("solved only Broken|fixed", Wanted("solved", filter=Filter(BREAKAGE))),
        ("solved only broken, fixed on beta", Wanted("solved", host_branch="beta", filter=Filter(BREAKAGE))),
        ("solved -bot", Wanted("solved", filter=Filter(USUAL, without_bots=True))),
        (
            'solved only issues -label:WontFix -label: "needs info" -bot',
            Wanted("solved", filter=Filter(frozenset({ISSUES}), frozenset({"wontfix", "needs info"}), True)),
        ),
    ],
)
def test_following(text: str, wanted: Wanted) -> None:
    assert read_following(split(text)) == wanted


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "name a plugin, or a tag as tag:TAG, or “all” for all plugins"),
        ("me", "name a plugin"),
        ("tag:", "“tag:” needs a tag"),
        ("solved on", "“on” needs a host branch"),
        ("solved only", "“only” needs one or more of broken, fixed, releases, issues"),
        ("solved only everything", "issues, not “everything”"),
        ("solved voting", "“voting” was not understood"),
        ("solved on stable on beta", "“on” was not understood"),
        ("solved only issues -label:", "“-label:” needs the name of a label"),
        ("solved -label:wontfix", "“-label:” keeps back issues, and none are followed here: add “only issues”"),
        ("all -bot", "“-bot” keeps back issues and releases, and none are followed here"),
    ],
)
def test_what_is_not_written_right_says_what_would_be(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        read_following(split(text))


def test_unfollowing_takes_no_filter() -> None:
    assert read_unfollowing(["me", "solved", "on", "stable"]).host_branch == "stable"
    assert read_unfollowing(["all"]) == Wanted()
    with pytest.raises(ValueError, match="unfollow ends all of it"):
        read_unfollowing(["solved", "only", "releases"])


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
    assert read_style(split(text)) == style


@pytest.mark.parametrize("text", ["loud", "from", "from compatible", "from flat", "flat on"])
def test_no_style(text: str) -> None:
    with pytest.raises(ValueError, match=r"was not understood|needs one of tests_failing, smoke_failing, incompatible"):
        read_style(split(text))


TYPED = st.sampled_from(["me", "all", "on", "only", "tag:", "-label:", "-bot", "from", "quiet"])


@given(st.lists(st.text(max_size=20) | TYPED))
def test_no_words_upset_the_readers(words: list[str]) -> None:
    for read in (read_following, read_unfollowing, read_style):
        with suppress(ValueError):
            read(words)
