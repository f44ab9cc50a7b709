"""Readers of mails end them: by a page with one button, and by one POST of their mail program."""

from sqlmodel import select

from models.outbox.places import destination
from models.rules.places import Place
from models.tables import Destination
from tests.webhooks.conftest import SIGNER, Door

ADA = "ada@example.org"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def page_of(door: Door) -> str:
    with door.world.database.write() as session:
        for address in (ADA, "bob@example.org"):
            destination(session, Place("email", address, address))
    return SIGNER.unsubscribing(ADA).removeprefix(SIGNER.public_url)


def ended(door: Door) -> list[str]:
    with door.world.database.read() as session:
        rows = session.exec(select(Destination).where(Destination.platform == "email"))
        return [row.address for row in rows if row.unsubscribed_at]


def test_a_link_shows_the_mailbox_and_ends_nothing(door: Door) -> None:
    page = page_of(door)
    shown = door.http.get(page)
    assert shown.status_code == 200
    assert ADA in shown.text
    assert shown.headers["cache-control"] == "private, no-store"
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert door.http.head(page).status_code == 200
    assert ended(door) == []


def test_one_post_ends_the_mails_and_a_button_brings_them_back(door: Door) -> None:
    page = page_of(door)
    for _ in range(2):  # mail programs send it twice
        answer = door.http.post(page, data=ONE_CLICK)
        assert (answer.status_code, answer.headers["location"]) == (303, page)
        assert ended(door) == [ADA]
    assert "No more mails" in door.http.get(page).text
    assert door.http.post(f"{page}/again").status_code == 303
    assert ended(door) == []


def test_a_link_that_was_not_made_here_ends_nothing(door: Door) -> None:
    page = page_of(door)
    for forged in (page[:-1], f"{page}x", "/unsubscribe/%F0%9F%98%80", f"/unsubscribe/{ADA}"):
        for answer in (door.http.get(forged), door.http.post(forged, data=ONE_CLICK)):
            assert answer.status_code == 404
            assert "not made here" in answer.text
    assert ended(door) == []
