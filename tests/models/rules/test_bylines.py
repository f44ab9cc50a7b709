"""Authors are names; mail addresses in them, as real headers have them, are not shown to everyone."""

import pytest

from models.rules.bylines import byline


@pytest.mark.parametrize(
    ("authors", "shown"),
    [
        ("Ann Lee <ann.lee@mail.example.com>", "Ann Lee"),
        ("Ann Lee, Ben Ode (ben@mail.example.com)", "Ann Lee, Ben Ode"),
        ("ann, ben <ben@example.com>, cy <cy@example.org>", "ann, ben, cy"),
        ("Ann Lee (@annlee)", "Ann Lee (@annlee)"),
        ("@annlee", "@annlee"),
        ("ann@example.com", None),
        ("Ann Lee", "Ann Lee"),
        (None, None),
    ],
)
def test_names_stay_and_addresses_go(authors: str | None, shown: str | None) -> None:
    assert byline(authors) == shown
