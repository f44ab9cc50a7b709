"""Topics of repositories as tags of plugins."""

from models.rules.topics import beside, telling


def test_topics_that_say_nothing_are_left_out() -> None:
    assert telling(["discourse-plugin", "Chat", "chat", " ", "discourse"]) == ("chat",)
    assert len(telling(f"topic-{number}" for number in range(99))) == 20


def test_what_is_a_tag_already_is_none_of_a_topic() -> None:
    assert beside(["Official"], ["official", "chat"]) == ["chat"]
