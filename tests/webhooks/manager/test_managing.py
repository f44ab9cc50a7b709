"""The master list as staff manage it by the Plugin Manager's interface, spoken to as its clients in Ruby do."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlmodel import col, select
from starlette.applications import Starlette

from models.database.engine import Database
from models.events.master_list import PreviewRead
from models.metadata.header import parse_header
from models.metadata.listing import ListingEntry
from models.queries.plugins import find_plugin, handles
from models.queries.previews import waiting_previews
from models.record import record
from models.recording.github.master_list import import_listing
from models.rules.authority import API, Role
from models.rules.kinds import KeyKind
from models.rules.privacy import EVERYTHING
from models.tables import AuditEntry, RepositoryPreview
from tests.webhooks.conftest import ON_ONE, Door, line, report
from tests.webhooks.interface.test_actions import grant
from tests.webhooks.rack import FORM, nested
from webhooks.access.keys import KeyRing
from webhooks.bodies.receiving import Receiving
from webhooks.manager.managing import Managing

HEADER = "# name: discourse-kanban\n# about: A board of topics\n# version: 1.2\n# authors: Ada\n"
URL = "https://github.com/Example/discourse-kanban"


@pytest.fixture
def staff(door: Door, now: datetime) -> dict[str, str]:
    """The headers of a robot that is a guardian, as Ruby's clients send a key."""
    key = door.make_key(KeyKind.ROBOT, "theme")
    grant(door.world.database, API, API, "theme", Role.GUARDIAN, now)
    return {"Api-Key": key, "Api-Username": "system"}


class Github:
    """What the jobs process does, once somebody wants to see a repository."""

    def __init__(self, database: Database, **seen: Any) -> None:
        self._seen = seen
        self._database = database
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._read)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._over.wait(0.02):
            read_waiting(self._database, **self._seen)


def read_waiting(database: Database, **seen: Any) -> int:
    """Record that GitHub showed this of all that waits; return of how many repositories."""
    now = datetime.now(UTC)
    said = {"header": HEADER, "topics": ("discourse-plugin", "kanban")} | seen
    with database.write() as session:
        found = waiting_previews(session, 5, now)
        record(session, [PreviewRead(number, **said) for number, *_ in found], now)
    return len(found)


@pytest.fixture
def retrieve(door: Door, staff: dict[str, str]) -> Callable[..., httpx.Response]:
    def retrieve(url: str = URL, **seen: Any) -> httpx.Response:
        with Github(door.world.database, **seen):
            return door.http.get(
                "/plugin-manager/plugin/retrieve", params={"url": url}, headers=staff
            )

    return retrieve


def test_a_repository_is_seen_then_saved_with_what_people_say(
    door: Door, staff: dict[str, str], retrieve: Callable[..., httpx.Response]
) -> None:
    seen = retrieve()
    assert seen.status_code == 200, seen.text
    plugin = seen.json()["plugin"]
    assert (plugin["name"], plugin["about"], plugin["authors"], plugin["url"]) == (
        "discourse-kanban",
        "A board of topics",
        "Ada",
        URL,
    )
    assert (plugin["test_host"], plugin["tags"], plugin["contact_emails"]) == (
        "github",
        ["kanban"],
        None,
    )
    with door.world.database.read() as session:
        assert "discourse-kanban" not in handles(session)
    told = plugin | {"maintainers": ["ada", "grace"], "contact_emails": "ada@example.org"}
    saved = door.http.put(
        "/plugin-manager/plugin/discourse-kanban.json",
        content=nested({"plugin": told}),
        headers={**staff, "Content-Type": FORM},
    )
    assert saved.status_code == 200, saved.text
    assert saved.json()["plugin"]["contact_emails"] == "ada@example.org"
    shown = door.get("/plugin/discourse-kanban")["plugin"]
    assert (shown["maintainers"], shown["about"]) == (["ada", "grace"], "A board of topics")
    with door.world.database.read() as session:
        found = find_plugin(session, "discourse-kanban", allowed=EVERYTHING)
        words = [row.words for row in session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))]
    assert found
    assert set(found.edited) == {"maintainers", "contact_emails", "test_host"}
    assert words[0] == "add Example/discourse-kanban"
    assert "edit: discourse-kanban maintainers ada, grace" in words


def test_what_is_saved_holds_until_it_is_sent_empty(door: Door, staff: dict[str, str]) -> None:
    entry = ListingEntry("example/solved", parse_header("# name: solved\n# about: Answers\n"))

    def synchronise() -> None:
        with door.world.database.write() as session:
            import_listing(session, [entry], datetime.now(UTC))

    def save(**fields: Any) -> dict[str, Any]:
        path = "/plugin-manager/plugin/Solved"
        answer = door.http.put(path, json={"plugin": fields}, headers=staff)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()["plugin"]
        return told

    synchronise()
    save(about="Marks an answer", version=1.5, authors=None)
    synchronise()
    shown = door.get("/plugin/solved")["plugin"]
    assert (shown["about"], shown["version"], shown["authors"]) == ("Marks an answer", "1.5", None)
    # What a theme read and sends back as it is becomes no edit.
    save(**shown)
    with door.world.database.read() as session:
        found = find_plugin(session, "solved")
    assert found
    assert found.edited == ("about", "version")
    assert save(about="", version="")["about"] == "Answers"


