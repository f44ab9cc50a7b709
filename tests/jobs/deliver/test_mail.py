"""Mail to contacts, handed to a real SMTP server."""

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from pydantic import SecretStr

from jobs.deliver.mail import Mail, composed
from models.events.following import Following
from models.events.mailboxes import MailWish
from models.messages.message import Message, Text
from models.operating.signing import Signer
from models.outbox.sending import Outgoing, SendError
from models.rules.filters import FollowRequest
from models.rules.mailboxes import mailboxes
from models.rules.places import Place
from models.settings import Settings
from models.tables import Posting
from tests.jobs.deliver.conftest import GUARDIAN, Outside
from tests.servers.smtp import Mailbox, smtp_server

NO_LINKS = Signer(SecretStr(""))


@pytest.fixture
def post(outside: Outside) -> Iterator[Mailbox]:
    with smtp_server() as server:
        outside.settings |= {
            "smtp_url": SecretStr(server.url),
            "smtp_from": "pluginwatch@example.com",
        }
        outside.set(contact_emails="ada@example.org, <Bob@Example.org>; nobody")
        with outside.delivering():
            pass
        yield server


def parts(mail: EmailMessage) -> tuple[str, str]:
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


def test_contacts_hear_of_it_in_one_thread(outside: Outside, post: Mailbox) -> None:
    outside.breaks()
    outside.recovers()
    outside.deliver()
    assert (
        sorted(to for to, _ in post.mails) == [["ada@example.org"]] * 2 + [["bob@example.org"]] * 2
    )
    broken, recovered = (mail for to, mail in post.mails if to == ["ada@example.org"])
    assert broken["Subject"] == "solved (main) does not load on tests-passed"
    assert broken["From"] == "Pluginwatch <pluginwatch@example.com>"
    assert recovered["Subject"] == "Recovered: solved (main) works on tests-passed again"
    assert recovered["In-Reply-To"] == recovered["References"] == broken["Message-ID"]
    plain, html = parts(broken)
    assert "NoMethodError" in plain
    assert "<pre>" in html
    assert "It ends when the address is taken out there." in plain
    assert broken["List-Unsubscribe"] is None  # there is no page that anybody could open


@pytest.mark.parametrize(
    ("pages", "is_linked"), [("https://watch.example", True), ("http://127.0.0.1:8000", False)]
)
def test_a_mail_leads_to_the_page_that_others_can_open(
    outside: Outside, post: Mailbox, pages: str, *, is_linked: bool
) -> None:
    outside.settings |= {"public_url": pages}
    outside.breaks()
    outside.deliver()
    plain, html = parts(post.mails[0][1])
    assert "Incident 1" in plain
    assert (f"{pages}/incidents/1" in plain) is is_linked
    assert (f'href="{pages}/incidents/1"' in html) is is_linked


@pytest.mark.parametrize(
    "place", [Place("slack", "C1", "plugins"), Place("slack", "U1", "Ada", is_person=True)]
)
def test_contacts_are_written_to_whoever_follows_the_plugin(
    outside: Outside, post: Mailbox, place: Place
) -> None:
    outside.world.record(Following(GUARDIAN, place, FollowRequest("solved")))
    outside.breaks()
    outside.deliver()
    assert len(post.mails) == 2


@pytest.mark.parametrize(
    ("pages", "one_click"), [("https://watch.example", True), ("http://watch.example", False)]
)
def test_a_mail_leads_to_where_it_is_ended(
    outside: Outside, post: Mailbox, pages: str, *, one_click: bool
) -> None:
    key = SecretStr("the key of this test, which is long enough")
    outside.settings |= {"public_url": pages, "link_signing_key": key}
    outside.set(contact_emails="ada@example.org")
    outside.breaks()
    outside.deliver()
    ((_, mail),) = post.mails
    address = Signer(key, pages).unsubscribing("ada@example.org")
    assert address.startswith(f"{pages}/unsubscribe/")
    assert "ada" not in address
    assert mail["List-Unsubscribe"] == f"<{address}>"
    click = "List-Unsubscribe=One-Click" if one_click else None
    assert mail["List-Unsubscribe-Post"] == click
    for part in parts(mail):
        assert address in part


