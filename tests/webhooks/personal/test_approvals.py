"""A site's admin asks for a key as on Discourse: proves the domain, and is sent back with the encrypted key."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest
from sqlmodel import Session, col, func, select

from jobs.domain_proofs import look_at_domains
from models.database.engine import Database
from models.events.key_requests import FileSeen, FileWanted, KeyAsked, KeyTaken
from models.rules.key_requests import (
    MOST_OPEN,
    MOST_OPEN_OF_DOMAIN,
    PROOF_LIFE,
    REQUEST_LIFE,
    AskedKey,
    code_of,
    token_digest,
)
from models.rules.people import Actor
from models.settings import Settings
from models.tables import ApiKey, KeyRequest
from tests.asking import event
from tests.servers.requester import PEM, Requester, requesting
from tests.staff import GUARDIAN, MAINTAINER, STRANGER, answer, staffed
from tests.waiting import LONG
from tests.webhooks.conftest import ON_ONE, Door, line, report, serving
from tests.world import World, make_world

HERE = "127.0.0.1"
SETTINGS = Settings(webhook_private_hosts=HERE)
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def forum() -> Iterator[Requester]:
    with requesting() as asker:
        yield asker


@pytest.fixture
def door(database: Database, forum: Requester) -> Iterator[Door]:
    forum.text, forum.status, forum.looked_at = "", 200, 0
    world = make_world(database, datetime.now(UTC), "solved")
    with (
        serving(database, private_hosts=frozenset({HERE})) as address,
        httpx.Client(base_url=address, timeout=LONG, verify=False) as http,
    ):
        yield Door(http, world, "")


def asked(door: Door, forum: Requester, **changed: str) -> str:
    """The page of a request that was just made."""
    made = door.http.post("/user-api-key/new", data=forum.fields | changed)
    assert made.status_code == 303, made.text
    return made.headers["Location"]


def code_on(door: Door, page: str) -> str:
    codes = re.findall("pluginwatch-[0-9a-f]{16}", door.http.get(page).text)
    assert len(set(codes)) == 1
    return str(codes[0])


def proven(door: Door, forum: Requester) -> str:
    """The page of a request whose file was found."""
    page = asked(door, forum)
    forum.text = f"{code_on(door, page)}\n"
    door.http.post(f"{page}/file")
    look_at_domains(door.world.database, SETTINGS)
    return page


def requests(door: Door) -> list[KeyRequest]:
    with door.world.database.read() as session:
        return list(session.exec(select(KeyRequest).order_by(col(KeyRequest.id))))


def valid_keys(door: Door) -> list[ApiKey]:
    with door.world.database.read() as session:
        found = select(ApiKey).where(col(ApiKey.by_approval), col(ApiKey.revoked_at).is_(None))
        return list(session.exec(found))


def change(door: Door, how: Callable[[Session, KeyRequest], None]) -> None:
    with door.world.database.write() as session:
        how(session, session.exec(select(KeyRequest)).one())


def test_from_the_site_and_back_with_a_key_that_reports(door: Door, forum: Requester) -> None:
    shown = door.http.get(forum.question)
    assert shown.status_code == 200
    assert "127.0.0.1 asks for a key" in shown.text
    assert "Forum &lt;b&gt;of&lt;/b&gt; examples" in shown.text
    assert requests(door) == []  # looking stores nothing
    page = asked(door, forum)
    forum.text = f"{code_on(door, page)}\n"
    assert door.http.post(f"{page}/file").status_code == 303
    waiting = door.http.get(page)
    assert "looked for now" in waiting.text
    assert waiting.headers["Refresh"] == "5"
    look_at_domains(door.world.database, SETTINGS)
    done = door.http.get(page)
    assert "The file was found" in done.text
    assert done.headers["Cache-Control"] == "private, no-store"
    assert f"form-action 'self' {forum.origin};" in done.headers["Content-Security-Policy"]
    assert valid_keys(door) == []  # there is no key before somebody takes it
    sent_back = door.http.post(f"{page}/key")
    said = forum.read(sent_back.headers["Location"])
    assert sent_back.status_code == 303
    assert (said["push"], said["api"]) == (False, 4)
    headers = {"User-Api-Key": said["key"]}
    valid = door.http.get("/plugin-manager/status/validate-key.json", headers=headers)
    assert valid.json() == {"success": "OK"}
    body = {"plugins": ["solved"], "domain": HERE}
    registered = door.post("/user/register", body, said["key"], "User-Api-Key").json()
    assert registered["plugins"] == ["solved"]
    heard = door.post("/status", report(line("solved"), domain=HERE), said["key"], "User-Api-Key")
    assert heard.json()["updated"] == ["solved"]
    other = {"plugins": ["solved"], "domain": "other.example.com"}
    assert door.post("/user/register", other, said["key"], "User-Api-Key").status_code >= 400
    # Nothing of the key is stored but its digest and what the site alone can read.
    (row,) = requests(door)
    stored = repr([*valid_keys(door), row])
    assert said["key"] not in stored
    assert page.rpartition("/")[2] not in stored


def test_pressing_again_sends_the_same_key_and_makes_none(door: Door, forum: Requester) -> None:
    page = proven(door, forum)
    first, again = (door.http.post(f"{page}/key").headers["Location"] for _ in range(2))
    assert again == first
    assert len(valid_keys(door)) == 1


def test_a_key_ends_the_one_before(door: Door, forum: Requester) -> None:
    old = forum.read(door.http.post(f"{proven(door, forum)}/key").headers["Location"])["key"]
    new = forum.read(door.http.post(f"{proven(door, forum)}/key").headers["Location"])["key"]
    for key, status in ((old, 400), (new, 200)):
        headers = {"User-Api-Key": key}
        answered = door.http.get("/plugin-manager/status/validate-key", headers=headers)
        assert answered.status_code == status


@ON_ONE
@pytest.mark.parametrize(
    ("status", "text", "trouble"),
    [
        (200, "pluginwatch-0123456789abcdef", "it does not hold the line"),
        (200, "", "it does not hold the line"),
        (404, "", "the answer is 404, not 200"),
        (302, "{code}", "the answer is 302, not 200"),
        (200, "x" * 5_000 + "{code}", "it cannot be read over the internet"),
    ],
)
def test_no_other_file_proves_anything(
    door: Door, forum: Requester, status: int, text: str, trouble: str
) -> None:
    page = asked(door, forum)
    forum.status, forum.text = status, text.replace("{code}", code_on(door, page))
    door.http.post(f"{page}/file")
    look_at_domains(door.world.database, SETTINGS)
    assert f": {trouble}." in door.http.get(page).text
    assert door.http.post(f"{page}/key").headers["Location"] == page
    assert valid_keys(door) == []
    look_at_domains(door.world.database, SETTINGS)
    assert forum.looked_at == 1  # nobody asked for a second look
    forum.status, forum.text = 200, code_on(door, page)
    door.http.post(f"{page}/file")
    look_at_domains(door.world.database, SETTINGS)
    assert "The file was found" in door.http.get(page).text


@ON_ONE
def test_a_private_network_is_not_looked_into(door: Door, forum: Requester) -> None:
    page = asked(door, forum)
    forum.text = code_on(door, page)
    door.http.post(f"{page}/file")
    look_at_domains(door.world.database, Settings())
    assert "it cannot be read over the internet" in door.http.get(page).text
    assert forum.looked_at == 0


def test_a_request_and_a_proof_are_over_in_time(door: Door, forum: Requester) -> None:
    page = asked(door, forum)

    def long_ago(_session: Session, row: KeyRequest) -> None:
        row.asked_at -= REQUEST_LIFE

    change(door, long_ago)
    for answered in (door.http.get(page), door.http.post(f"{page}/file")):
        assert answered.status_code == 404
        assert "this request is over, or was never made" in answered.text
    page = proven_alone(door, forum)

    def an_hour_ago(_session: Session, row: KeyRequest) -> None:
        assert row.proven_at is not None
        row.proven_at -= PROOF_LIFE

    change(door, an_hour_ago)
    assert door.http.post(f"{page}/key").status_code == 404
    assert valid_keys(door) == []


def proven_alone(door: Door, forum: Requester) -> str:
    change(door, lambda session, row: session.delete(row))
    return proven(door, forum)


def test_who_does_not_know_the_token_finds_nothing(door: Door, forum: Requester) -> None:
    proven(door, forum)
    (row,) = requests(door)
    for guess in ("x", "1", row.token_sha256, "%00", "%ED%A0%BD"):
        for answered in (
            door.http.get(f"/user-api-key/requests/{guess}"),
            door.http.post(f"/user-api-key/requests/{guess}/key"),
        ):
            assert answered.status_code == 404, guess
    assert valid_keys(door) == []


@ON_ONE
@pytest.mark.parametrize("actor", [GUARDIAN, MAINTAINER, STRANGER])
def test_a_guardian_vouches_in_chat(door: Door, forum: Requester, actor: Actor) -> None:
    people = staffed(door.world)
    page = asked(door, forum)
    typed = re.findall(r"/plugin (approve \S+ pluginwatch-[0-9a-f]+)", door.http.get(page).text)
    door.world.now = datetime.now(UTC)
    wish = event(typed[0])
    asker = type(wish)(actor, *typed[0].split()[1:])
    (outcome,) = door.world.record(asker)
    may = actor is GUARDIAN
    assert (answer(outcome).title == "127.0.0.1 may have its key") is may
    assert ("Gil</bdi> vouched for it" in door.http.get(page).text) is may
    assert bool(valid_keys(door)) is False
    assert "payload=" in door.http.post(f"{page}/key").headers["Location"] or not may
    assert bool(valid_keys(door)) is may
    entry = people.audited()[-1]
    assert (entry.action, entry.words) == ("approve", "approve a key for 127.0.0.1")
    assert entry.outcome == ("done" if may else "denied")


def test_a_guardian_names_the_very_request(door: Door, forum: Requester) -> None:
    staffed(door.world)
    page = asked(door, forum)
    code = code_on(door, page)
    wish = type(event(f"approve {HERE} {code}"))
    for domain, other in ((HERE, "pluginwatch-0123456789abcdef"), ("a.example.com", code)):
        (outcome,) = door.world.record(wish(GUARDIAN, domain, other))
        assert answer(outcome).title == f"No request of {domain} has this code"
    said = [answer(door.world.record(wish(GUARDIAN, HERE, code))[0]).title for _ in range(2)]
    assert said == ["127.0.0.1 may have its key", "127.0.0.1 is proven already"]


def an_asked(domain: str) -> AskedKey:
    return AskedKey(domain, f"https://{domain}/back", PEM, "n" * 32, "Forum")


def test_what_strangers_leave_is_bounded(database: Database, now: datetime) -> None:
    world = make_world(database, now)
    some = [
        KeyAsked(f"t{n}", an_asked("forum.example.com")) for n in range(MOST_OPEN_OF_DOMAIN + 2)
    ]
    world.record(*some)
    with database.write() as session:
        rows = session.exec(select(KeyRequest).order_by(col(KeyRequest.id))).all()
        assert [row.token_sha256 for row in rows] == [token_digest(each.token) for each in some[2:]]
        session.add_all(_another(rows[0], n) for n in range(MOST_OPEN))
    world.record(KeyAsked("last", an_asked("last.example.com")))
    with database.read() as session:
        assert session.exec(select(func.count()).select_from(KeyRequest)).one() == MOST_OPEN
    world.now += REQUEST_LIFE + PROOF_LIFE
    world.record(KeyAsked("later", an_asked("later.example.com")))
    with database.read() as session:
        assert [row.domain for row in session.exec(select(KeyRequest))] == ["later.example.com"]


def _another(row: KeyRequest, number: int) -> KeyRequest:
    told = row.model_dump(exclude={"id"}) | {
        "token_sha256": token_digest(f"other {number}"),
        "domain": f"{number}.example.com",
    }
    return KeyRequest(**told)


def test_one_domain_makes_no_crowd_of_sites(database: Database, now: datetime) -> None:
    """Three sites that fail alike are evidence, and whoever has a domain can make any number of names below it."""
    world = make_world(database, now)
    tokens = ["a", "b", "c"]
    for token in tokens:
        world.record(KeyAsked(token, an_asked(f"{token}.example.com")), FileWanted(token))
    for number, token in enumerate(tokens, 1):
        world.record(FileSeen(number, code_of(token)))
    for token in tokens:
        world.record(KeyTaken(token))
    assert domains(world) == ["a.example.com", "b.example.com"]
    with database.read() as session:
        third = session.get_one(KeyRequest, 3)
        assert third.proven_at is None
        assert third.trouble.startswith("2 other sites of example.com have keys already")
    staffed(world)
    wish = type(event("approve x y"))
    world.record(wish(GUARDIAN, "c.example.com", code_of("c")), KeyTaken("c"))
    assert domains(world) == ["a.example.com", "b.example.com", "c.example.com"]
    world.record(KeyAsked("d", an_asked("elsewhere.example.org")), FileWanted("d"))
    world.record(FileSeen(4, code_of("d")), KeyTaken("d"))
    assert "elsewhere.example.org" in domains(world)


def domains(world: World) -> list[str]:
    with world.database.read() as session:
        found = select(ApiKey).where(col(ApiKey.by_approval)).order_by(col(ApiKey.id))
        return [key.domain or "" for key in session.exec(found)]


@ON_ONE
def test_one_network_asks_ten_times_a_minute(door: Door, forum: Requester) -> None:
    body = forum.fields
    statuses = [
        door.http.post(
            "/user-api-key/new", data=body, headers={"X-Forwarded-For": "198.51.100.7"}
        ).status_code
        for _ in range(12)
    ]
    assert statuses == [303] * 10 + [429] * 2
    asked(door, forum)  # others may go on
    assert len(requests(door)) == MOST_OPEN_OF_DOMAIN


@ON_ONE
def test_what_a_browser_is_told_of_nonsense(door: Door, forum: Requester) -> None:
    for answered in (
        door.http.get("/user-api-key/new"),
        door.http.post("/user-api-key/new", data=forum.fields | {"public_key": "x"}),
        door.http.post("/user-api-key/new", content=b"x" * 20_000, headers={"Content-Type": FORM}),
        door.http.post("/user-api-key/new", json=forum.fields),
    ):
        assert answered.status_code in {400, 413, 415}
        assert "<h1>No key was asked for</h1>" in answered.text
        assert answered.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert requests(door) == []
