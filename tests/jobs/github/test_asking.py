"""Limits, identities and trouble, with the real client against the stand-in of GitHub."""

import socket
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from jobs.github.client import GithubClient, asking
from jobs.github.issues import reconcile_issues
from jobs.github.trouble import (
    ForbiddenError,
    IdentityError,
    LimitError,
    MissingError,
    TroubleError,
    why_no_answer,
)
from models.database.engine import Database
from models.health.github import github_findings
from models.rules.rate_limit import closed_until, refused_until
from models.settings import Settings
from models.tables import GithubBudget
from tests.jobs.github.conftest import settings_of
from tests.servers.github_hub import Hub, HubRepository
from tests.world import World

NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)


@pytest.fixture(scope="module")
def key() -> str:
    """A private key that was made just now and opens nothing."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    ).decode()


def budget(database: Database, identity: str = "token") -> GithubBudget:
    with database.read() as session:
        return session.get_one(GithubBudget, identity)


def refuse(status: int, message: str = "", **headers: str) -> Any:
    return lambda _path: (
        status,
        {name.replace("_", "-"): value for name, value in headers.items()},
        {"message": message},
    )


LIMITS = [
    (refuse(403, "You have exceeded a secondary rate limit.", Retry_After="90"), 90),
    (refuse(429, Retry_After="7"), 7),
    (
        refuse(
            403,
            "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
        ),
        60,
    ),
    (refuse(429), 60),
]


@pytest.mark.usefixtures("solved")
@pytest.mark.parametrize(("mishap", "seconds"), LIMITS)
def test_a_limit_stops_every_process_until_its_end(
    database: Database, hub: Hub, settings: Settings, mishap: Any, seconds: int
) -> None:
    hub.mishaps = [mishap]
    now = datetime.now(UTC)
    with closing(GithubClient(database, settings)) as one, pytest.raises(LimitError) as hit:
        one.get("/repositories/700")
    assert abs((hit.value.until - now).total_seconds() - seconds) < 5
    with closing(GithubClient(database, settings)) as other, pytest.raises(LimitError):
        other.get("/repositories/700")
    assert len(hub.asked) == 1
    with database.write() as session:
        session.get_one(GithubBudget, "token").blocked_until = now - timedelta(seconds=1)
    with closing(GithubClient(database, settings)) as later:
        assert later.get("/repositories/700").object().id() == 700
    assert budget(database).strikes == 0


def test_a_reserve_is_left_and_a_limit_ends_a_job_without_an_error(
    world: World, hub: Hub, settings: Settings
) -> None:
    hub.limit, hub.spent = 1_000, 895
    for number in range(10):
        hub.add(f"example/more-{number}", datetime.now(UTC))
    with asking(world.database, settings) as asks:
        for number in range(10):
            asks.get(f"/repos/example/more-{number}")
        pytest.fail("the reserve is spent")  # pragma: no cover - never reached
    assert (hub.spent, budget(world.database).remaining) == (900, 100)
    reconcile_issues(world.database, settings)
    assert hub.spent == 900
    hub.spent = 0
    with world.database.write() as session:
        session.get_one(GithubBudget, "token").reset_at = datetime.now(UTC) - timedelta(seconds=1)
    reconcile_issues(world.database, settings)
    assert hub.spent == 2


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (refuse(404, "Not Found"), MissingError),
        (refuse(410), MissingError),
        (refuse(451), MissingError),
        (refuse(403, "Resource not accessible by personal access token"), ForbiddenError),
        (refuse(422), ForbiddenError),
        (refuse(502), TroubleError),
        (lambda _: (200, {}, b"<html>"), TroubleError),
        (lambda _: (200, {}, b"[" * 100_000), TroubleError),
        (lambda _: (0, {}, None), TroubleError),
        (lambda _: (301, {"Location": "http://elsewhere.example/"}, {}), TroubleError),
        (refuse(401, "Bad credentials"), IdentityError),
    ],
)
def test_each_trouble_has_its_kind_and_is_asked_once(
    database: Database, hub: Hub, settings: Settings, reply: Any, error: type[Exception]
) -> None:
    hub.mishaps = [reply]
    with closing(GithubClient(database, settings)) as asks, pytest.raises(error):
        asks.get("/repositories/700")
    assert len(hub.asked) == 1


def test_a_server_that_is_away(database: Database) -> None:
    settings = Settings(github_api_url="http://127.0.0.1:9", github_token=SecretStr("x"))
    with (
        closing(GithubClient(database, settings)) as asks,
        pytest.raises(TroubleError, match=r"^GitHub could not be reached: connection refused$"),
    ):
        asks.get("/repositories/700")


def test_a_name_that_is_not_found() -> None:
    with pytest.raises(socket.gaierror) as raised:
        socket.getaddrinfo(None, "no-such-service")  # asks no server
    error = requests.ConnectionError()
    error.__cause__ = raised.value
    assert why_no_answer(error) == "its name was not found"


def test_a_token_that_is_refused_is_told_to_the_operator(
    database: Database, hub: Hub, settings: Settings
) -> None:
    hub.token = "another"
    with closing(GithubClient(database, settings)) as asks, pytest.raises(IdentityError):
        asks.get("/repositories/700")
    with database.read() as session:
        words = [finding.words for finding in github_findings(session, settings, datetime.now(UTC))]
    assert "GitHub refuses GITHUB_TOKEN: it is wrong, expired or revoked." in words
    assert "a-good-token" not in "".join(words)


def test_an_app_asks_as_its_installation_and_renews_its_token(
    database: Database, hub: Hub, key: str
) -> None:
    hub.installations = {"Example": 11, "other": 12}
    hub.add("example/solved", NOW, github_id=700)
    settings = Settings(
        github_api_url=hub.url, github_app_id="123", github_app_private_key=SecretStr(key)
    )
    with closing(GithubClient(database, settings)) as asks:
        asks.get("/repositories/700", "example")
        asks.get("/repositories/700", "EXAMPLE")
        asks.get("/repositories/700", "stranger")  # what is public any installation may read
        assert [path for _, path, _ in hub.asked[:2]] == [
            "/app/installations?per_page=100",
            "/app/installations/11/access_tokens",
        ]
        assert [path for verb, path, _ in hub.asked if verb == "POST"] == [
            "/app/installations/11/access_tokens"
        ]
    assert budget(database, "installation 11").remaining is not None
    hub.token_lasts = timedelta(seconds=10)  # less than it is renewed before its end
    with closing(GithubClient(database, settings)) as asks:
        asks.get("/repositories/700", "other")
        asks.get("/repositories/700", "other")
    assert len(hub.minted) == 3


def test_an_app_that_is_installed_nowhere_says_so(database: Database, hub: Hub, key: str) -> None:
    settings = Settings(
        github_api_url=hub.url, github_app_id="123", github_app_private_key=SecretStr(key)
    )
    with (
        closing(GithubClient(database, settings)) as asks,
        pytest.raises(IdentityError, match="installed nowhere"),
    ):
        asks.get("/repositories/700", "example")


def test_pages_are_followed(database: Database, hub: Hub, solved: HubRepository) -> None:
    solved.labels = {number: f"label {number}" for number in range(1, 26)}
    with closing(GithubClient(database, settings_of(hub))) as asks:
        pages = list(asks.pages("/repositories/700/labels", per_page=10))
    assert [len(page.objects()) for page in pages] == [10, 10, 5]


@given(
    retry_after=st.none() | st.floats(0, 1e300),
    remaining=st.none() | st.integers(0, 10),
    reset=st.none() | st.integers(-10_000, 10_000),
    strikes=st.integers(0, 10_000),
)
def test_a_refusal_is_obeyed_and_ends(
    retry_after: float | None, remaining: int | None, reset: int | None, strikes: int
) -> None:
    reset_at = NOW + timedelta(seconds=reset) if reset is not None else None
    until = refused_until(retry_after, remaining, reset_at, strikes, NOW)
    assert NOW < until <= NOW + timedelta(days=1)
    assert closed_until(5_000, remaining, reset_at, until, NOW) == until
    if retry_after is not None and retry_after < 80_000:
        assert until >= NOW + timedelta(seconds=retry_after)
    elif retry_after is None and not (remaining == 0 and reset_at and reset_at > NOW):
        assert until - NOW >= timedelta(minutes=1)


def test_refusals_without_a_time_wait_longer_each_time() -> None:
    waits = [refused_until(None, None, None, strikes, NOW) - NOW for strikes in range(8)]
    assert [wait / timedelta(minutes=1) for wait in waits] == [1, 2, 4, 8, 16, 32, 60, 60]
