"""Wheels of shapes that are seldom seen: each is unpacked, or refused in words that help."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from packaging.tags import sys_tags

from models.extensions.wheels import troubles, unpack
from tests.models.extensions.packages import WHEEL, wheel

INFO = "acmejira-1.2.0.dist-info"
DATA = "acmejira-1.2.0.data"
FORMAT = "Wheel-Version: {}\nRoot-Is-Purelib: {}\nTag: {}\n"
METADATA = """\
Metadata-Version: 2.4
Name: acmejira
Version: 1.2.0
License-Expression: MIT
License-File: LICENSE
Dynamic: license-file
"""
TWICE = "Metadata-Version: 2.1\nName: acmejira\nName: other\nVersion: 1.2.0\n"
NAMELESS = "Metadata-Version: 2.1\nVersion: 1.2.0\n"
NEWER = "Metadata-Version: 3.0\nName: acmejira\nVersion: 1.2.0\n"
HERE = str(next(iter(sys_tags())))


@pytest.mark.parametrize(
    ("more", "there", "not_there"),
    [
        ({"acme/jira/__init__.py": "", "acme/jira/t.txt": "x"}, "acme/jira/t.txt", "acme/x"),
        ({f"{DATA}/purelib/more.py": "", f"{DATA}/data/etc/x": "x"}, "more.py", "etc/x"),
        ({f"{DATA}/scripts/run": "#!python\n"}, "acmejira/__init__.py", "run"),
        ({f"{INFO}/entry_points.txt": "[console_scripts]\nx = acmejira:x\n"}, INFO, "x"),
        ({f"{INFO}/licenses/LICENSE": "MIT"}, f"{INFO}/licenses/LICENSE", "LICENSE"),
        ({f"{INFO}/sboms/a.json": "{}", f"{INFO}/INSTALLER": "x"}, f"{INFO}/sboms/a.json", "sboms"),
        ({f"{INFO}/WHEEL": FORMAT.format("1.9", "true", "py3-none-any")}, INFO, "WHEEL"),
        ({f"{INFO}/WHEEL": FORMAT.format("1.0", "false", HERE)}, "acmejira/__init__.py", "platlib"),
        ({f"{INFO}/METADATA": METADATA}, f"{INFO}/METADATA", "LICENSE"),
    ],
)
def test_what_is_odd_is_unpacked(
    more: Mapping[str, str], there: str, not_there: str, tmp_path: Path
) -> None:
    made = wheel(dict(more))
    assert list(troubles(WHEEL, made)) == []
    unpack(WHEEL, made, tmp_path)
    assert (tmp_path / there).exists()
    assert not (tmp_path / not_there).exists()
    assert (tmp_path / "acmejira" / "__init__.py").exists()


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (
            wheel({f"{INFO}/WHEEL": FORMAT.format("2.0", "true", "py3-none-any")}),
            "of the format 2.0, of which only 1.x is known here",
        ),
        (wheel({f"{INFO}/WHEEL": "Tag: py3-none-any\n"}), "of the format nothing"),
        (wheel(without=f"{INFO}/RECORD"), "Unable to retrieve `RECORD`"),
        (
            wheel(record=f"acmejira/__init__.py,,\n{INFO}/RECORD,,\n"),
            "hash / size of acmejira/__init__.py is not included in RECORD",
        ),
        (
            wheel({f"a{number}.py": "" for number in range(500)}, record=f"{INFO}/RECORD,,\n"),
            "more like these",
        ),
        (wheel(Name="acme jira!"), "METADATA says Name: acme jira!; it must be acmejira"),
        (
            wheel({f"{INFO}/METADATA": TWICE}),
            "METADATA says Name 2 times; it must say Name: acmejira",
        ),
        (wheel(Version="1.0.banana"), "says Version: 1.0.banana; it must be 1.2.0"),
        (wheel({f"{INFO}/METADATA": NAMELESS}), "says Name: nothing; it must be acmejira"),
        (wheel({f"{INFO}/METADATA": NEWER}), "says Metadata-Version: 3.0; it must be 2.x or older"),
        (wheel(**{"Requires-Python": "3.x"}), "says Requires-Python: 3.x; it must be like >=3.11"),
        (wheel(**{"Requires-Python": "<3"}), "is for Python <3; this is 3."),
        (wheel(**{"Requires-Dist": "a b"}), "says Requires-Dist: a b; it must be like humanize>=4"),
        (wheel({f"{INFO}/METADATA": b"Name: \xff"}), "a file in its dist-info is no UTF-8"),
        (wheel(without=f"{INFO}/WHEEL"), "has no WHEEL in its dist-info"),
        (
            wheel({"acmejira-1.2.0-py3.11-nspkg.pth": "import sys"}),
            "nspkg.pth' would run whenever Python starts",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words_that_help(made: bytes, words: str) -> None:
    (told,) = troubles(WHEEL, made)
    assert words in told
    assert len(told) < 500
