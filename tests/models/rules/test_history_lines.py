"""What a branch is called."""

import pytest

from models.rules.history_lines import branch_name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("main", "main"),
        ("refs/heads/main", "main"),
        ("refs/heads/feature/x", "feature/x"),
        ("refs/remotes/origin/main", "main"),
        ("remotes/upstream/main", "main"),
        ("heads/main", "main"),
        ("origin/main", "main"),
        ("refs/heads/", "refs/heads/"),
        ("HEAD", "HEAD"),
        ("refs/tags/v1", "refs/tags/v1"),
        ("feature/origin/x", "feature/origin/x"),
    ],
)
def test_a_branch_has_its_own_name(said: str, name: str) -> None:
    assert branch_name(said) == name
