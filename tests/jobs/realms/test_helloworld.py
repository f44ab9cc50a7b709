"""helloworld, the bundled extension, by each of its contributions; and the guide to writing one, line for line."""

import hashlib
import hmac
import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlmodel import col, select, update
from typer.testing import CliRunner

from jobs.deliver.deliverer import DeliveryTimes
from jobs.deliver.opening import delivering
from jobs.realms.hosting import hosting
from jobs.realms.trying import try_out
from models.__main__ import app as models
from models.actions.asking import Asker
from models.database.engine import Database
from models.extensions import calls
from models.extensions.drawn import REPORT
from models.extensions.host import this_host
from models.extensions.own_jobs import put_due
from models.messages.drawing import in_words
from models.people.persons import appoint
from models.record import record
from models.rules.authority import Holder, HolderKind
from models.settings import Settings
from models.tables import AuditEntry, Destination, Extension, RealmCall, Workspace
from tests.digesting import digests_due
from tests.jobs.realms.chatting import ADMIN, Chat, announced, called, chatting, until
from tests.languages import languages
from tests.models.extensions.operator import Run, shell
from tests.webhooks.conftest import serving
from tests.world import BAD, GOOD, World, make_world, saw

GUIDE = Path(__file__).parents[3] / "docs" / "writing-extensions.md"
SECRET = "a secret of helloworld"
# A catalogue in which nothing is translated yet.
SPOKEN = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
QUICK = DeliveryTimes(look=0.02)