def test_what_cannot_be_so_is_refused_with_every_reason_and_nothing_is_saved(
    door: Door, staff: dict[str, str]
) -> None:
    sent = {"plugin": {"docs_url": "http://10.0.0.1/", "contact_emails": "nobody", "about": "x"}}
    answer = door.http.put("/plugin-manager/plugin/solved", json=sent, headers=staff)
    assert answer.status_code == 400
    (reason,) = answer.json()["errors"]
    assert "10.0.0.1 is not on the internet" in reason
    assert "“nobody” is no e-mail address" in reason
    for body, words in (
        ({"plugin": {"version": "new"}}, "not a version"),
        ({"plugin": {"tags": [1]}}, "tags must be a text, or a list of texts"),
        ({"about": "x"}, "send the plugin's fields"),
    ):
        answer = door.http.put("/plugin-manager/plugin/solved", json=body, headers=staff)
        assert answer.status_code == 400
        assert words in answer.json()["errors"][0]
    assert door.get("/plugin/solved")["plugin"]["about"] is None
    unknown = door.http.put("/plugin-manager/plugin/nobody", json={"plugin": {}}, headers=staff)
    assert unknown.status_code == 404
    assert "retrieve?url=" in unknown.json()["errors"][0]


@pytest.mark.parametrize(
    ("url", "seen", "words"),
    [
        (URL, {"header": None, "problem": "There is no plugin.rb"}, "There is no plugin.rb"),
        ("example/solved", {}, "solved is on the master list already"),
        ("https://example.com/a/b", {}, "is no repository on GitHub"),
        ("", {}, "url is missing"),
    ],
)  # fmt: skip
@ON_ONE
def test_what_is_no_plugin_or_listed_already_is_refused(
    retrieve: Callable[..., httpx.Response], url: str, seen: dict[str, Any], words: str
) -> None:
    answer = retrieve(url, **seen)
    assert answer.status_code == 400
    assert answer.json()["failed"] == "FAILED"
    assert words in answer.json()["errors"][0]


@ON_ONE
async def test_while_github_is_not_asked_one_is_told_to_ask_again_and_then_has_it_at_once(
    door: Door, staff: dict[str, str], retrieve: Callable[..., httpx.Response]
) -> None:
    database = door.world.database
    with ThreadPoolExecutor(1) as threads:
        hurried = Managing(
            database, KeyRing(database, threads), Receiving(1_000), threads, patience=0
        )
        way = httpx.ASGITransport(Starlette(routes=hurried.routes()))
        async with httpx.AsyncClient(transport=way, base_url="http://test", headers=staff) as http:
            answer = await http.get("/plugin-manager/plugin/retrieve.json", params={"url": URL})
    assert answer.status_code == 503
    assert "see that the jobs process runs" in answer.json()["errors"][0]
    troubled = retrieve(trouble=True)
    assert (troubled.status_code, troubled.headers["retry-after"]) == (503, "5")
    assert troubled.json()["errors"] == ["GitHub did not answer; ask again in a minute"]
    assert retrieve().status_code == 200
    again = door.http.get(f"/plugin-manager/plugin/retrieve.json?url={URL}", headers=staff)
    assert again.status_code == 200
    with database.read() as session:
        assert len(session.exec(select(RepositoryPreview)).all()) == 1


def test_a_plugin_is_deleted_its_incident_ends_and_the_reason_is_kept(
    door: Door, staff: dict[str, str]
) -> None:
    door.post("/status", report(line("solved", 2, message="it broke")))
    path = "/plugin-manager/plugin/solved"
    answer = door.http.delete(path, headers=staff, params={"reason": "Discourse does it now"})
    assert (answer.status_code, answer.json()) == (200, {"success": "OK"})
    (incident,) = door.world.incidents()
    assert incident.closed is not None
    assert "Discourse does it now" in incident.closed
    assert door.http.get(path).status_code == 404
    assert door.http.delete(path, headers=staff).status_code == 404
    assert door.http.delete("/plugin-manager/plugin/voting.json", headers=staff).status_code == 200
    with door.world.database.read() as session:
        words = session.exec(select(AuditEntry.words).order_by(col(AuditEntry.id))).all()
        assert handles(session) == ["chat-extra"]
    assert words == ["remove solved: Discourse does it now", "remove voting: theme deleted it"]


def test_nobody_manages_without_the_role(door: Door) -> None:
    robot = door.make_key(KeyKind.ROBOT, "other")
    user = door.make_key(KeyKind.USER, "Ann", "forum.example.com")
    tries = (
        ("GET", f"/plugin-manager/plugin/retrieve?url={URL}"),
        ("PUT", "/plugin-manager/plugin/solved"),
        ("DELETE", "/plugin-manager/plugin/solved"),
    )
    for method, path in tries:
        for headers, status in (
            ({}, 401),
            ({"Api-Key": "pw_robot_wrong"}, 401),
            ({"Api-Key": door.site_key}, 403),
            ({"User-Api-Key": user}, 403),
            ({"Api-Key": robot}, 403),
            ({"Authorization": f"Bearer {robot}"}, 403),
        ):
            body = {"json": {"plugin": {"about": "x"}}} if method == "PUT" else {}
            answer = door.http.request(method, path, headers=headers, **body)
            assert answer.status_code == status, (method, headers)
            assert answer.json()["failed"] == "FAILED"
    assert door.get("/plugin/solved")["plugin"]["about"] is None
