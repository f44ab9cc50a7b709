"""The order of releases is that of their versions."""

import pytest

from models.metadata.releases import compared


@pytest.mark.parametrize(
    ("current", "reported", "order"),
    [
        ("1.9", "1.10", 1),
        ("1.10", "1.9", -1),
        ("1.0", "1.0.0", 0),
        ("2.0", "2.0rc1", -1),
        ("2026.2", "2026.11", 1),
        ("1.0", "1.0.post1", 1),
        ("0.65.4", "0.65.4+local.1", 1),
        ("c0ffee1", "1.0", None),
        ("1234567", "7654321", None),  # as likely the beginnings of two commits
        ("1.0", "1.x", None),
        ("v1.0", "1.0", 0),
    ],
)
def test_releases_are_compared_by_their_versions(
    current: str, reported: str, order: int | None
) -> None:
    assert compared(current, reported) == order
