"""Conversations travel as text, and are read back as what they were made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.conversations import About, Conversation


@given(st.sampled_from(About), st.lists(st.text() | st.integers(), min_size=1))
def test_what_was_made_is_read_back(about: About, key: list[object]) -> None:
    read = Conversation(str(Conversation.on(about, *key)))
    assert (read.about, read.key) == (about, ":".join(map(str, key)))


def test_one_may_be_about_another() -> None:
    over = Conversation.on(About.FIXED, Conversation.on(About.OUTBREAK, 7), "2026-03-14")
    assert over == "fixed:outbreak:7:2026-03-14"
    assert (over.about, Conversation(over.key).about) == (About.FIXED, About.OUTBREAK)


def test_another_text_is_about_nothing_of_ours() -> None:
    with pytest.raises(ValueError, match="elsewhere"):
        _ = Conversation("elsewhere:7").about
