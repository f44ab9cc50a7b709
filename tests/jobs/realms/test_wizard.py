"""The step that helloworld adds to bug reports: gone through, skipped, and finished early."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

from jobs.realms.hosting import hosting
from models.database.engine import Database
from models.messages.drawing import in_words
from models.messages.message import Buttons, Message
from models.outbox.ways_out import GITHUB
from models.people.persons import appoint
from models.settings import Settings
from models.tables import Announcement, OpenChannel, ReportDraft
from tests.asking import ANYONE
from tests.jobs.realms.chatting import ADMIN, Chat, chatting
from tests.models.extensions.operator import shell
from tests.world import make_world

FORM = {"happened": "It broke", "expected": "That it works", "steps": "Open it"}


@pytest.fixture
def chat(
    database: Database,
    database_url: str,
    now: datetime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Chat]:
    monkeypatch.chdir(tmp_path)
    make_world(database, now, "solved")
    with database.write() as session:
        appoint(session, [ADMIN], now)
        session.add(OpenChannel(platform=GITHUB))
    shell(database_url)("install", "helloworld", "--agree")
    with (
        hosting(database, Settings(extensions_folder=Path("extensions"))),
        chatting(database_url) as chat,
    ):
        chat.ask("extension on helloworld")
        yield chat


def fill(chat: Chat, command: str, **filled: str) -> Message:
    return chat.ask(command, replace(ANYONE, filled=tuple(filled.items())))


def begin(chat: Chat) -> Message:
    form = chat.ask("report solved").form
    assert form
    return fill(chat, form.command, **FORM)


def commands(message: Message) -> dict[str, str]:
    found: dict[str, str] = {}
    for block in message:
        found |= dict(block.buttons) if isinstance(block, Buttons) else {}
    return found


def issues(chat: Chat) -> list[str]:
    with chat.database.read() as session:
        rows = session.exec(
            select(Announcement.message)
            .where(Announcement.platform == GITHUB)
            .order_by(col(Announcement.id))
        )
        return [in_words(Message.from_json(text)) for text in rows]


def test_next_and_finish(chat: Chat) -> None:
    step = begin(chat)
    assert step.title == "Step 2 of 2: How bad it is"
    assert list(commands(step)) == ["Next", "Skip", "Finish"]
    assert issues(chat) == []
    form = chat.ask(commands(step)["Next"]).form
    assert form
    assert [each.label for each in form.fields] == ["How you feel about it", "Anything else"]
    wrong = fill(chat, form.command, mood="cross")
    assert "It needs: How you feel about it (calm, upset)." in in_words(wrong)
    done = fill(chat, form.command, mood="upset", more="password=hunter2secret")
    assert "Hello world: solved makes somebody upset" in in_words(done)
    assert done.title == "All 2 steps are done"
    assert "on its way" in chat.ask(commands(done)["Finish"]).title
    (issue,) = issues(chat)
    assert "How bad it is, asked by Hello world:" in issue
    assert "How you feel about it: upset" in issue
    assert "Hello world: solved makes somebody upset" in issue
    assert "hunter2" not in issue
    again = chat.ask(commands(done)["Finish"])
    assert again.title == "There is no report on solved to go on with"
    with chat.database.read() as session:
        assert session.exec(select(ReportDraft)).all() == []


def test_skipped_finished_early_and_where_it_is_not_used(chat: Chat) -> None:
    skipped = chat.ask(commands(begin(chat))["Skip"])
    assert skipped.title == "All 2 steps are done"
    assert list(commands(skipped)) == ["Finish"]
    assert "on its way" in chat.ask(commands(begin(chat))["Finish"]).title
    assert ["asked by" in each for each in issues(chat)] == [False]
    chat.ask("unuse helloworld")
    form = chat.ask("report solved").form
    assert form
    assert "on its way" in fill(chat, form.command, **{**FORM, "happened": "Again"}).title
