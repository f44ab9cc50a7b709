"""Which repository a name or an address means."""

import pytest

from models.lookup import repository_key


@pytest.mark.parametrize(
    "pasted",
    [
        "Example/Solved",
        "https://github.com/example/solved",
        "http://www.github.com/example/solved.git",
        "<https://github.com/example/solved/issues/3>",
        "github.com/example/solved/",
        "git@github.com:example/solved.git",
        "ssh://git@github.com/example/solved.git",
    ],
)
def test_addresses_of_a_repository(pasted: str) -> None:
    assert repository_key(pasted) == "example/solved"


@pytest.mark.parametrize(
    "pasted", ["solved", "git@gitlab.example:example/solved.git", "https://github.com/example", ""]
)
def test_what_names_none(pasted: str) -> None:
    assert repository_key(pasted) is None
