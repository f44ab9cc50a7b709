"""The table of what four documents demand: each demand has a test that is there, or a reason why it has none."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "demands-on-extensions.md"
ROW = re.compile(r"\| (SourceForge|Mantis|Nucleus|Plexus) \| (.+) \| (.+) \|")
SHOWN = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
REASON = re.compile(r"Left out: .{20,}|Not yet(: .{20,})?")


def demands() -> list[tuple[str, str, str]]:
    lines = PAGE.read_text().splitlines()
    rows = [line for line in lines if line.startswith("| ") and "Shown by" not in line]
    found = []
    for row in rows:
        matched = ROW.fullmatch(row)
        assert matched, row
        found.append((matched[1], matched[2], matched[3]))
    return found


@cache
def functions_of(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("demand", demands(), ids=lambda demand: f"{demand[0]}: {demand[1]}")
def test_a_demand_has_a_test_that_is_there_or_a_reason(demand: tuple[str, str, str]) -> None:
    shown = demand[2]
    if matched := SHOWN.fullmatch(shown):
        assert matched[2] in functions_of(matched[1])
    else:
        assert REASON.fullmatch(shown), shown


def test_no_document_is_forgotten_and_no_demand_stands_twice() -> None:
    assert {document for document, _, _ in demands()} == {
        "SourceForge",
        "Mantis",
        "Nucleus",
        "Plexus",
    }
    twice = [each for each, count in Counter(row[:2] for row in demands()).items() if count > 1]
    assert twice == []
