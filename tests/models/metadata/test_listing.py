"""Lists of plugins, as lines or as JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.metadata.listing import ListingEntry, ListingError, parse_listing, repository_in


def test_lines() -> None:
    found = parse_listing("""\ufeff# our plugins
nautilus/badge-cabinet
https://github.com/nautilus/tidy-tags.git

http://www.github.com/Nautilus/Quiet.Hours/ # by night
git@github.com:nautilus/one.git
ssh://git@github.com/nautilus/two
- git clone https://somebody@github.com/nautilus/three.git
- sudo -E -u discourse git clone https://github.com/nautilus/four.git
git clone git://github.com/nautilus/five
""")
    repositories = ["nautilus/badge-cabinet", "nautilus/tidy-tags", "Nautilus/Quiet.Hours"]
    repositories += [f"nautilus/{name}" for name in ("one", "two", "three", "four", "five")]
    assert found.entries == tuple(ListingEntry(repository) for repository in repositories)
    assert found.problems == ()


def test_a_bad_line_is_told_and_stops_no_other() -> None:
    found = parse_listing(
        "nautilus/badge-cabinet\nbadge cabinet\nNautilus/Badge-Cabinet\nnautilus/tidy-tags"
    )
    assert [entry.repository for entry in found.entries] == [
        "nautilus/badge-cabinet",
        "nautilus/tidy-tags",
    ]
    assert found.problems == (
        "Line 2: 'badge cabinet' names no repository; write owner/name or https://github.com/owner/name.",
        "Line 3: Nautilus/Badge-Cabinet is in the list already; only the first one counts.",
    )


def test_json() -> None:
    header = {"repo": "nautilus/a", "header": "# name: A\n# version: 1"}
    lines = {
        "repo": "nautilus/b",
        "header_lines": ["# name: B\r", "# about: b\r"],
        "commit": "0a1b",
    }
    fields = {
        "repo": "nautilus/c",
        "fields": {"name": "C"},
        "tags": ["chat", "chat"],
        "compatibility": "3.5: main",
        "ecosystem": "python",
    }
    found = parse_listing(json.dumps([header, lines, fields, {"repo": "nautilus/d"}]))
    assert found.problems == ()
    names = [entry.header.given() if entry.header else None for entry in found.entries]
    assert names == [
        {"name": "A", "version": "1"},
        {"name": "B", "about": "b"},
        {"name": "C"},
        None,
    ]
    assert found.entries[2].tags == ("chat",)
    assert found.entries[2].compatibility == "3.5: main"
    assert found.entries[3].tags is None
    assert [entry.ecosystem for entry in found.entries] == [None, None, "python", None]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("nautilus/a", "not an object"),
        ({}, "names no repository"),
        ({"repo": 5}, "names no repository"),
        ({"repo": "a/b", "header_lines": "# name: A"}, "`header_lines` must be a list"),
        ({"repo": "a/b", "header_lines": [1]}, "`header_lines` must be a list"),
        ({"repo": "a/b", "header": {}}, "`header` must be text"),
        ({"repo": "a/b", "header": "nul\0"}, "`header` must be text"),
        ({"repo": "a/b", "fields": {"name": 1}}, "`fields` must map"),
        ({"repo": "a/b", "fields": {"name": "\ud800"}}, "`fields` must map"),
        ({"repo": "a/b", "tags": "chat"}, "`tags` must be a list"),
        ({"repo": "a/b", "ecosystem": "pluginwatch"}, "`ecosystem` must be discourse or python"),
        ({"repo": "a/b", "ecosystem": ["python"]}, "`ecosystem` must be discourse or python"),
        ({"repo": "a/b", "compatibility": 1}, "`compatibility` must be the text"),
    ],
)
def test_a_bad_object_is_told_and_stops_no_other(item: object, words: str) -> None:
    found = parse_listing(json.dumps([item, {"repo": "nautilus/badge-cabinet"}]))
    assert [entry.repository for entry in found.entries] == ["nautilus/badge-cabinet"]
    assert len(found.problems) == 1
    assert found.problems[0].startswith("Entry 1: ")
    assert words in found.problems[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1", "not valid JSON"),
        ('{"repo": "a/b"}', "must be a list"),
        ("[NaN]", "NaN is not JSON"),
        ("[" * 200_000, "not valid JSON"),
        ("[" + "9" * 5000 + "]", "not valid JSON"),
        ('[{"repo": "a/b", "repo": "a/c"}]', "same key twice"),
        (" " * (32 * 1024 * 1024 + 1), "import it in parts"),
    ],
)
def test_what_is_no_list_is_refused(text: str, words: str) -> None:
    with pytest.raises(ListingError, match=words):
        parse_listing(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nautilus/a", "nautilus/a"),
        (" https://github.com/Nautilus/A.git ", "Nautilus/A"),
        ("https://github.com/nautilus/a/tree/main/docs?x=1", "nautilus/a"),
        ("https://github.com/nautilus/a#readme", "nautilus/a"),
        ("https://github.com/nautilus", None),
        ("https://nautilus.example/a/b", None),
        ("git@nautilus.example:a/b", None),
        ("https://github.com:secret@nautilus.example/a/b", None),
        ("git@github.com:nautilus/a", "nautilus/a"),
        ("TODO", None),
        ("a/b/c", None),
        ("a/..", None),
        ("-a/b", None),
        ("a/b c", None),
        ("", None),
    ],
)
def test_repository_in(text: str, expected: str | None) -> None:
    assert repository_in(text) == expected


@given(st.text() | st.text("[]{}\"':,/ab\n#.", max_size=30))
def test_anything_is_read_or_refused(text: str) -> None:
    try:
        found = parse_listing(text)
    except ListingError:
        return
    assert all("/" in entry.repository for entry in found.entries)
