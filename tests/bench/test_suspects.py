"""The measure of suspect commits: each outcome by an invented breakage."""

from typing import Any

import pytest

from bench.suspects import (
    AMONG_THREE,
    NOT_AMONG,
    OF_THESE,
    RIGHT,
    SILENT,
    TOUCHES,
    WITHOUT_SILENT,
    WITHOUT_WRONG,
    WRONG,
    measure,
    outcomes,
)


def breakage(number: int, error: str | None = None, **more: Any) -> dict[str, Any]:
    unknown = {"core_commit": None, "core_title": None, "touched": [], "distractors": []}
    told = {"plugin": f"plugin-{number}", "core_pull": number, "symptom": None, "error": error}
    return told | unknown | more


TOLD = breakage(1, "NoMethodError: undefined method 'fold_rows'", touched=["fold_rows", "lib/a.rb"])
VAGUE = breakage(2, symptom="the page is blank", touched=["app/models/row.rb"])
NOT_TOLD = breakage(3, touched=["unfold_rows"])
MISLED = breakage(
    4,
    "NoMethodError: undefined method 'sort_rows'",
    touched=["app/models/sorting.rb"],
    distractors=[{"number": 9, "title": "DEV: Remove `sort_rows`"}],
)
ALL = [TOLD, VAGUE, NOT_TOLD, MISLED]


@pytest.mark.parametrize(
    ("asked", "became"),
    [
        (TOLD, {RIGHT, AMONG_THREE, TOUCHES, OF_THESE, WITHOUT_SILENT}),
        (VAGUE, {SILENT, NOT_AMONG, WITHOUT_SILENT}),
        (NOT_TOLD, {SILENT, NOT_AMONG, WITHOUT_SILENT}),
        (MISLED, {WRONG, NOT_AMONG, WITHOUT_WRONG}),
    ],
)
def test_what_becomes_of_a_breakage(asked: dict[str, Any], became: set[str]) -> None:
    assert set(outcomes(asked, ALL)) == became


def test_what_tells_of_a_breakage_is_counted_apart() -> None:
    told_by = measure(ALL).columns[:2]
    assert [list(column.cells) for column in told_by] == [
        ["error", "symptom", "neither", "all"],
        ["2", "1", "1", "4"],
    ]
