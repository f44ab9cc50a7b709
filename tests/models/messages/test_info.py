"""What a plugin says of itself."""

from dataclasses import replace

from models.messages.info import info_message
from models.messages.message import Facts, Links, Table
from tests.models.messages.samples import PLUGIN, said


def test_it_shows_what_is_given_and_leaves_out_what_is_not() -> None:
    message = info_message(replace(PLUGIN, authors="Sam", required_version="3.2.0", aliases=("solved", "answer")))
    facts = next(block for block in message if isinstance(block, Facts))
    assert facts.pairs == (
        ("Name", "Discourse Solved"),
        ("Repository", "discourse/discourse-solved"),
        ("Authors", "Sam"),
        ("Needs host version", "3.2.0 or newer"),
        ("Also known as", "solved and answer"),
    )


def test_addresses_are_ours_and_never_the_url_of_the_header() -> None:
    message = info_message(replace(PLUGIN, url="https://evil.example", meta_topic_id="30155"))
    links = next(block for block in message if isinstance(block, Links)).links
    assert [address for _, address in links] == [
        "https://github.com/discourse/discourse-solved",
        "https://meta.discourse.org/t/30155",
    ]
    assert "evil.example" not in said(message)


def test_pins_are_listed_from_the_newest_host_on_and_cut() -> None:
    pins = "\n".join(f"< 3.{minor}.0: {'a' * 39}{minor:x}" for minor in range(12))
    message = info_message(replace(PLUGIN, compatibility=f"{pins}\n3.12.0: v1.2"))
    table = next(block for block in message if isinstance(block, Table))
    assert table.rows[0] == ("up to 3.12.0", "v1.2")
    assert table.rows[1] == ("before 3.11.0", "aaaaaaa")
    assert "and 3 for still older hosts" in said(message)


def test_a_wrong_compatibility_file_is_said() -> None:
    assert ".discourse-compatibility cannot be used." in said(info_message(replace(PLUGIN, compatibility="- a")))


def test_a_guessed_handle_is_said() -> None:
    assert "guessed from the repository's name" in said(info_message(replace(PLUGIN, provisional=True)))
