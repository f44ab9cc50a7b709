"""Acts of extensions: done with the answer and as the person who asks, once or not at all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

from jobs.realms.hosting import hosting
from models.database.engine import Database
from models.messages.message import Message
from models.settings import Settings
from models.tables import AuditEntry, RoleGrant, StoryEntry
from tests.asking import ANYONE
from tests.jobs.realms.chatting import Chat, chatting, installed_here, state
from tests.world import BAD, make_world, saw


@pytest.fixture
def chat(database: Database, database_url: str, root: Path, now: datetime) -> Iterator[Chat]:
    """The extension is on, and solved is broken: incident 1."""
    world = make_world(database, now, "solved")
    world.report(saw("solved", "p1", BAD))
    installed_here(database, root, now)
    with hosting(database, Settings(extensions_folder=root)), chatting(database_url) as chat:
        chat.ask("extension on acmejira")
        yield chat


def acknowledgements(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.exec(select(StoryEntry.words).where(StoryEntry.kind == "acknowledged")))


def audited(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.exec(select(AuditEntry.words).order_by(col(AuditEntry.id))))


def test_what_it_wants_is_done_as_who_asks_with_the_answer(chat: Chat) -> None:
    answer = chat.ask("acmejira care 1")
    assert answer.title == "Taken care of 1"
    assert "solved" in str(answer.blocks)
    assert "acknowledged" in str(answer.blocks)
    assert acknowledgements(chat.database) == ["Acknowledged by you."]
    assert "acmejira care: done" in audited(chat.database)


def test_who_lacks_the_power_starts_nothing(chat: Chat) -> None:
    denied = chat.ask("acmejira care 1", replace(ANYONE, user="other", name="other"))
    assert "guardians and admins" in str(denied)
    assert acknowledgements(chat.database) == []
    assert "acmejira care: denied" in audited(chat.database)


def refusals() -> list[tuple[str, str]]:
    return [
        ("acmejira care 1 role", "role is no act that an extension may want"),
        ("acmejira care 1 status", "status is no act that an extension may want"),
        ("acmejira care 1 mystery", "mystery is no act that an extension may want"),
        ("acmejira curious", "it acted, and only an act may"),
    ]


@pytest.mark.parametrize(("text", "reason"), refusals())
def test_what_it_may_not_want_fails_whole(
    chat: Chat, text: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer: Message = chat.ask(text)
    assert answer.title == "Jira could not answer"
    assert reason in capsys.readouterr().out
    assert acknowledgements(chat.database) == []
    with chat.database.read() as session:
        assert [grant.by_setting for grant in session.exec(select(RoleGrant))] == [True]
    assert state(chat.database)[0] == "on"


def test_an_act_over_http_is_posted(chat: Chat) -> None:
    chat.offering.look()
    action = chat.responder.dictionary.get("acmejira care")
    assert action
    assert action.for_insiders
    assert chat.responder.dictionary.typed("acmejira care 1").acts
