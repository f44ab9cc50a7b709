"""What may be known by whoever opens a page or reads the JSON: what is public, and nothing else."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from sqlmodel import select
from starlette.routing import compile_path

from models.actions.action import Asked
from models.actions.schemas import path_name
from models.database.engine import Database
from models.operating import keys
from models.rules.authority import API, Role
from models.rules.kinds import KeyKind
from models.tables import Plugin, RoleGrant
from tests.asking import DICTIONARY
from tests.canaries import SERVER
from tests.known import ALL, INSIDE, SHORT, found, make_known
from tests.waiting import LONG
from tests.webhooks.conftest import serving
from tests.webhooks.routing.test_routes import LISTED, OF_ACTIONS
from tests.world import World

HANDLES = ("solved", "filed", "hidden", "quiet")
PATHS = (
    *(
        "/",
        "/jobs",
        "/check?branch=tests-passed&at=3.0.0&plugins=hidden,quiet,solved",
        "/extensions",
        "/?filter=broken",
        "/?page=2",
        "/metrics",
        "/healthz",
        "/readyz",
    ),
    *(f"/plugins/{handle}" for handle in (*HANDLES, "hidde")),
    *(f"/incidents/{number}" for number in range(1, 9)),
    *(f"/outbreaks/{number}" for number in range(1, 4)),
    *(f"/plugin-manager/plugin/{handle}" for handle in HANDLES),
    *(f"/plugin-manager/status/{handle}" for handle in HANDLES),
    *(
        "/plugin-manager/status.json",
        "/plugin-manager/plugin.json",
        "/plugin-manager/plugin?order=status",
    ),
    *(f"/canary/runs/run-1/{kind}" for kind in ("console-log", "screenshot", "trace")),
    *(f"/plugins/{handle}/{made}" for handle in HANDLES for made in ("badge.svg", "feed.atom")),
    "/feed.atom",
    "/tags/hush/feed.atom",
    "/api/v2/status.json",
    "/api/v2/summary.json",
    "/plugins?search=hush",
    "/plugins?broken=1",
    "/history",
    "/history?plugin=hidden",
    *(f"/servers/{name}" for name in (SERVER, "canary.example.com", "client.example.com")),
    "/sites",
    "/site",
    "/site/1",
    "/extensions/hush/page",
    *("/plugin-manager/status/validate-key", "/plugin-manager/status/validate-key.json"),
    *(f"/plugin-manager/plugin/retrieve{dot}?plugin_name=hidden" for dot in ("", ".json")),
    "/plugin-manager/plugin/retrieve?url=https://github.com/hushorg/hush-hidden",
    *(
        f"{within}/users/hushorg/plugins/registered{dot}"
        for within in ("", "/plugin-manager")
        for dot in ("", ".json")
    ),
    "/plugin-manager/status?plugins[][name]=hidden",
    *("/heartbeats/hush", "/heartbeats/hush/fail", "/unsubscribe/hush"),
    *("/user-api-key/new", "/user-api-key/requests/hush"),
    *("/actions", "/openapi.json", "/docs"),
)
# They say what can be asked, with examples in words of this world, and nothing of what there is.
DESCRIPTIONS = {"/actions", "/openapi.json", "/docs"}
# What is asked by programs is tried below.
ACTION = "/actions/{owner}/{name}"


@pytest.fixture
def http(database: Database) -> Iterator[httpx.Client]:
    make_known(database, "slack")
    with serving(database) as address, httpx.Client(base_url=address, timeout=LONG) as client:
        yield client


def test_pages_and_json_tell_what_is_public(http: httpx.Client) -> None:
    answers = {path: http.get(path, headers={"Accept": "text/html"}) for path in PATHS}
    texts = {path: _said(path, answer) for path, answer in answers.items()}
    assert {
        path
        for path, text in texts.items()
        if path not in DESCRIPTIONS and found(text) - {"public"}
    } == set()
    assert {path for path in DESCRIPTIONS if "hush" in texts[path]} == set()
    assert found(answers["/plugins/solved"].text) == {"public"}  # so that the rest could be found
    assert {answer.status_code for answer in answers.values()} <= {200, 308, 400, 401, 403, 404}


def _said(path: str, answer: httpx.Response) -> str:
    """The answer without metrics that count nothing, and without the words that were asked."""
    text = re.sub(r"(?m)^.*\} 0\.0$", "", answer.text)
    for asked in re.findall(r"[\w.]*hush[\w-]*|[\w.]+\.example\.com", path):
        text = text.replace(asked, "")
    return text


def test_every_address_that_can_be_read_is_among_them() -> None:
    read = {path for path, methods in (LISTED | OF_ACTIONS).items() if "GET" in methods} - {ACTION}
    tried = [urlsplit(path).path for path in PATHS]
    regexes = {path: compile_path(path)[0] for path in read}
    assert {
        path for path, regex in regexes.items() if not any(regex.match(each) for each in tried)
    } == set()


def test_sources_are_counted_and_not_named(http: httpx.Client) -> None:
    page, jobs = http.get("/").text, http.get("/jobs").text
    for title in ("Plugin Guards of canary servers", "Browser canaries", "Cron jobs"):
        assert f'scope="row">{title}</th>' in page
    assert "browser canary 1" in jobs
    assert SERVER not in page + jobs
    told = http.get("/plugin-manager/plugin/solved").json()["plugin"]
    assert (told["contact_emails"], told["url"]) == (None, "https://github.com/example/solved")
    hidden = http.get("/plugin-manager/plugin/hidden").json()["plugin"]
    assert [
        hidden.get(name)
        for name in ("url", "authors", "about", "version", "contact_emails", "owner")
    ] == [None] * 6


def test_robots_know_what_their_roles_let_them_know(database: Database) -> None:
    world = make_known(database, "slack")
    keys_of = dict.fromkeys(ROBOTS, "")
    with database.write() as session:
        hidden = session.exec(select(Plugin.id).where(Plugin.handle == "hidden")).one()
        for name, (role, _) in ROBOTS.items():
            if name != "nobody":
                keys_of[name] = keys.create(
                    session, KeyKind.ROBOT, name.replace(" ", "-"), None, world.now
                )
            if role:
                session.add(_grant(name.replace(" ", "-"), role, hidden, world))
    with serving(database) as address, httpx.Client(base_url=address, timeout=LONG) as client:
        for name, (_, knows) in ROBOTS.items():
            told = "".join(_asked(client, text, keys_of[name]) for text in (*SHORT, *MORE))
            assert found(told) == knows, name


# Without a key it is what is public; a robot of no role is a member of a workspace where nobody else acts.
ROBOTS: dict[str, tuple[Role | None, frozenset[str]]] = {
    "nobody": (None, frozenset({"public"})),
    "a robot": (None, INSIDE),
    "its maintainer": (Role.MAINTAINER, INSIDE | {"private plugin"}),
    "a guardian": (Role.GUARDIAN, ALL),
    "an admin": (Role.ADMIN, ALL),
}
MORE = (
    "status hidden",
    "list hushorg",
    "failing",
    "silent",
    "mine",
    "roles",
    "log hidden",
    "issues hidden",
)


def _grant(robot: str, role: Role, plugin_id: int | None, world: World) -> RoleGrant:
    row = RoleGrant(
        platform=API, workspace=API, kind="user", holder=robot, role=role, granted_at=world.now
    )
    row.plugin_id = plugin_id if role is Role.MAINTAINER else None
    return row


def _asked(client: httpx.Client, text: str, key: str) -> str:
    read = DICTIONARY.typed(text).read
    assert isinstance(read, Asked)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    path = f"/actions/core/{path_name(read.action)}"
    # What was asked is no answer.
    return client.get(path, params=dict(read.values), headers=headers).text.replace(
        text.partition(" ")[2] or "-", ""
    )
