"""Services that hang, drip, flood, lead elsewhere and lie: each call ends, and nothing goes where it should not."""

import socket

import pytest
from pydantic import SecretStr

from jobs.deliver import discourse, mail, reaching, webhook
from jobs.deliver.discourse import DiscourseTopics
from jobs.deliver.github_issues import GithubIssues
from jobs.deliver.mail import Mail
from jobs.github import identities
from jobs.github.identities import Identities
from models.database.engine import Database
from models.messages.message import Message
from models.operating.signing import Signer
from models.outbox.sending import Outgoing, SendError
from models.settings import Settings
from models.tables import Posting
from tests.servers import odd
from tests.servers.odd import Odd, odd_server

NO_LINKS = Signer(SecretStr(""))

SECONDS = 1.0  # that a call may take
CALL = Outgoing(1, "example/solved", Posting.POST, Message("solved does not load"), attempts=2)


def settings(server: Odd) -> Settings:
    return Settings(
        discourse_url=server.url,
        discourse_api_key=SecretStr("site-key"),
        smtp_url=SecretStr(f"smtp://127.0.0.1:{server.port}"),
        smtp_from="pluginwatch@example.com",
        github_api_url=server.url,
        github_token=SecretStr("a-token"),
        _env_file=None,
    )


@pytest.mark.parametrize("mode", odd.ALL)
def test_a_receiver_of_webhooks(mode: str) -> None:
    with odd_server(mode, location="http://169.254.169.254/") as server:
        private = frozenset({"127.0.0.1"})
        if mode in {odd.HANG, odd.DRIP, odd.FLOOD_HEADERS}:
            with pytest.raises(SendError, match="out of reach"):
                webhook.post(server.url, b"{}", {}, private, SECONDS)
        else:
            status, _ = webhook.post(server.url, b"{}", {}, private, SECONDS)
            assert status in {200, 302, 429}
        assert len(server.asked) == 1


@pytest.mark.parametrize("mode", odd.ALL)
def test_a_discourse_site(mode: str) -> None:
    with (
        odd_server(odd.LIE) as elsewhere,
        odd_server(mode, location=f"{elsewhere.url}/t/1.json") as server,
    ):
        topics = DiscourseTopics(settings(server), SECONDS)
        with pytest.raises((SendError, TypeError)):
            topics.send(Outgoing(1, server.url, Posting.POST, CALL.message, attempts=2))
        assert elsewhere.asked == []
        assert server.sent < discourse._MOST_BYTES + odd.MOST_HELD


def test_a_discourse_site_may_lead_on_within_itself_but_not_for_ever() -> None:
    with odd_server(odd.REDIRECT, location="/t/slug/1.json") as server:
        with pytest.raises(SendError, match="in trouble: 302"):
            DiscourseTopics(settings(server)).send(
                Outgoing(1, server.url, Posting.POST, CALL.message, attempts=2)
            )
        assert len(server.asked) == 3


def test_a_discourse_site_that_a_name_puts_within_our_network_is_held_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [(0, 0, 0, "", ("10.0.0.7", 80))]
    monkeypatch.setattr(reaching.socket, "getaddrinfo", lambda *_asked, **_how: found)
    given = settings(Odd(port=9)).model_copy(update={"discourse_url": "http://forum.example"})
    with pytest.raises(SendError, match="private network") as caught:
        DiscourseTopics(given).send(Outgoing(1, given.discourse_url, Posting.POST, CALL.message))
    assert caught.value.gone


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_discourse_site_is_reached_at_the_address_that_was_looked_at(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    """A name server that answers differently the second time gains nothing."""
    answers = iter([[(0, 0, 0, "", ("93.184.215.14", 80))]])
    asked: list[str] = []
    reached: list[tuple[str, int]] = []

    def look_up(host: str, *_more: object, **_how: object) -> object:
        asked.append(host)
        return next(answers)

    def connect(address: tuple[str, int], *_more: object, **_how: object) -> object:
        reached.append(address)
        raise OSError("not from a test")

    monkeypatch.setattr(reaching.socket, "getaddrinfo", look_up)
    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    url = f"{scheme}://rebinding.example:8080"
    given = settings(Odd(port=9)).model_copy(update={"discourse_url": url})
    with pytest.raises(SendError, match="out of reach"):
        DiscourseTopics(given).send(Outgoing(1, url, Posting.POST, CALL.message))
    assert (asked, reached) == (["rebinding.example"], [("93.184.215.14", 8080)])


def test_a_discourse_site_is_told_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the many sites at one address, the one that is meant answers."""
    with odd_server(odd.LIE) as server:
        here = ("127.0.0.1", server.port)
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", here)]
        monkeypatch.setattr(reaching.socket, "getaddrinfo", lambda *_asked, **_how: found)
        url = f"http://forum.example:{server.port}"
        given = settings(server).model_copy(
            update={"discourse_url": url, "webhook_private_hosts": "forum.example"}
        )
        with pytest.raises(SendError):
            DiscourseTopics(given).send(Outgoing(1, url, Posting.POST, CALL.message))
        (request,) = server.asked
        assert f"Host: forum.example:{server.port}".encode() in request.split(b"\r\n")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mode", odd.ALL)
def test_github(database: Database, mode: str) -> None:
    with (
        odd_server(odd.LIE) as elsewhere,
        odd_server(mode, location=f"{elsewhere.url}/user") as server,
    ):
        issues = GithubIssues(database, Identities(settings(server), 1))
        with pytest.raises(
            (SendError, TypeError)
        ):  # the library is surprised by what is no repository
            issues.send(CALL)
        assert elsewhere.asked == []
        assert server.sent < identities._MOST_BYTES + odd.MOST_HELD


@pytest.mark.parametrize("mode", [odd.SMTP_HANG, odd.SMTP_DRIP, odd.SMTP_FLOOD, odd.LIE])
def test_a_mail_server(mode: str) -> None:
    with odd_server(mode) as server:
        with pytest.raises(SendError, match=r"out of reach|refused it with -1"):
            Mail(settings(server), NO_LINKS, SECONDS).send(
                Outgoing(1, "ada@example.org", Posting.POST, CALL.message)
            )
        assert server.sent < mail._MOST_BYTES + odd.MOST_HELD


def test_mail_that_a_server_took_is_sent_however_it_says_goodbye() -> None:
    with odd_server(odd.SMTP_ANSWERS) as server:  # which says 250 to QUIT
        assert (
            Mail(settings(server), NO_LINKS, SECONDS)
            .send(Outgoing(1, "ada@example.org", Posting.POST, CALL.message))
            .startswith("<")
        )


def test_a_date_to_wait_for_is_obeyed() -> None:
    with odd_server(odd.LATER, retry_after="Fri, 31 Dec 2999 23:59:59 GMT") as server:
        with pytest.raises(SendError) as caught:
            DiscourseTopics(settings(server), SECONDS).send(
                Outgoing(1, server.url, Posting.POST, CALL.message)
            )
        assert caught.value.retry_after == 86_400
        assert webhook.post(server.url, b"{}", {}, frozenset({"127.0.0.1"}), SECONDS)[1].endswith(
            "GMT"
        )
