"""What counts as one registered domain."""

import pytest

from models.rules.key_requests import parent_of


@pytest.mark.parametrize(
    ("domain", "parent"),
    [
        ("forum.example.com", "example.com"),
        ("a.forum.example.com", "example.com"),
        ("example.com", "example.com"),
        ("forum.shelf.co.uk", "shelf.co.uk"),
        ("a.b.shelf.com.au", "shelf.com.au"),
        ("shelf.or.jp", "shelf.or.jp"),
        ("co.uk", "co.uk"),
        ("forum.co.com", "co.com"),
        ("com.example.de", "example.de"),
        ("uk", "uk"),
    ],
)
def test_the_parent_is_what_somebody_registered(domain: str, parent: str) -> None:
    assert parent_of(domain) == parent
