"""What a Python package says of itself."""

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.metadata.package_facts import MetadataError
from models.metadata.python_package import parse_package, read_package
from models.rules.declaring import Standing
from models.rules.ranges import clauses

WHOLE = b"""Metadata-Version: 2.1
Name: shelf_maps
Version: 1.2
Summary: Draws maps
Classifier: Programming Language :: Python
Classifier: Development Status :: 4 - Beta
Project-URL: Issues, https://github.com/nautilus/shelf-maps/issues
Requires-Dist: shelf>=0.60
Requires-Dist: shelf-pins~=1.4.2
Requires-Dist: shelf-charts (==2.*)
Requires-Python: >=3.9, <4
Classifier: Framework :: Shelf
Classifier: Framework :: Shelf :: 0.60
Classifier: Framework :: Shelf :: 0.61
Provides-Extra: test
Requires-Dist: requests
Requires-Dist: pytest; extra == "test"
Requires-Dist: odd === nothing
Requires-Dist: old; python_version < "3"

The description.
"""


def test_what_a_release_requires_and_how_it_is_kept() -> None:
    read = parse_package(WHOLE)
    assert (read.name, read.version, read.about) == ("shelf_maps", "1.2", "Draws maps")
    assert read.requires == (
        ("shelf", ">=0.60"),
        ("shelf-pins", ">=1.4.2, <1.5"),
        ("shelf-charts", ">=2, <3"),
        ("requests", ""),
    )
    assert (read.runtime, read.optional) == ("<4, >=3.9", (("pytest", ""),))
    assert read.tested == (("Shelf", ">=0.60, <0.62"),)
    assert read.standing is Standing.BETA
    assert read.repository == "nautilus/shelf-maps"
    assert read.problems == ("odd === nothing was not understood",)


@pytest.mark.parametrize(
    ("specifier", "range_"),
    [
        ("==1.0", "=1.0"),
        ("!=1.5,>=1", "!=1.5, >=1"),
        ("<2.0.0rc1", "<2.0.0rc1"),
        ("~=2.2", ">=2.2, <3"),
        (">=1.*", None),
    ],
)
def test_a_specifier_as_a_range(specifier: str, range_: str | None) -> None:
    read = parse_package(b"Name: a\nVersion: 1\nRequires-Dist: b" + specifier.encode())
    if range_ is None:
        assert read.requires == ()
        assert len(read.problems) == 1
    else:
        assert read.requires == (("b", range_),)


@pytest.mark.parametrize("python", [b"3", b">=3.9.*", b">=", b"x" * 500], ids=lambda each: each[:8])
def test_a_python_that_is_no_range_is_named_and_left_out(python: bytes) -> None:
    read = parse_package(b"Name: a\nVersion: 1\nRequires-Python: " + python)
    assert read.runtime == ""
    assert "was not understood" in read.problems[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "names no package"),
        (b"Name: a", "names no package"),
        (b"Name: a\nVersion: new", "'new' is no version of a package"),
    ],
)
def test_no_metadata(text: bytes, words: str) -> None:
    with pytest.raises(MetadataError, match=words):
        parse_package(text)


def test_a_wheel_and_what_is_none(tmp_path: Path) -> None:
    wheel = tmp_path / "shelf_maps-1.2-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as made:
        made.writestr("shelf_maps/__init__.py", "raise SystemExit")
        made.writestr("shelf_maps-1.2.dist-info/METADATA", WHOLE)
    assert read_package(wheel) == parse_package(WHOLE)
    plain = tmp_path / "METADATA"
    plain.write_bytes(WHOLE)
    assert read_package(plain) == parse_package(WHOLE)
    for content in (b"", b"PK\x05\x06" + b"\0" * 18, WHOLE):
        wheel.write_bytes(content)
        with pytest.raises(MetadataError, match="no wheel"):
            read_package(wheel)
    plain.write_bytes(b"x" * 2_000_000)
    with pytest.raises(MetadataError, match="longer than any"):
        read_package(plain)


@given(st.binary(max_size=200).map(lambda tail: b"Name: a\nVersion: 1\nRequires-Dist: b" + tail))
def test_anything_can_be_read(text: bytes) -> None:
    try:
        read = parse_package(text)
    except MetadataError:
        return
    for _, range_ in read.requires:
        assert not range_ or clauses(range_)


@pytest.mark.parametrize(
    ("lines", "publishers"),
    [
        (b"Author: Ada", "Ada"),
        (b"Author: Ada\nMaintainer-Email: Grace <grace@example.com>", "Grace"),
        (
            b'Author-Email: "Ada, of maps" <ada@example.com>, Grace <g@example.com>',
            "Ada, of maps, Grace",
        ),
        (b"Author-Email: ada@example.com", None),
        (b"Author: Bell, Ada", "Bell, Ada"),
        (b"Author: Ada <ada@example.com>", "Ada"),
        (b"Author: Ada (ada@example.com), Bob bob@example.com", "Ada, Bob"),
        (b"Author: Ada < ada @ example.com >", "Ada"),
        (b"Author: ada@example.com", None),
        (b"Maintainer: Ada <ada@example.com>, Bob <bob@example.com>", "Ada, Bob"),
        (b'Author-Email: "ada@example.com" <ada@example.com>, Bob <bob@example.com>', "Bob"),
        (b"Maintainer: ada@example.com\nAuthor: Bob", "Bob"),
    ],
)
def test_who_publishes_it_is_told_by_name_and_never_by_address(
    lines: bytes, publishers: str | None
) -> None:
    assert parse_package(b"Name: a\nVersion: 1\n" + lines).authors == publishers


def test_of_a_range_that_excludes_a_series_the_rest_is_kept() -> None:
    read = parse_package(
        b"Name: a\nVersion: 1\nRequires-Dist: b>=1,!=1.5.*\nRequires-Python: >=2.7, !=3.1.*, !=3.0.*, <4"
    )
    assert (read.requires, read.runtime) == ((("b", ">=1"),), "<4, >=2.7")
    assert read.problems == (
        "b>=1,!=1.5.*: !=1.5.* was left out",
        "python: !=3.0.*, !=3.1.* was left out",
    )


def test_what_older_tools_wrote_is_read_as_they_meant_it() -> None:
    old = parse_package(
        b"Metadata-Version: 1.0\nName: shelf\nVersion: 1\nHome-page: UNKNOWN\nAuthor: UNKNOWN\nSummary: UNKNOWN\n"
    )
    assert (old.about, old.authors, old.repository) == (None, None, None)
    folded = parse_package(
        b"Metadata-Version: 2.1\nName: shelf\nVersion: 1\nSummary: Draws\n        maps\n"
        b"Author: =?utf-8?b?SsO8cmdlbg==?= Wal\n"
    )
    assert (folded.about, folded.authors) == ("Draws maps", "J\u00fcrgen Wal")
    broken = parse_package(
        b"Metadata-Version: 2.1\nName: s\nVersion: 1\nAuthor: =?x?q?a?= =?utf-8?b?=x?=\n"
    )
    assert broken.authors


@pytest.mark.parametrize("label", ["Source Code", "Repository", "source", "GitHub", "Code"])
def test_its_source_is_what_its_labels_call_so(label: str) -> None:
    text = (
        "Metadata-Version: 2.1\nName: shelf\nVersion: 1\nHome-page: https://github.com/nautilus/site\n"
        f"Project-URL: Issues, https://github.com/nautilus/all/issues\nProject-URL: {label}, "
        "https://github.com/nautilus/shelf/tree/main\n"
    )
    assert parse_package(text.encode()).repository == "nautilus/shelf"
