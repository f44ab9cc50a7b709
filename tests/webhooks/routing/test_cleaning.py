"""Addresses that hold what no database takes: an answer like any other's, on both databases."""

import pytest

from tests.webhooks.conftest import Door

READING = (
    "/plugin-manager/plugin?branch=%00&filter=%00&tags[]=%00",
    "/plugin-manager/plugin/sol%00ved?branch=%00",
    "/plugin-manager/status/solved?branch=%00",
    "/plugin-manager/status/solved?discourse_branch=%00",
    "/plugin-manager/status?plugins[][name]=solved&plugins[][branch]=%00",
    "/plugin-manager/status?plugins[][name]=solved&plugins[][discourse_branch]=a%00b",
    "/?filter=%00",
    "/plugins/%00",
    "/plugins/%ED%A0%80",
    "/canary/runs/a%00b/console-log?token=%00",
    "/heartbeats/%00",
    f"/heartbeats/x/{'9' * 5_000}",
)


def test_no_address_is_too_strange(door: Door, subtests: pytest.Subtests) -> None:
    for address in READING:
        with subtests.test(address):
            assert door.http.get(address).status_code in {200, 308, 403, 404}


def test_a_nul_reads_as_an_unknown_character(door: Door) -> None:
    assert door.get("/plugin", branch="a\0b")["branch"] == "a\ufffdb"
    assert door.http.get("/plugin-manager/plugin?branch=a%2500").json()["branch"] == "a%00"
