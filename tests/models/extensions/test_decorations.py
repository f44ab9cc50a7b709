"""What extensions add to cards: in the nearest language that there is, and without what cannot be read."""

from datetime import datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from sqlmodel import select

from models import outbox
from models.database.engine import Database
from models.events.extensions import Decorated
from models.extensions.additions import Additions, OfferedAdditions, decorations_of
from models.extensions.using import begin, languages
from models.messages.drawing import in_words
from models.messages.message import Message, Text
from models.outbox.places import destination
from models.record import record
from models.rules.languages import languages_near, languages_spoken
from models.rules.places import Place
from models.tables import Announcement, CardDecoration, Extension, Posting
from tests.asking import ask
from tests.models.extensions.operator import allocate, put, shell
from tests.models.extensions.samples import LEAST
from tests.webhooks.conftest import serving
from tests.world import BAD, World, make_world, saw

LATER = '{"of": "a later version"}'


@pytest.fixture
def world(
    database: Database,
    database_url: str,
    now: datetime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    """An incident, and two extensions that everybody uses."""
    monkeypatch.chdir(tmp_path)
    place, run = allocate(tmp_path), shell(database_url)
    for handle in ("acmejira", "acmewiki"):
        assert run("install", put(place, LEAST, f"{handle}.zip", handle), "--agree").code == 0
    world = make_world(database, now, "solved")
    with database.write() as session:
        for extension in session.exec(select(Extension)):
            extension.state, extension.everywhere = "on", True
            session.add(extension)
    return world


def decorate(world: World, handle: str, language: str, text: str) -> None:
    with world.database.write() as session:
        extension = session.exec(select(Extension).where(Extension.handle == handle)).one()
        row = CardDecoration(
            extension_id=extension.id or 0,
            incident_id=1,
            language=language,
            message=text,
            drawn_at=world.now,
        )
        session.add(row)


def words(text: str) -> str:
    return Message("", blocks=(Text(text),)).to_json()


def said(world: World, language: str = "en") -> list[str]:
    with world.database.read() as session:
        return [in_words(each).strip() for each in decorations_of(session, 1, None, language)]


def test_what_cannot_be_read_is_left_out_and_the_rest_is_told(world: World) -> None:
    ask(world.database, "follow all", world.now)
    world.report(saw("solved", "p1", BAD))
    decorate(world, "acmejira", "en", LATER)
    decorate(world, "acmewiki", "en", words("one page"))
    assert said(world) == ["one page"]
    additions = Additions()
    additions.offered = OfferedAdditions(decorating=frozenset({"acmejira", "acmewiki"}))
    with world.database.write() as session:
        claims = outbox.claim(session, ["local"], world.now)
        (card,) = additions.to_claims(session, claims)
    assert "one page" in in_words(card.message)
    with serving(world.database) as address:
        page = httpx.get(f"{address}/incidents/1")
    assert page.status_code == 200
    assert "one page" in page.text


def test_only_cards_where_it_is_used_are_edited(world: World) -> None:
    ask(world.database, "follow all", world.now)
    world.report(saw("solved", "p1", BAD))
    with world.database.write() as session:
        claims = outbox.claim(session, ["local"], world.now)
        outbox.mark_sent(session, [(each, f"card-{each.id}") for each in claims], world.now)
        extension = session.exec(select(Extension).where(Extension.handle == "acmejira")).one()
        extension.everywhere = False
    assert edits_once_it_adds(world, "one ticket") == 0
    with world.database.write() as session:
        begin(session, "acmejira", Place("local", "room", "Local room"), world.now)
    assert edits_once_it_adds(world, "two tickets") == 1


def edits_once_it_adds(world: World, text: str) -> int:
    """How many cards are edited once the extension adds this to the incident."""
    with world.database.write() as session:
        added = Message("", blocks=(Text(text),))
        record(session, [Decorated("acmejira", 1, added, "en")], world.now)
        edits = select(Announcement).where(Announcement.action == Posting.EDIT)
        return len(session.exec(edits).all())


def test_each_is_told_in_the_nearest_language(world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    decorate(world, "acmejira", "en", words("one ticket"))
    decorate(world, "acmejira", "de", words("ein Ticket"))
    decorate(world, "acmewiki", "en", words("one page"))
    assert said(world, "de") == ["ein Ticket", "one page"]
    assert said(world, "de-at") == ["ein Ticket", "one page"]
    assert said(world, "fr") == said(world) == ["one ticket", "one page"]


def test_only_languages_that_it_speaks_where_it_is_used_are_asked_for(world: World) -> None:
    with world.database.write() as session:
        for language in ("de-at", "de", "de", "fr", "en"):
            destination(
                session, Place("test", f"{language}{uuid4()}", language)
            ).language = language
        session.flush()
        assert languages(session, "acmejira") == ["de", "en", "de-at", "fr"]
        acmewiki = session.exec(select(Extension).where(Extension.handle == "acmewiki")).one()
        acmewiki.everywhere = False
        session.flush()
        assert languages(session, "acmewiki") == []
    assert languages_spoken(["de", "en", "de-at", "fr"], {"de"}) == ["en", "de"]
    assert languages_spoken(["pt-br"], {"pt-br", "pt"}) == ["en", "pt-br"]
    assert languages_spoken([], {"de"}) == ["en"]


@pytest.mark.parametrize(
    ("language", "near"),
    [("en", ("en",)), ("de", ("de", "en")), ("pt-br", ("pt-br", "pt", "en"))],
)
def test_languages_near(language: str, near: tuple[str, ...]) -> None:
    assert languages_near(language) == near
