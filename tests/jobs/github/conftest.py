"""The stand-in of GitHub, a small world that is kept in step with it, and its jobs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from models.database.engine import Database
from models.settings import Settings
from tests.servers.github_hub import Hub, HubRepository, github_hub, written
from tests.world import World, make_world

AGO = timedelta(days=10)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with github_hub() as running:
        yield running


@pytest.fixture
def solved(hub: Hub) -> HubRepository:
    """The one repository of the small world."""
    return hub.add(
        "example/solved", datetime.now(UTC) - AGO, github_id=700, commits={"main": ["a" * 40]}
    )


@pytest.fixture
def world(database: Database, solved: HubRepository) -> World:
    assert solved.full_name == "example/solved"
    return make_world(database, datetime.now(UTC), "solved")


@pytest.fixture
def settings(hub: Hub) -> Settings:
    return settings_of(hub)


def settings_of(hub: Hub, **more: Any) -> Settings:
    """Settings that ask the stand-in with a token."""
    return Settings(github_api_url=hub.url, github_token=SecretStr(hub.token), **more)


def an_issue(
    number: int, at: datetime, state: str = "open", repository: int = 700, **more: Any
) -> dict[str, Any]:
    """An issue as GitHub shows it."""
    return {
        "id": repository * 100_000 + number,
        "number": number,
        "title": f"Issue {number}",
        "user": {"login": "nautilus"},
        "state": state,
        "labels": [],
        "comments": 0,
        "created_at": written(at),
        "updated_at": written(at),
        "closed_at": written(at) if state == "closed" else None,
        **more,
    }
