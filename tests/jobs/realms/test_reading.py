"""What an extension is told by Pluginwatch: nothing, what is public, or what whoever asks may know."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from jobs.realms.hosting import hosting
from models.actions.asking import Asker
from models.database.engine import Database
from models.settings import Settings
from models.tables import Plugin, Repository, Workspace
from tests.asking import ANYONE
from tests.jobs.realms.chatting import Chat, chatting, installed_here, until
from tests.jobs.realms.extensions import install_extension
from tests.waiting import LONG
from tests.webhooks.conftest import serving
from tests.world import BAD, make_world, saw

# Of a workspace that is admitted, without a role: what is private is not for them.
MEMBER = Asker("slack", "T1", "U-none", "Nobody", "C1")
CODE = """
def plugins(call):
    told = call.ask("info", plugin="solved")
    return {"title": "Told", "blocks": [{"kind": "code", "text": str(told)}]}

hello = add = fail = care = curious = plugins


def page(call):
    told = [call.ask("info", plugin="solved"), call.ask("list"), call.ask("status", plugin="solved")]
    return {"title": "Of the page", "blocks": [{"kind": "code", "text": str(told)}]}
"""
PAGE = """
[[page]]
name = "told"
title = "What it is told"
run = "page"
"""


@pytest.fixture
def chat(database: Database, database_url: str, root: Path, now: datetime) -> Iterator[Chat]:
    """solved is private, and says something of itself; the extension is installed."""
    world = make_world(database, now, "solved")
    world.report(saw("solved", "p1", BAD))
    installed_here(database, root, now)
    with database.write() as session:
        session.add(Workspace(platform="slack", workspace="T1", admitted_at=now))
        session.add(Repository(github_id=7, full_name="example/solved", private=True, version="1"))
        plugin = session.exec(select(Plugin).where(Plugin.handle == "solved")).one()
        plugin.repository_id, plugin.about = 7, "What is ours"
    with hosting(database, Settings(extensions_folder=root)), chatting(database_url) as chat:
        yield chat


@pytest.mark.parametrize(
    ("reads", "asker", "is_told"),
    [("asker", ANYONE, True), ("asker", MEMBER, False), ("public", ANYONE, False)],
)
def test_it_is_told_no_more_than_it_may_and_its_asker_may(
    chat: Chat, root: Path, now: datetime, reads: str, asker: Asker, is_told: bool
) -> None:
    install_extension(chat.database, root, now, code=CODE, reads=reads)
    chat.ask("extension on acmejira everywhere")
    told = chat.ask("acmejira plugins", asker)
    assert "solved" in str(told)
    assert ("What is ours" in str(told)) is is_told


def test_its_page_is_told_what_is_public_whoever_looks(
    chat: Chat, root: Path, now: datetime
) -> None:
    """It is drawn for all who look, so that nobody's rights count."""
    install_extension(chat.database, root, now, PAGE, code=CODE, reads="asker")
    chat.ask("extension on acmejira everywhere")
    with serving(chat.database) as address, httpx.Client(base_url=address, timeout=LONG) as client:

        def told() -> str:
            return client.get("/extensions/acmejira/told").text

        until(lambda: "Of the page" in told(), "the page is drawn")
        assert "solved" in told()
        assert "What is ours" not in told()
        assert "example/solved" not in told()


def test_without_the_permission_it_is_told_nothing(chat: Chat, root: Path, now: datetime) -> None:
    install_extension(chat.database, root, now, code=CODE, reads="nothing")
    chat.ask("extension on acmejira")
    assert "asks for no permission to read" in str(chat.ask("acmejira plugins"))
