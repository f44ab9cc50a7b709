"""What plugins name in their source, and what the broken ones have in common."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.plugin_names import names_in, shared_names

SOURCE = """# frozen_string_literal: true
# name: discourse-solved
# about: uses add_in_comment
enabled_site_setting :solved_enabled

after_initialize do
  add_to_serializer(:topic, :has_answer?) { TopicView.preload(object) }
  DiscourseEvent.on(:accepted) { |post| post.topic_custom }
end
"""


def test_methods_constants_and_settings_are_names_and_words_and_comments_are_not() -> None:
    names = names_in(SOURCE)
    for name in ("add_to_serializer", "solved_enabled", "has_answer?", "TopicView.preload"):
        assert name in names
    assert not {"do", "end", "topic", "object", "add_in_comment"} & {*names}


def test_what_the_broken_share_and_the_working_do_not_use_is_told() -> None:
    broken = [("add_to_class", "fold_rows", "own_one"), ("foldRows", "add_to_class", "own_two")]
    assert shared_names(broken, []) == ("add_to_class", "foldRows")
    assert shared_names(broken, [("add_to_class",)]) == ("foldRows",)
    assert shared_names(broken, [("add_to_class",), ("fold_rows",)]) == ()
    assert shared_names(broken[:1], []) == (), "what one plugin names may be chance"
    assert shared_names([*broken, ("else_one",)], []) == (), "and what two of three do, too"


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_source_is_read_and_shares_nothing_with_itself_that_works(one: str, other: str) -> None:
    names = [names_in(one), names_in(other)]
    assert shared_names(names, names) == ()


@pytest.mark.parametrize("piece", ["A", "\n", " ", "a.", "a::", "  #", "\t\n", "_", "a/"])
def test_a_long_source_of_one_piece_is_read_in_time_that_grows_with_its_length(piece: str) -> None:
    assert names_in(piece * 200_000) == ()  # in squared time, longer than any test may take
