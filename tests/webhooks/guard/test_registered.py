"""Which plugins a key's site registered, as clients of the Plugin Manager read it."""

import re
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlmodel import select

from models.rules.kinds import KeyKind
from models.tables import ApiKey, Installation
from tests.webhooks.conftest import Door

DOMAIN = "forum.example.com"


@pytest.fixture
def key(door: Door) -> str:
    """The key of a site that registered two plugins, beside another site."""
    made = door.make_key(KeyKind.USER, "Ann", DOMAIN)
    body = {"plugins": ["voting", "Solved"], "domain": DOMAIN}
    door.post("/user/register", body, made, "User-Api-Key")
    other = door.make_key(KeyKind.USER, "Bob", "other.example.com")
    elsewhere = {"plugins": ["chat-extra"], "domain": "other.example.com"}
    door.post("/user/register", elsewhere, other, "User-Api-Key")
    return made


def number(door: Door, domain: str = DOMAIN) -> int:
    with door.world.database.read() as session:
        return session.exec(select(ApiKey).where(ApiKey.domain == domain)).one().id or 0


def test_a_user_reads_what_their_site_registered(door: Door, key: str) -> None:
    names = ("Ann", "ann", DOMAIN, str(number(door)))
    for place, suffix, username in product(("/plugin-manager", ""), (".json", ""), names):
        path = f"{place}/users/{username}/plugins/registered{suffix}"
        answer = door.http.get(path, headers={"User-Api-Key": key})
        assert answer.status_code == 200, (path, answer.text)
        told = answer.json()
        assert [(row["name"], row["domain"]) for row in told] == [
            ("solved", DOMAIN),
            ("voting", DOMAIN),
        ]
        assert set(told[0]) == {"name", "domain", "updated_at"}
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", told[0]["updated_at"])


def test_nobody_reads_of_others(door: Door, key: str) -> None:
    path = "/plugin-manager/users/{}/plugins/registered.json"
    for username, headers, status in (
        ("Bob", {"User-Api-Key": key}, 403),
        ("other.example.com", {"User-Api-Key": key}, 403),
        (str(number(door, "other.example.com")), {"User-Api-Key": key}, 403),
        ("system", {"Api-Key": door.site_key}, 403),
        ("canary-1", {"Api-Key": door.site_key}, 403),
        ("Ann", {}, 401),
        ("Ann", {"User-Api-Key": "x"}, 401),
    ):
        answer = door.http.get(path.format(username), headers=headers)
        assert answer.status_code == status, (username, answer.text)
        assert answer.json()["failed"] == "FAILED"


def test_a_registration_that_is_over_is_told_no_more(door: Door, key: str) -> None:
    with door.world.database.write() as session:
        row = session.exec(select(Installation).order_by(Installation.plugin_id)).first()
        assert row is not None
        row.registered_at = datetime.now(UTC) - timedelta(days=3, seconds=1)
    answer = door.http.get("/users/Ann/plugins/registered", headers={"User-Api-Key": key})
    assert len(answer.json()) == 1
