"""When one report of a breakage is not enough, and what counts as a second one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.blame import Suspect
from models.rules.doubt import Broken, Doubt, doubts
from models.rules.rounds import Round, is_another

NOBODY, HOST, PLUGIN = Suspect.NOBODY, Suspect.HOST, Suspect.PLUGIN
START = datetime(2026, 1, 1, tzinfo=UTC)


def told(*failures: tuple[Suspect, str], common: bool = False) -> list[Broken]:
    return [Broken(who, words, common) for who, words in failures]


def test_alone_on_the_same_commits_is_in_doubt() -> None:
    assert doubts(told((NOBODY, "a")), has_trouble=False) == (Doubt.ALONE,)


def test_several_unlike_ones_are_the_servers() -> None:
    found = doubts(told((NOBODY, "a"), (NOBODY, "b"), (HOST, "c")), has_trouble=False)
    assert found == (Doubt.SEVERAL, Doubt.SEVERAL, None)


def test_in_trouble_only_a_plugin_that_moved_is_beyond_doubt() -> None:
    found = doubts(told((NOBODY, "a"), (HOST, "b"), (PLUGIN, "c")), has_trouble=True)
    assert found == (Doubt.SEVERAL, Doubt.SEVERAL, None)


def test_several_unlike_ones_in_words_of_any_plugin_are_the_servers_although_the_host_moved() -> (
    None
):
    found = doubts(told((HOST, "a"), (HOST, "b"), (PLUGIN, "c"), common=True), has_trouble=False)
    assert found == (Doubt.SEVERAL, Doubt.SEVERAL, None)


@pytest.mark.parametrize(
    "failures",
    [
        told((HOST, "a"), common=True),  # one alone
        told((HOST, "a"), (PLUGIN, "b"), common=True),
        told((HOST, "a"), (HOST, "a"), (HOST, "b"), common=True),  # two say the same
        [
            *told((HOST, "a"), (HOST, "b"), common=True),
            *told((HOST, "c")),
        ],  # one names what is gone
        told((HOST, "a"), (HOST, "b")),
    ],
)
def test_what_the_host_broke_is_beyond_doubt(failures: list[Broken]) -> None:
    assert set(doubts(failures, has_trouble=False)) == {None}


@given(
    st.lists(st.builds(Broken, st.sampled_from(Suspect), st.sampled_from("abc"), st.booleans())),
    st.booleans(),
)
def test_words_that_two_share_are_never_in_doubt(failures: list[Broken], has_trouble: bool) -> None:
    said = [each.fingerprint for each in failures]
    for words, doubt in zip(said, doubts(failures, has_trouble=has_trouble), strict=True):
        assert doubt is None or said.count(words) == 1


@pytest.mark.parametrize(
    ("minutes", "digest", "expected"),
    [(9, "b", False), (10, "b", True), (10, "a", False), (59, "a", False), (60, "a", True)],
)
def test_what_is_another_round(minutes: int, digest: str, expected: bool) -> None:
    later = START + timedelta(minutes=minutes)
    assert is_another(Round(START, "a"), Round(later, digest)) is expected


def test_the_first_round_is_one() -> None:
    assert is_another(None, Round(START, "a"))
