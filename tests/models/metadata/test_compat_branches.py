"""Which branch a host of some version uses."""

import pytest

from models.metadata.compat_branches import MOST, compat_branch, compat_branches

BRANCHES = ("d-compat/2026.1", "d-compat/2026.2", "d-compat/2026.10")


def test_branches_stand_from_the_oldest_host_to_the_newest() -> None:
    others = ("d-compat", "d-compat/", "d-compat/main", "d-compat/2026.2/x", "d-compat/3", "main")
    assert compat_branches((*reversed(BRANCHES), *others)) == BRANCHES
    many = [f"d-compat/{year}.1" for year in range(1000, 1000 + MOST + 5)]
    assert compat_branches(many) == tuple(many[5:])


@pytest.mark.parametrize(
    ("host", "branch"),
    [
        ("2026.2.0", "d-compat/2026.2"),
        ("2026.2.3-latest.1", "d-compat/2026.2"),
        ("2026.10.0-latest", "d-compat/2026.10"),
        ("2026.1", "d-compat/2026.1"),
        ("2026.3.0", None),
        ("2026.20.0", None),
        ("3.5.0.beta2-dev", None),
        ("tests-passed", None),
        ("", None),
    ],
)
def test_a_host_uses_the_branch_of_its_year_and_month(host: str, branch: str | None) -> None:
    assert compat_branch(host, BRANCHES) == branch
