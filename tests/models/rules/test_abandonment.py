"""When a plugin counts as abandoned."""

from datetime import datetime, timedelta

import pytest

from models.rules.abandonment import is_abandoned


@pytest.mark.parametrize(
    ("pushed", "broken", "expected"),
    [(365, 30, True), (364, 30, False), (365, 29, False), (None, 900, False), (4_000, 900, True)],
)
def test_the_host_moved_on_and_nobody_answers(
    now: datetime, pushed: int | None, broken: int, expected: bool
) -> None:
    pushed_at = None if pushed is None else now - timedelta(days=pushed)
    assert is_abandoned(pushed_at, now - timedelta(days=broken), now) is expected
