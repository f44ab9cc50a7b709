"""Whoever asks with HEAD gets what GET says of itself, and no body."""

import pytest

from tests.webhooks.conftest import Door

PATHS = {
    "/healthz": 200,
    "/readyz": 200,
    "/metrics": 200,
    "/plugin-manager/plugin": 200,
    "/plugin-manager/plugin.json": 200,
    "/plugin-manager/plugin/solved": 200,
    "/plugin-manager/plugin/nobody": 404,
    "/plugin-manager/status": 200,
    "/plugin-manager/status/solved": 404,
    "/canary/runs/1/screenshot": 403,
}


def test_head_says_what_get_says(door: Door, subtests: pytest.Subtests) -> None:
    for path, status in PATHS.items():
        with subtests.test(path):
            got, head = door.http.get(path), door.http.head(path)
            assert head.status_code == got.status_code == status
            assert head.headers["Content-Type"] == got.headers["Content-Type"]
            assert head.content == b""
            assert got.content
