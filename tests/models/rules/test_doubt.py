"""When one report of a breakage is not enough, and what counts as a second one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.blame import Suspect
from models.rules.doubt import Doubt, doubts
from models.rules.rounds import Round, is_another

NOBODY, HOST, PLUGIN = Suspect.NOBODY, Suspect.HOST, Suspect.PLUGIN
START = datetime(2026, 1, 1, tzinfo=UTC)


def test_alone_on_the_same_commits_is_in_doubt() -> None:
    assert doubts([(NOBODY, "a")], has_trouble=False) == (Doubt.ALONE,)


def test_several_unlike_ones_are_the_servers() -> None:
    found = doubts([(NOBODY, "a"), (NOBODY, "b"), (HOST, "c")], has_trouble=False)
    assert found == (Doubt.SEVERAL, Doubt.SEVERAL, None)


def test_in_trouble_only_a_plugin_that_moved_is_beyond_doubt() -> None:
    found = doubts([(NOBODY, "a"), (HOST, "b"), (PLUGIN, "c")], has_trouble=True)
    assert found == (Doubt.SEVERAL, Doubt.SEVERAL, None)


@given(st.lists(st.tuples(st.sampled_from(Suspect), st.sampled_from("abc"))), st.booleans())
def test_words_that_two_share_are_never_in_doubt(
    failures: list[tuple[Suspect, str]], has_trouble: bool
) -> None:
    said = [words for _, words in failures]
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
