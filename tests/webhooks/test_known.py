"""What may be known by whoever opens a page or reads the JSON: what is public, and nothing else."""

import re
from collections.abc import Iterator

import httpx
import pytest
from sqlmodel import select

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
from tests.webhooks.conftest import serving
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
)


@pytest.fixture
def http(database: Database) -> Iterator[httpx.Client]:
    make_known(database, "slack")
    with serving(database) as address, httpx.Client(base_url=address, timeout=20) as client:
        yield client


def test_pages_and_json_tell_what_is_public(http: httpx.Client) -> None:
    answers = {path: http.get(path, headers={"Accept": "text/html"}) for path in PATHS}
    texts = {path: re.sub(r"(?m)^.*\} 0\.0$", "", answer.text) for path, answer in answers.items()}
    assert {path for path, text in texts.items() if found(text) - {"public"}} == set()
    assert found(answers["/plugins/solved"].text) == {"public"}  # so that the rest could be found
    assert {answer.status_code for answer in answers.values()} <= {200, 403, 404}


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
    with serving(database) as address, httpx.Client(base_url=address, timeout=20) as client:
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
