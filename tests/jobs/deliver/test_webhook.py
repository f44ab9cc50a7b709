"""Webhooks posted to a receiver on this machine, and to nowhere else within a network."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import select

from jobs.deliver import reaching, webhook
from models.operating import hooks
from models.operating.sealing import SealedElsewhereError, Sealer
from models.outbox.sending import SendError
from models.rules.addresses import is_public
from models.tables import Destination
from tests.jobs.deliver.conftest import Outside
from tests.servers.receiver import Receiver, receiver

PRIVATE = frozenset({"127.0.0.1"})
SECRET = "0123456789abcdef0123456789abcdef"
SEALER = Sealer(SecretStr(SECRET))


@pytest.fixture
def machine(outside: Outside) -> Iterator[Receiver]:
    with receiver() as server:
        outside.settings |= {
            "webhook_signing_secret": SecretStr(SECRET),
            "webhook_private_hosts": "127.0.0.1",
        }
        with outside.database.write() as session:
            hooks.add(session, SEALER, server.url, "ops", (), PRIVATE)
        with outside.delivering():
            pass
        yield server


def is_signed(url: str, headers: dict[str, str], body: bytes) -> bool:
    """As a receiver's library sees it, which knows the secret as it was printed."""
    printed = hooks.shown(hooks.secret_of(SECRET, url))
    key = base64.b64decode(printed.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return headers["webhook-signature"] == f"v1,{expected}"


def test_an_incident_from_broken_to_fixed(outside: Outside, machine: Receiver) -> None:
    outside.breaks()
    outside.recovers()
    outside.deliver()
    bodies = [json.loads(body) for _, _, body in machine.received]
    assert [body["type"] for body in bodies] == ["incident.opened", "incident.resolved"]
    data = bodies[0]["data"]
    assert (data["incident"], data["plugin"]["handle"], data["verdict"]) == (
        1,
        "solved",
        "incompatible",
    )
    assert data["commits"] == {
        "last_good": {"plugin": "a1", "host": "h1"},
        "first_bad": {"plugin": "b1", "host": "h1"},
        "newest": {"plugin": "b1", "host": "h1"},
    }
    assert bodies[1]["data"]["verdict"] == "compatible"
    path, headers, _ = machine.received[0]
    assert (path, headers["host"]) == ("/hook?from=pluginwatch", f"127.0.0.1:{machine.port}")
    assert all(is_signed(machine.url, headers, body) for _, headers, body in machine.received)


@pytest.mark.usefixtures("machine")
def test_what_may_be_bad_luck_is_told_when_a_second_report_says_so(outside: Outside) -> None:
    outside.breaks("a1")
    for _ in range(3):
        outside.world.now += timedelta(days=1)
        outside.recovers("a1")
    assert outside.world.incidents()[0].resolved_at is not None
    assert outside.rows() == []
    outside.world.now += timedelta(days=2)
    outside.breaks("a1")
    assert outside.rows() == []
    outside.world.now += timedelta(days=1)
    outside.breaks("a1")
    (told,) = outside.told("webhook")
    assert told.title == "incident.opened"


def test_what_fails_is_sent_again_under_the_same_id(outside: Outside, machine: Receiver) -> None:
    machine.answers = [
        (500, {}),
        (302, {"Location": "http://127.0.0.1:9/"}),
        (429, {"Retry-After": "1"}),
    ]
    outside.breaks()
    outside.deliver()
    ids = {headers["webhook-id"] for _, headers, _ in machine.received}
    assert (len(machine.received), len(ids)) == (4, 1)
    with outside.database.write() as session:
        assert hooks.redeliver(session, SEALER, "ops", ids.pop(), outside.world.now) == 1
    outside.deliver()
    assert len({headers["webhook-id"] for _, headers, _ in machine.received}) == 1


def test_a_receiver_that_is_gone_is_held_back_and_told_of(
    outside: Outside, machine: Receiver
) -> None:
    machine.answers = [(410, {})]
    outside.breaks()
    outside.deliver()
    with outside.database.read() as session:
        (hook,) = hooks.listing(session)
    assert (hook.parked, hook.waiting) == ("the receiver answers that it is gone", 1)
    outside.deliver()  # a new start tries it again
    assert len(machine.received) == 2


def test_a_hook_hears_only_of_its_plugins(outside: Outside, machine: Receiver) -> None:
    with outside.database.write() as session:
        hooks.remove(session, SEALER, "ops")
        with pytest.raises(hooks.HookRequestError, match="no plugin is called chat"):
            hooks.add(session, SEALER, machine.url, "ops", ["chat"], PRIVATE)
        for url in (
            "ftp://a/",
            "https://[::1",
            "https://a:99999/",
            "https://",
            "https://user:word@a/",
            "https://a/#b",
            "https://ä/",
        ):
            with pytest.raises(hooks.HookRequestError, match="URL"):
                hooks.add(session, SEALER, url, "ops", [])
        hooks.add(session, SEALER, machine.url, "ops", ["solved"], PRIVATE)
        with pytest.raises(hooks.HookRequestError, match="one already"):
            hooks.add(session, SEALER, machine.url, "other", [], PRIVATE)
        assert [hook.plugins for hook in hooks.listing(session)] == [("solved",)]
    outside.breaks()
    outside.deliver()
    assert len(machine.received) == 1


def test_what_lies_within_a_network_is_not_reached(outside: Outside, machine: Receiver) -> None:
    outside.settings["webhook_private_hosts"] = ""
    outside.breaks()
    outside.deliver()
    assert machine.received == []
    with outside.database.read() as session:
        (hook,) = hooks.listing(session)
    assert hook.waiting == 1
    assert "private network" in (hook.parked or "")
    outside.settings["webhook_private_hosts"] = "127.0.0.1"
    outside.deliver()  # a new start tries it again
    assert len(machine.received) == 1


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
        "fd00:ec2::254", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1",
        "2002:7f00:1::", "2001::1", "ff02::1", "::127.0.0.1", "nonsense", "fec0::1", "192.88.99.1", "3fff::1",
        "5f00::1", "100::1", "2001:db8::1", "2001:20::1", "192.0.0.8", "198.51.100.1", "203.0.113.1", "4000::1", "1",
    ],
)  # fmt: skip
def test_no_stranger_leads_us_there(address: str) -> None:
    assert not is_public(address)


