"""Canary servers have pages by their names; every site is shown to guardians alone, by a link of their own."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from sqlmodel import select

from models.actions.responding import Responder
from models.operating import keys
from models.people.persons import appoint
from models.queries.servers import server_named, site_lines
from models.queries.watched import watched_of
from models.rules.authority import Holder, HolderKind
from models.rules.domains import tells_where
from models.rules.kinds import KeyKind
from models.rules.people import Actor
from models.rules.watched import WatchedKind
from models.tables import Plugin, RoleGrant, WatchedSource
from tests.asking import DICTIONARY, Asker
from tests.canaries import FAILED, SERVER, a_canary, a_run
from tests.webhooks.conftest import ON_ONE, PUBLIC_URL, SIGNER, Door, line, report

DOMAIN = "canary.example.com"
GUARDIAN = Actor("slack", "T1", "U1", "Gil")
ASKER = Asker("slack", "T1", "U1", "Gil", "C1")


def _page(door: Door, path: str, status: int = 200) -> str:
    answer = door.http.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


def _reported(door: Door) -> None:
    lines = (line("solved", 2, sha="dead1", message="Boom"), line("voting"))
    door.post("/status", report(*lines, domain=DOMAIN))


def _appoint(door: Door, *holders: Holder) -> None:
    with door.world.database.write() as session:
        appoint(session, holders, datetime.now(UTC))


def _link(door: Door, asker: Asker = ASKER) -> str:
    """The path that `/plugin sites` leads to; empty where it leads nowhere."""
    responder = Responder(door.world.database, DICTIONARY, SIGNER)
    said = responder.answer(DICTIONARY.typed("sites").read, asker, datetime.now(UTC))
    found = [address for block in said for _, address in getattr(block, "links", ())]
    assert all(each.startswith(f"{PUBLIC_URL}/sites?") for each in found)
    return found[0].removeprefix(PUBLIC_URL) if found else ""


def test_a_server_is_shown_by_its_name_and_never_by_its_domain(door: Door) -> None:
    _reported(door)
    page = _page(door, "/servers/Canary-1")
    assert DOMAIN not in page
    assert "✗ incompatible" in page
    assert "✓ compatible" in page
    assert "2 plugins, of which 1 fails there." in page
    assert "1 of the master list" in page
    assert page.partition('id="lacks"')[2].count("/plugins/chat-extra") == 1
    assert 'href="/servers/canary-1"' in _page(door, "/")
    assert DOMAIN not in _page(door, "/")


@ON_ONE
def test_silence_and_what_was_removed_are_no_verdicts(door: Door) -> None:
    _reported(door)
    with door.world.database.write() as session:
        voting = session.exec(select(Plugin).where(Plugin.handle == "voting")).one()
        voting.removed_at = door.world.now
    for days, said, failing in ((0, "incompatible", 1), (4, "unknown", 0)):
        then = datetime.now(UTC) + timedelta(days=days)
        with door.world.database.read() as session:
            found = server_named(session, "canary-1", then, inside=False)
            lines, _ = site_lines(session, 9, now=then)
        assert found
        (guard,) = found.guards
        assert [(each.handle, str(each.said)) for each in guard.plugins] == [("solved", said)]
        assert guard.failing == lines[0].failing == failing


@ON_ONE
def test_a_page_reads_no_other_source(door: Door) -> None:
    now = door.world.now
    guard = (WatchedKind.GUARD, DOMAIN)
    sources = (guard, (WatchedKind.GUARD, "canary-1"), (WatchedKind.SITE, "forum.example.com"))
    with door.world.database.write() as session:
        session.add_all(WatchedSource(kind=k, name=n, since=now, due_at=now) for k, n in sources)
    with door.world.database.read() as session:
        found = watched_of(session, {guard, (WatchedKind.CANARY, "canary-1")})
    assert set(found) == {guard}


@ON_ONE
def test_a_name_that_is_a_domain_is_not_found(door: Door) -> None:
    door.world.record(a_run(a_canary(door.world), "r1", door.world.now, FAILED))
    for name in (SERVER, DOMAIN, "nobody", "%2e%2e/x", quote('"><script>')):
        page = _page(door, f"/servers/{name}", 404)
        assert "No canary server is called" in page
        assert "<script>" not in page
    assert SERVER not in _page(door, "/")


@pytest.mark.parametrize(
    ("name", "tells"),
    [
        ("tests-passed", False),
        ("canary 3.5", False),
        ("canary-3.5", False),
        ("3.5", False),
        ("v3.5.0.beta2-dev", False),
        ("canary-3.5.0.rc1", False),
        ("nightly: 12 o'clock", False),
        ("stable.example.com", True),
        ("10.0.0.1", True),
        ("https://x.example", True),
        ("forum.exämple.org", True),
        ("forum.example.com:8443", True),
        ("10.0.0.5:8080", True),
        ("canary (forum.example.com)", True),
        ("canary on forum.example.com.", True),
        ("forum.example.com/canary", True),
        ("ci@forum.example.com", True),
        ("canary 10.0.0.5 (3.5)", True),
        ("[2001:db8::1]:8443", True),
        ("at ::1", True),
        ("forum\u3002example\u3002com", True),
    ],
)
def test_which_names_tell_where(name: str, tells: bool) -> None:
    assert tells_where(name) is tells


def test_long_names_take_no_time() -> None:
    assert not tells_where("x" * 500_000)
    assert tells_where("x." * 250_000)
    assert tells_where("x-" * 250_000 + ".example")


@ON_ONE
def test_runs_and_silence_are_shown(door: Door) -> None:
    door.world.record(
        a_run(a_canary(door.world, "stable"), "r1", door.world.now, FAILED, server="stable")
    )
    page = _page(door, "/servers/stable")
    assert "✗ failed" in page
    assert "Timeout 100000ms exceeded" not in page  # what a step says may tell where the server is
    assert "5 min" in page


def test_a_guardian_sees_every_site(door: Door) -> None:
    _reported(door)
    key = door.make_key(KeyKind.USER, "forum.example.org", "forum.example.org")
    door.post(
        "/user/register",
        {"plugins": ["solved"], "domain": "forum.example.org"},
        key,
        "User-Api-Key",
    )
    _appoint(door, Holder("slack", "T1", HolderKind.USER, "U1"))
    path = _link(door)
    answer = door.http.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert DOMAIN in answer.text
    assert "forum.example.org" in answer.text
    assert "Shown to <bdi>Gil</bdi>" in answer.text
    server = path.replace("/sites?", "/servers/canary-1?")
    assert DOMAIN in _page(door, server)
    assert server.replace("&", "&amp;") in answer.text


@ON_ONE
def test_the_link_ends_with_the_role_and_after_an_hour(door: Door) -> None:
    group = Holder("slack", "T1", HolderKind.GROUP, "S1")
    _appoint(door, group)
    in_group = Asker("slack", "T1", "U1", "Gil", "C1", groups=frozenset({"S1"}))
    assert not _link(door)  # by themselves they are nobody
    path = _link(door, in_group)
    assert "No site has reported yet." in _page(door, path)
    with door.world.database.write() as session:
        session.delete(session.exec(select(RoleGrant)).one())
    assert "no guardian any more" in _page(door, path, 403)
    old = SIGNER.person_token(GUARDIAN, datetime.now(UTC) - timedelta(minutes=61))
    assert "worked for an hour" in _page(door, f"/sites?token={quote(old)}", 410)


@ON_ONE
def test_the_link_of_a_robot_ends_with_its_key(door: Door) -> None:
    _appoint(door, Holder("api", "api", HolderKind.USER, "ci"))
    path = f"/sites?token={quote(SIGNER.person_token(Actor('api', 'api', 'ci', 'ci'), datetime.now(UTC)))}"
    assert "no guardian any more" in _page(door, path, 403)
    key = door.make_key(KeyKind.ROBOT, "ci")
    assert "No site has reported yet." in _page(door, path)
    with door.world.database.write() as session:
        made = keys.find(session, key)
        assert made
        keys.revoke(session, str(made.id), datetime.now(UTC))
    assert "no guardian any more" in _page(door, path, 403)


@ON_ONE
def test_nobody_makes_a_link_by_hand(door: Door) -> None:
    _appoint(door, Holder("slack", "T1", HolderKind.USER, "U1"))
    now = datetime.now(UTC)
    token = SIGNER.person_token(Actor("slack", "T1", "U2", "Eve"), now)
    another = base64.urlsafe_b64encode(b'["slack","T1","U1","Eve"]').decode()
    forged = f"{another}.{token.partition('.')[2]}"
    for each in (
        "",
        "x",
        "..",
        token[:-1],
        forged,
        "%00",
        "\u00e4.\u00e4",
        SIGNER.site_token(1, now),
    ):
        page = door.http.get("/sites", params={"token": each})
        assert page.status_code == 403, each
        assert door.http.get("/servers/canary-1", params={"token": each or "x"}).status_code == 403
    assert door.http.get("/sites", params={"token": token}).status_code == 403


@ON_ONE
def test_where_others_read_there_is_no_link(door: Door) -> None:
    _appoint(door, Holder("slack", "T1", HolderKind.USER, "U1"))
    assert not _link(door, Asker("slack", "T1", "U1", "Gil", "C1", for_all=True))
    assert not _link(door, Asker("slack", "T1", "U2", "Ned", "C1"))