def test_whoever_ended_the_mails_gets_none_until_they_want_them_again(
    outside: Outside, post: Mailbox
) -> None:
    outside.set(contact_emails="ada@example.org")
    outside.breaks()
    outside.world.record(MailWish("ada@example.org"))
    (waited,) = outside.rows("email")
    assert waited.error == "its reader wants no more mails"
    outside.recovers()
    outside.breaks("b3")
    assert len(outside.rows("email")) == 1
    outside.world.record(MailWish("ada@example.org", ends=False))
    outside.recovers("b4")
    outside.breaks("b5")
    outside.deliver()
    ((_, mail),) = post.mails
    assert mail["Subject"] == "solved (main) does not load on tests-passed"


def test_nobody_is_written_to_where_incidents_become_issues(
    outside: Outside, post: Mailbox
) -> None:
    outside.set(files_issues=True)
    outside.breaks()
    outside.deliver()
    assert post.mails == []


def test_a_server_that_is_busy_is_asked_again_and_one_that_refuses_is_not(
    outside: Outside, post: Mailbox
) -> None:
    outside.set(contact_emails="ada@example.org")
    post.answers = ["451 try again later"]
    outside.breaks()
    outside.deliver()
    assert len(post.mails) == 1
    post.answers = ["554 no such mailbox"]
    outside.recovers()
    outside.deliver()
    assert len(post.mails) == 1
    row = outside.rows("email")[-1]
    assert row.dead_at is not None
    assert row.error == "the mail server refused it with 554: no such mailbox"


def test_no_header_is_smuggled_in_and_each_try_is_the_same_mail() -> None:
    message = Message(
        "Broken\r\nBcc: all@example.org\n\nhello", blocks=(Text("<script>alert(1)</script>"),)
    )
    outgoing = Outgoing(7, "ada@example.org", Posting.POST, message, conversation="incident:3")
    mails = [composed(outgoing, "pluginwatch@example.com") for _ in range(2)]
    assert mails[0]["Bcc"] is None
    assert "\n" not in mails[0]["Subject"]
    assert {mail["Message-ID"] for mail in mails} == {"<incident-3.7.pluginwatch@example.com>"}
    assert "<script>" not in parts(mails[0])[1]


def test_a_password_is_not_sent_without_tls(post: Mailbox) -> None:
    url = f"smtp://user:secret@127.0.0.1:{post.port}"
    mail = Mail(Settings(smtp_url=SecretStr(url), smtp_from="pluginwatch@example.com"), NO_LINKS)
    with pytest.raises(SendError, match="offers no TLS") as caught:
        mail.send(Outgoing(1, "ada@example.org", Posting.POST, Message("x")))
    assert not caught.value.permanent
    assert post.mails == []


def test_a_server_that_is_away_is_asked_again() -> None:
    mail = Mail(
        Settings(smtp_url=SecretStr("smtp://127.0.0.1:9"), smtp_from="pluginwatch@example.com"),
        NO_LINKS,
    )
    with pytest.raises(SendError, match="out of reach: ConnectionRefusedError") as caught:
        mail.send(Outgoing(1, "ada@example.org", Posting.POST, Message("x")))
    assert not caught.value.permanent


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, ()),
        ("ada@example.org", ("ada@example.org",)),
        ("Ada <ada@example.org>, ada@example.org", ("ada@example.org",)),
        ("ada@example.org\r\nBcc: x@example.org", ("ada@example.org", "x@example.org")),
        ("@example.org a@b a@-.org ada@example..org <>", ()),
        ('"ada\\"@example.org ada@example.org?bcc=x@y.org', ()),
    ],
)
def test_addresses_are_read_strictly(text: str | None, found: tuple[str, ...]) -> None:
    assert mailboxes(text) == found