WITHIN = [
    "127.0.0.1", "127.1", "0x7f.1", "2130706433", "0177.0.0.1", "[::1]", "[fec0::1]", "10.0.0.1", "169.254.169.254",
    "[::ffff:169.254.169.254]", "[fe80::1]", "localhost", "LOCALHOST", "a.localhost", "db", "printer.local",
    "forum.internal", "nas.home.arpa", "localhost.localdomain", "nas.lan", "wiki.corp", "x.onion",
]  # fmt: skip


def test_a_hook_within_a_network_is_refused_where_it_is_made(
    outside: Outside, subtests: pytest.Subtests
) -> None:
    with outside.database.write() as session:
        for host in WITHIN:
            with (
                subtests.test(host),
                pytest.raises(hooks.HookRequestError, match="WEBHOOK_PRIVATE_HOSTS"),
            ):
                hooks.add(session, SEALER, f"http://{host}/x", "ops", [])
        hooks.add(session, SEALER, "https://hooks.example.com/x", "ops", [])


def test_no_operator_allows_the_machines_own_credentials(outside: Outside) -> None:
    host = "169.254.169.254"
    with outside.database.write() as session, pytest.raises(hooks.HookRequestError):
        hooks.add(session, SEALER, f"http://{host}/x", "ops", [], frozenset({host}))
    with pytest.raises(SendError, match="link-local"):
        webhook.post(f"http://{host}/", b"{}", {}, frozenset({host}))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:800::200e"]
)
def test_the_internet_is_reached(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:7f00:1]/",
    ],
)
def test_no_spelling_of_this_machine_is_reached(url: str) -> None:
    with pytest.raises(SendError, match="private network"):
        webhook.post(url, b"{}", {}, frozenset())


def test_the_address_that_was_looked_at_is_the_one_that_is_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name server that answers differently the second time gains nothing."""
    answers = iter([[(0, 0, 0, "", ("93.184.215.14", 80))]])
    asked: list[str] = []
    monkeypatch.setattr(
        reaching.socket,
        "getaddrinfo",
        lambda host, *_more, **_how: asked.append(host) or next(answers),
    )
    reached: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], *_more: Any, **_how: Any) -> Any:
        reached.append(address)
        raise OSError("not from a test")

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    with pytest.raises(SendError, match="out of reach"):
        webhook.post("http://rebinding.example/", b"{}", {}, frozenset())
    assert (asked, reached) == (["rebinding.example"], [("93.184.215.14", 80)])


def stored(outside: Outside) -> str:
    with outside.database.read() as session:
        return session.exec(
            select(Destination.address).where(Destination.platform == "webhook")
        ).one()


def test_of_a_url_only_the_host_can_be_read(outside: Outside, machine: Receiver) -> None:
    assert stored(outside).startswith(f"http://127.0.0.1:{machine.port}/…#")
    assert "hook" not in stored(outside).partition("#")[0]
    assert "from=" not in stored(outside)
    with outside.database.write() as session:
        (hook,) = hooks.listing(session)
        assert hook.url == f"http://127.0.0.1:{machine.port}/…"
        hooks.remove(session, SEALER, machine.url)
        assert hooks.listing(session) == []


def test_what_an_older_version_stored_is_sealed_at_the_start(
    outside: Outside, machine: Receiver
) -> None:
    with outside.database.write() as session:
        session.exec(
            select(Destination).where(Destination.platform == "webhook")
        ).one().address = machine.url
        assert hooks.listing(session)[0].url == f"http://127.0.0.1:{machine.port}/…"
    outside.breaks()
    outside.deliver()
    assert "hook" not in stored(outside).partition("#")[0]
    assert SEALER.opened(stored(outside)) == machine.url
    assert len(machine.received) == 1


def test_another_secret_is_told(outside: Outside, machine: Receiver) -> None:
    outside.settings["webhook_signing_secret"] = SecretStr(SECRET[::-1])
    outside.breaks()
    outside.deliver()
    assert machine.received == []
    with outside.database.read() as session:
        (hook,) = hooks.listing(session)
    assert "stored with another WEBHOOK_SIGNING_SECRET" in (hook.parked or hook.last_error or "")
    with pytest.raises(SealedElsewhereError):
        Sealer(SecretStr("")).opened(stored(outside))
