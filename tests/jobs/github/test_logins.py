"""Profiles looked at with the real client, against a stand-in of GitHub."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlmodel import select

from jobs.github.logins import look_at_profiles
from models.database.engine import Database
from models.events.following import LoginClaim
from models.messages.message import Code, Message
from models.people.persons import who
from models.record import record
from models.rules.authority import Power
from models.rules.people import Actor
from models.rules.places import Place
from models.settings import Settings
from models.tables import (
    Announcement,
    AuditEntry,
    Destination,
    GithubBudget,
    GithubLink,
    Plugin,
    Subscription,
)
from tests.servers.github import GithubServer, github_server

MONA = Actor("slack", "T1", "U1", "Mona")
THEIRS = Place("slack", "U1", "Mona", is_person=True)


@pytest.fixture
def github() -> Iterator[GithubServer]:
    with github_server() as server:
        yield server


def look(database: Database, github: GithubServer, token: str = "") -> None:
    settings = Settings(github_api_url=github.url, github_token=SecretStr(token))
    look_at_profiles(database, settings)


def claim(
    database: Database, login: str = "Mona-L", *, done: bool = False, ago: timedelta = timedelta()
) -> Message:
    with database.write() as session:
        (outcome,) = record(
            session, [LoginClaim(MONA, THEIRS, login, done)], datetime.now(UTC) - ago
        )
    assert outcome.answer
    return outcome.answer


def code_of(message: Message) -> str:
    return next(block.text for block in message if isinstance(block, Code))


def told(database: Database) -> list[tuple[str, bool, str]]:
    with database.read() as session:
        rows = session.exec(
            select(Announcement, Destination).join(Destination).order_by(Announcement.id)
        )
        return [
            (where.address, where.is_person, Message.from_json(row.message).title)
            for row, where in rows
        ]


def link(database: Database) -> GithubLink:
    with database.read() as session:
        return session.exec(select(GithubLink)).one()


def test_a_code_in_the_bio_proves_the_login_and_makes_a_maintainer(
    database: Database, github: GithubServer
) -> None:
    now = datetime.now(UTC)
    with database.write() as session:
        for handle, owner in (("solved", "mona-l"), ("voting", "mona-lisa"), ("chat", "mona")):
            key = f"{owner}/{handle}"
            session.add(
                Plugin(
                    handle=handle,
                    name=handle,
                    repository=key,
                    repository_key=key,
                    created_at=now,
                    updated_at=now,
                )
            )
    code = code_of(claim(database))
    assert code not in str(link(database).model_dump())
    github.bios["mona-l"] = f"Gardener. {code}."
    assert claim(database, done=True).title == "Looking at the profile of Mona-L on GitHub"
    look(database, github)
    look(database, github)
    assert github.asked == ["/users/Mona-L"]
    assert told(database) == [("U1", True, "Mona-L on GitHub is you")]
    assert link(database).code_sha256 is None
    with database.read() as session:
        followed = select(Plugin.handle, Destination.address).select_from(Subscription)
        followed = followed.join(Plugin).join(Destination)
        assert session.exec(followed).all() == [("solved", "U1")]
    with database.write() as session:
        mona = who(session, MONA, now)
        assert [mona.may(Power.ACT, number) for number in (1, 2, 3)] == [True, False, False]
        assert not mona.may(Power.FOLLOW)
        assert [entry.outcome for entry in session.exec(select(AuditEntry))] == [
            "done",
            "done",
            "done",
        ]
    assert claim(database).title == "Mona-L on GitHub is you already"
    assert claim(database, done=True).title == "Mona-L on GitHub is you already"


def test_a_bio_without_the_code_is_looked_at_again_before_it_is_told(
    database: Database, github: GithubServer
) -> None:
    claim(database)
    github.bios["Mona-L"] = "pluginwatch-0123456789abcdef"
    claim(database, done=True, ago=timedelta(seconds=30))
    look(database, github)
    assert told(database) == []
    with database.write() as session:
        waiting = session.exec(select(GithubLink)).one()
        waiting.asked_at = datetime.now(UTC) - timedelta(seconds=61)
    look(database, github)
    assert told(database) == [("U1", True, "Your code does not stand in the profile of Mona-L")]
    look(database, github)
    assert len(github.asked) == 2
    assert link(database).verified_at is None


def test_an_unknown_login_and_an_empty_bio(database: Database, github: GithubServer) -> None:
    claim(database)
    claim(database, done=True)
    look(database, github)
    assert told(database) == [("U1", True, "GitHub knows no user Mona-L")]
    github.bios["Mona-L"] = None
    claim(database, done=True)
    look(database, github)
    assert link(database).asked_at is not None


@pytest.mark.parametrize("status", [401, 500, 503])
def test_github_in_trouble_is_asked_again_at_once_and_without_sleeping(
    database: Database, github: GithubServer, status: int
) -> None:
    code = code_of(claim(database))
    claim(database, done=True)
    github.trouble = (
        status,
        {"Retry-After": "3000", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9999999999"},
    )
    began = datetime.now(UTC)
    look(database, github)
    assert datetime.now(UTC) - began < timedelta(seconds=5)
    assert (len(github.asked), told(database)) == (1, [])
    github.trouble, github.bios["Mona-L"] = None, code
    look(database, github)
    assert told(database) == [("U1", True, "Mona-L on GitHub is you")]


@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_is_kept_as_by_all_that_ask_github(
    database: Database, github: GithubServer, status: int
) -> None:
    code = code_of(claim(database))
    claim(database, done=True)
    github.trouble = (status, {"Retry-After": "3000", "X-RateLimit-Remaining": "0"})
    look(database, github)
    github.trouble, github.bios["Mona-L"] = None, code
    look(database, github)
    assert (len(github.asked), told(database)) == (1, [])
    with database.write() as session:
        budget = session.exec(select(GithubBudget)).one()
        assert budget.blocked_until
        budget.blocked_until -= timedelta(seconds=3000)
    look(database, github)
    assert told(database) == [("U1", True, "Mona-L on GitHub is you")]


def test_an_answer_that_is_no_json_and_a_server_that_is_away(
    database: Database, github: GithubServer
) -> None:
    claim(database)
    claim(database, done=True)
    github.body = b"<html>"
    look(database, github)
    settings = Settings(github_api_url="http://127.0.0.1:9")
    look_at_profiles(database, settings)
    assert told(database) == []


@pytest.mark.parametrize("status", [301, 302])
def test_an_answer_that_leads_to_another_host_is_none_and_nothing_is_sent_there(
    database: Database, github: GithubServer, status: int
) -> None:
    code = code_of(claim(database))
    claim(database, done=True)
    with github_server() as other:
        other.bios["Mona-L"] = code
        github.trouble = (status, {"Location": f"{other.url}/users/Mona-L"})
        look(database, github, token="a token")
        assert (other.asked, told(database)) == ([], [])
    github.trouble, github.bios["Mona-L"] = None, code
    look(database, github)
    assert told(database) == [("U1", True, "Mona-L on GitHub is you")]


def test_a_code_has_an_end(database: Database, github: GithubServer) -> None:
    code = code_of(claim(database, ago=timedelta(hours=1, seconds=1)))
    assert claim(database, done=True).title == "The code for Mona-L is too old"
    code = code_of(claim(database, ago=timedelta(minutes=61)))
    claim(database, done=True, ago=timedelta(minutes=2))
    github.bios["Mona-L"] = code
    look(database, github)
    assert told(database) == [("U1", True, "The code for Mona-L is too old")]


def test_done_without_a_code_and_what_is_no_login(database: Database) -> None:
    assert claim(database, done=True).title == "No code was made for Mona-L"
    assert claim(database, "../admin").title == "“../admin” is no login that GitHub allows"


def test_a_new_code_ends_the_old_one(database: Database, github: GithubServer) -> None:
    old, new = code_of(claim(database)), code_of(claim(database))
    claim(database, done=True)
    github.bios["Mona-L"] = old
    look(database, github)
    assert told(database) == []
    github.bios["Mona-L"] = new
    look(database, github)
    assert told(database) == [("U1", True, "Mona-L on GitHub is you")]


def test_a_token_is_optional(database: Database, github: GithubServer) -> None:
    github.bios["Mona-L"] = ""
    claim(database)
    claim(database, done=True)
    look(database, github, token="a-token")
    look(database, github)
    assert github.tokens == ["token a-token", None]
