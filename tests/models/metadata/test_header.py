"""The header of a plugin.rb, messy as real ones are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.metadata.header import LIMITS, Header, comment_lines, parse_header

TIDY = """\
# frozen_string_literal: true

# name: badge-cabinet
# about: Shows badges: on a shelf
# version: 1.2
# authors: Captain Nemo
# url: https://github.com/nautilus/badge-cabinet
# required_version: 3.4.0

enabled_site_setting :badge_cabinet_enabled
# version: 9.9
"""


def test_a_tidy_header() -> None:
    assert parse_header(TIDY) == Header(
        name="badge-cabinet",
        about="Shows badges: on a shelf",
        version="1.2",
        authors="Captain Nemo",
        url="https://github.com/nautilus/badge-cabinet",
        required_version="3.4.0",
    )
    assert parse_header(TIDY.encode()) == parse_header(TIDY)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("# name: A\r\n# about: b\r\n", {"name": "A", "about": "b"}),
        ("#name:A", {"name": "A"}),
        ("  \t# name : A  ", {"name": "A"}),
        ("#\n# name: 徽章 柜", {"name": "徽章 柜"}),
        ("# name: A\n# name: B", {"name": "B"}),
        ("# name: A\n# required version: 3.5", {"name": "A", "required_version": "3.5"}),
        ("# name: A\n## version: 1", {"name": "A"}),
        ("# name: A\nx = 1\n# version: 1", {"name": "A"}),
        ("# name: A\n# homepage: x\n# no colon", {"name": "A"}),
        ("# name: A\n# url:", {"name": "A", "url": ""}),
        ("# name: A\n# about: See: this::", {"name": "A", "about": "See: this"}),
        ("# name: A\n# version: 1\n# version", {"name": "A", "version": ""}),
        ("# name: A\n#::", {"name": "A"}),
        ("# name: A\n# transpile_js: true", {"name": "A", "transpile_js": "true"}),
        ("# name: \u3000A\u00a0", {"name": "\u3000A\u00a0"}),
    ],
)
def test_the_grammar(text: str, fields: dict[str, str]) -> None:
    assert parse_header(text).given() == fields
    assert parse_header(text).problems == ()


def test_what_is_too_long_is_cut_and_said() -> None:
    header = parse_header(f"# name: {'n' * 76}\n# label: {'l' * 20}")
    assert header.name == "n" * 72 + "..."
    assert header.label == "l" * 20
    assert [
        problem for problem in header.problems if "`name` has 76 characters" in problem
    ] == list(header.problems)


@pytest.mark.parametrize(
    "text", ["", "# about: x", "# name:", "\ufeff# name: A", "require 'x'\n# name: A"]
)
def test_a_missing_name_is_said(text: str) -> None:
    assert "no `# name:` line" in parse_header(text).problems[-1]


def test_author_in_the_singular_is_said() -> None:
    header = parse_header("# name: A\n# author: Nemo")
    assert header.authors is None
    assert "`author:` is ignored" in header.problems[0]
    assert parse_header("# name: A\n# author: Nemo\n# authors: Nemo").problems == ()


def test_keys_that_only_look_like_discourses_are_said() -> None:
    header = parse_header("# name: A\n# Version: 1\n# contact-emails: a@b.example\n# see: below")
    assert header.given() == {"name": "A"}
    assert header.problems == (
        "`Version:` is ignored; Discourse reads `version:`.",
        "`contact-emails:` is ignored; Discourse reads `contact_emails:`.",
    )


def test_a_byte_order_mark_is_said() -> None:
    for text in ("\ufeff# name: A\n", comment_lines("\ufeff# name: A\n")):
        header = parse_header(text.encode())
        assert header.given() == {}
        assert "byte order mark" in header.problems[0]


@given(
    st.text()
    | st.binary()
    | st.lists(st.sampled_from([f"# {key}: " for key in LIMITS])).map("x\ud800\0\n".join)
)
def test_anything_can_be_read_and_stored(text: str | bytes) -> None:
    for key, value in parse_header(text).given().items():
        assert len(value) <= LIMITS[key]
        assert "\0" not in value
        value.encode()
