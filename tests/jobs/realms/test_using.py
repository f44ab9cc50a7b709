"""An extension answers where it is used: in the channels and by the people who said so, or everywhere."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

from jobs.realms.hosting import hosting
from models.actions.asking import Asker
from models.actions.completion import names
from models.database.engine import Database
from models.people.persons import appoint
from models.rules.authority import Holder, HolderKind
from models.settings import Settings
from models.tables import AuditEntry, ExtensionUse, Workspace
from tests.jobs.realms.chatting import Chat, called, chatting, installed_here
from tests.models.extensions.operator import shell

ANN = Asker("slack", "T1", "U-ann", "Ann", "C-one", "one")
BEN = replace(ANN, user="U-ben", name="Ben")
NOT_USED = "Jira is not used here"


@pytest.fixture
def chat(database: Database, database_url: str, root: Path, now: datetime) -> Iterator[Chat]:
    """The extension is installed; Ann is an admin of a workspace in which Ben is nobody in particular."""
    installed_here(database, root, now)
    with database.write() as session:
        session.add(Workspace(platform="slack", workspace="T1", admitted_at=now))
        appoint(session, [Holder("slack", "T1", HolderKind.USER, ANN.user)], now)
    with hosting(database, Settings(extensions_folder=root)), chatting(database_url) as chat:
        yield chat


def answers(chat: Chat, asker: Asker) -> str:
    return chat.ask("acmejira add 2 40", asker).title


def test_it_answers_where_it_was_turned_on_and_where_a_channel_uses_it(chat: Chat) -> None:
    assert chat.ask("extension on acmejira", ANN).title == "Jira 1.2.0 is on"
    assert answers(chat, ANN) == answers(chat, BEN) == "42"
    there = replace(BEN, channel="C-two")
    asked = len(called(chat.database))
    assert answers(chat, there) == NOT_USED
    assert "/plugin use acmejira me" in str(chat.ask("acmejira add 2 40", there))
    alone = chat.ask("acmejira add 2 40", replace(there, is_direct=True))
    assert "To use it: /plugin use acmejira" in str(alone)
    assert len(called(chat.database)) == asked, "nothing was started for that"
    assert "guardians and admins" in str(chat.ask("use acmejira", there))
    used = chat.ask("use acmejira", replace(ANN, channel="C-two"))
    assert used.title == "Jira is used here from now on"
    assert answers(chat, there) == "42"
    assert chat.ask("use acmejira", replace(ANN, channel="C-two")).title.endswith("already")
    ended = chat.ask("unuse acmejira", replace(ANN, channel="C-two"))
    assert ended.title == "Jira is not used here any more"
    assert answers(chat, there) == NOT_USED
    assert answers(chat, BEN) == "42", "the other channel still does"


def test_a_person_uses_it_wherever_they_are(chat: Chat) -> None:
    chat.ask("extension on acmejira", ANN)
    there = replace(BEN, channel="D-ben", is_direct=True)
    assert answers(chat, there) == NOT_USED
    assert chat.ask("use acmejira me", there).title == "Jira is used here from now on"
    assert answers(chat, there) == answers(chat, replace(BEN, channel="C-two")) == "42"
    assert answers(chat, replace(ANN, channel="C-two")) == NOT_USED, "another person"
    assert answers(chat, replace(there, platform="discord")) != "42", "of another platform"
    assert "in 1 channel, by 1 person" in str(chat.ask("extension info acmejira", ANN))
    with chat.database.read() as session:
        words = session.exec(select(AuditEntry.words).where(AuditEntry.action == "use")).all()
    assert words == ["use acmejira for themself: Jira is used here from now on"]


def test_help_and_guesses_name_it_only_where_it_is_used(chat: Chat) -> None:
    chat.ask("extension on acmejira", ANN)
    line = "/plugin acmejira add FIRST SECOND"
    there = replace(BEN, channel="C-two")
    assert line in str(chat.ask("help", BEN))
    assert "acmejira" not in str(chat.ask("help", there))
    assert line in str(chat.ask("acmejira ad", BEN))
    assert "acmejira" not in str(chat.ask("acmejira-add", there).blocks)
    chat.ask("use acmejira me", there)
    assert line in str(chat.ask("help", there))
    with chat.database.read() as session:
        for here, shown in ((), False), (("acmejira",), True):
            known = names(session, chat.responder.dictionary, here)["commands"]
            assert ("acmejira add" in [each["name"] for each in known]) == shown


def test_everywhere_is_an_admins(chat: Chat) -> None:
    assert "admins" in str(chat.ask("extension on acmejira everywhere", BEN))
    chat.ask("extension on acmejira everywhere", ANN)
    assert answers(chat, replace(BEN, channel="C-two")) == "42"
    assert chat.ask("unuse acmejira", ANN).title == "Everybody uses Jira, and so it is used here"
    assert "everywhere" in str(chat.ask("extension info acmejira", ANN))
    chat.ask("extension off acmejira", ANN)
    chat.ask("extension on acmejira", ANN)
    assert answers(chat, replace(BEN, channel="C-two")) == NOT_USED
    used = chat.ask("extension on acmejira", replace(ANN, channel="C-two"))
    assert used.title == "Jira is used here from now on"
    assert answers(chat, replace(BEN, channel="C-two")) == "42"
    assert chat.ask("extension on acmejira everywhere", ANN).title.startswith("Jira is used every")
    assert answers(chat, replace(BEN, channel="C-three")) == "42"


def test_use_is_kept_with_the_data_and_ends_with_it(chat: Chat, database_url: str) -> None:
    assert "No extension is called" in chat.ask("use acmewiki", ANN).title
    assert "It is off at present" in str(chat.ask("use acmejira", ANN))
    run = shell(database_url)
    run("remove", "acmejira")
    assert used(chat.database) == ["C-one"]
    run("purge", "acmejira", typed="acmejira\n")
    assert used(chat.database) == []


def used(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.exec(select(ExtensionUse.address).order_by(col(ExtensionUse.id))))