@pytest.fixture
def world(
    database: Database, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> World:
    monkeypatch.chdir(tmp_path)
    with database.write() as session:
        appoint(session, [ADMIN], now)
    return make_world(database, now, "solved")


@pytest.fixture
def chat(world: World, database_url: str) -> Iterator[Chat]:
    settings = Settings(extensions_folder=Path("extensions"))
    with (
        hosting(world.database, settings),
        delivering(world.database, settings, QUICK),
        chatting(database_url) as chat,
    ):
        yield chat


def test_each_of_its_contributions(
    chat: Chat, world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXTENSION_HELLOWORLD_WORD", "Servus")
    monkeypatch.setenv("EXTENSION_HELLOWORLD_SECRET", SECRET)
    run: Run = shell(database_url)
    assert run("install", "helloworld", "--agree").code == 0
    assert chat.ask("extension on helloworld").title == "Hello world 1.0.0 is on"
    until(lambda: "tidy" in called(chat.database), "its job is called once it is on")

    assert chat.ask("helloworld hello Ada").title == "Servus Ada!"
    assert chat.ask("helloworld greetings").title == "Nobody was greeted yet"
    for _ in range(2):
        assert "Servus Ada!" in chat.ask("helloworld greet Ada").title
    until(lambda: "2" in in_words(chat.ask("helloworld greetings")), "it hears its own event")

    world.report(saw("solved", "p1", BAD))
    until(lambda: "solved broke (1)" in in_words(chat.ask("helloworld overview")), "it hears")
    cared = in_words(chat.ask("helloworld care 1"))
    assert "Cared for: 1" in cared
    assert "acknowledged" in cared.lower()
    world.report(saw("solved", "p2", GOOD))
    until(
        lambda: "solved broke" not in in_words(chat.ask("helloworld overview")),
        "it hears of the end",
    )

    call_webhook(world.database, b'{"whom": "Grace"}')
    until(lambda: "Grace" in in_words(chat.ask("helloworld greetings")), "it takes webhooks")
    follow_in_its_chat(chat, world)

    with chat.database.write() as session:
        assert put_due(session, this_host(), datetime.now(UTC) + timedelta(days=40)) == 3


def follow_in_its_chat(chat: Chat, world: World) -> None:
    holder = Holder("helloworld", "lobby", HolderKind.USER, "ada")
    with world.database.write() as session:
        session.add(Workspace(platform="helloworld", workspace="lobby", admitted_at=world.now))
        appoint(session, [holder], world.now)
    call_webhook(world.database, b'{"user": "ada", "words": "follow solved"}', "2")
    until(lambda: "ada: follow solved" in in_words(chat.ask("helloworld chat")), "they ask")
    world.report(saw("solved", "p3", BAD))
    told = "does not load on tests-passed"
    until(lambda: told in in_words(chat.ask("helloworld chat")), "they are told")


def test_an_option_is_set_in_chat(chat: Chat, database_url: str) -> None:
    shell(database_url)("install", "helloworld", "--agree")
    chat.ask("extension on helloworld everywhere")
    assert chat.ask("helloworld hello Ada").title == "Hello Ada!"
    told = chat.ask("extension set helloworld word Grüß Gott")
    assert told.title == "word of Hello world is “Grüß Gott” from now on"
    assert chat.ask("helloworld hello Ada").title == "Grüß Gott Ada!"
    assert "Grüß Gott" in in_words(chat.ask("extension options helloworld"))
    assert "already" in chat.ask("extension set helloworld word Grüß Gott").title
    for words, answer in (
        ("extension set helloworld other 1", "There is no option “other”"),
        ("extension set helloworld secret letmein-please", "secret is not set in chat"),
        ("extension set nobody word 1", "No extension is called “nobody”"),
        ("extension set helloworld word", "word of Hello world is as usual from now on"),
    ):
        assert chat.ask(words).title == answer
    stranger = Asker("local", "local", "somebody", "Somebody", "room")
    assert "guardians" in in_words(chat.ask("extension set helloworld word Hi", stranger))
    assert chat.ask("helloworld hello Ada").title == "Hello Ada!"
    with chat.database.read() as session:
        words = session.exec(select(AuditEntry.words)).all()
    assert not [each for each in words if "letmein" in each]


def test_references_lead_to_where_they_stand(world: World, database_url: str) -> None:
    shell(database_url)("install", "helloworld", "--agree")
    with world.database.write() as session:
        session.exec(update(Extension).values(state="on"))
    with chatting(database_url) as chat:  # none of its code runs for this
        assert "greetings/12" not in in_words(chat.ask("GREETING-12"))
        chat.ask("use helloworld")
        told = in_words(chat.ask("GREETING-12"))
        assert "GREETING-12: https://pluginwatch.example/greetings/12" in told


def report_is_drawn(database: Database) -> bool:
    of_reports = col(RealmCall.event).startswith(f"{calls.DRAW}{REPORT}:")
    with database.read() as session:
        ends = session.exec(select(RealmCall.ended_at).where(of_reports)).all()
    return bool(ends) and all(ends)


def test_what_it_draws_is_shown_on_pages_and_in_digests(
    chat: Chat, world: World, database_url: str, tmp_path: Path
) -> None:
    shell(database_url)("install", "helloworld", "--agree")
    with serving(world.database) as address:
        assert httpx.get(f"{address}/extensions/helloworld/greetings").status_code == 404
        chat.ask("extension on helloworld")
        page = f"{address}/extensions/helloworld/greetings"
        assert "It is being drawn" in httpx.get(page).text
        until(lambda: "Nobody was greeted yet" in httpx.get(page).text, "it is drawn")
        drawn = [run for run in called(world.database) if run == "greetings"]
        assert len(drawn) <= 3, "a page, a panel and a report, once in their slot"

        def front() -> str:
            return httpx.get(address).text

        until(lambda: "Nobody was greeted yet" in front(), "its panel stands on the front page")
        assert f'<a href="{page.removeprefix(address)}">Greetings</a>' in front()
        assert httpx.get(f"{address}/extensions/helloworld/other").status_code == 404
        with languages(tmp_path, de=SPOKEN):
            asked = {"Accept-Language": "de"}
            german = httpx.get(address, headers=asked).text
            assert f'<a href="{page.removeprefix(address)}">Grüße</a>' in german
            assert re.search(r"<h2 id=[^>]*>Grüße <small>Nobody", german)
            assert "<title>Grüße · Pluginwatch</title>" in httpx.get(page, headers=asked).text

    until(lambda: report_is_drawn(world.database), "digests are composed of what was drawn")
    chat.ask("follow solved")
    now = datetime.now(UTC)
    with world.database.write() as session:
        session.exec(update(Destination).values(digest="daily"))
        for later in (timedelta(), timedelta(days=1)):
            record(session, [digests_due(session, now + later)], now + later)
    (digest,) = [each for each in announced(chat.database) if "All well" in each.title]
    assert "Greetings: Nobody was greeted yet" in in_words(digest)
    chat.ask("extension off helloworld")
    with serving(world.database) as address:
        assert "Greetings" not in httpx.get(address).text


def call_webhook(database: Database, body: bytes, delivery: str = "1") -> None:
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "X-Signature": f"sha256={signature}",
        "X-Delivery": delivery,
        "Content-Type": "application/json",
    }
    with serving(database) as address:
        where = f"{address}/extensions/helloworld/webhooks/hook"
        assert httpx.post(where, content=body, headers=headers).status_code == 200


Line = tuple[str, list[str]]


def lines_of_the_guide() -> list[Line]:
    """Each command of the guide, with the words that follow it there."""
    found: list[Line] = []
    for block in re.findall(r"```console\n(.*?)```", GUIDE.read_text(), re.DOTALL):
        for line in block.splitlines():
            if line.startswith(("$ ", "/plugin ")):
                found.append((line, []))
            else:
                found[-1][1].append(line)
    return found


def in_a_shell(line: str, database_url: str) -> str:
    """What the command says; `python -m` is run here, and the rest is a file or a folder."""
    # A debugger asks at a terminal, so what it would run is run without it.
    words = shlex.split(line.removeprefix("$ ").replace("-m pdb ", ""))
    if words[:2] == ["python", "-m"]:
        environment = {**os.environ, "DATABASE_URL": database_url}
        if words[2] == "models":
            said = CliRunner().invoke(models, words[3:], env=environment)
            assert said.exit_code == 0, (line, said.output)
            return said.output
        assert words[2:4] == ["jobs", "try"], line
        # As the command does, which sets up the log of its whole process, too.
        told: list[str] = []
        with closing(Database(database_url)) as database:
            try_out(Path(words[4]), words[5:], database, Settings(), told.append)
        return "\n".join(told)
    subprocess.run(["bash", "-c", line.removeprefix("$ ")], check=True, timeout=60)
    return ""


def test_the_guide_is_followed_line_for_line(chat: Chat, database_url: str) -> None:
    ways: dict[str, Callable[[str], str]] = {
        "$": lambda line: in_a_shell(line, database_url),
        "/plugin": lambda line: in_words(chat.ask(line.removeprefix("/plugin "))),
    }
    followed = lines_of_the_guide()
    assert len(followed) > 10
    for line, expected in followed:
        way = ways[line.split()[0]]
        if "greetings" in line:  # what the act before raised is heard after the fact
            until(partial(_tells, way, line, expected[0]), "it is counted")
        said = way(line)
        for words in expected:
            assert words in said, line


def _tells(way: Callable[[str], str], line: str, words: str) -> bool:
    return words in way(line)
