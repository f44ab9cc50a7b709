"""Two worlds differ only in what GitHub told of a private plugin: who may not know of it sees no difference.

Words alone (`tests/known.py`) show neither an order, nor a count, nor that something is there.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from pydantic import SecretStr
from sqlmodel import col, or_, select

from models.actions.action import ActionKind
from models.actions.asking import Asker
from models.actions.completion import names
from models.actions.schemas import path_name
from models.database.engine import Database, Session
from models.database.migrate import migrate
from models.operating import hooks
from models.operating.sealing import Sealer
from models.outbox.ways_out import EMAIL, WEBHOOK, open_channels
from models.people.persons import appoint
from models.recording.github.news import issue_changed, release_published
from models.recording.settling import settle_within_allowance
from models.recording.telling.announcing import announce
from models.recording.verdicts.changes import Failure, Key
from models.recording.verdicts.hearing import Said, note_verdict
from models.rules.authority import Holder, HolderKind
from models.rules.blame import Pair
from models.rules.routing import Topic
from models.rules.sources import JudgingSource
from models.rules.status import Verdict
from models.tables import Announcement, Destination, Plugin, Repository, Subscription
from tests.asking import DICTIONARY, responder
from tests.hub import REPOSITORY, a_release, a_repository, an_issue
from tests.waiting import LONG
from tests.webhooks.conftest import serving
from tests.world import BAD, GOOD, World, make_world, saw

HOME, CLEARED, PUBLIC = "200", "401", "400"
HANDLES = ("aaa", "hidden", "solved", "zzz")
# What GitHub tells, each of it a word that somebody may look for.
TOLD = {
    "authors": "Hush Author",
    "about": "Hush purpose",
    "url": "https://hush.example.com",
    "compatibility": "3.1.0: hush-tag",
    "version": "9.9",
    "required_version": "3.5.0",
    "label": "hush label",
    "maintainers": ["hush-ada"],
    "edited": {"about": "Hush before"},
}
NAMES = ("hushorg/hush-hidden", "hush-hidden")
WORDS = ("hush", "archived", "broken", "tests_failing")
MEMBER = Asker("slack", HOME, "308", "Somebody", PUBLIC)
GUARDIAN = Asker("slack", HOME, "301", "Somebody", "D1")
ALOUD = replace(GUARDIAN, channel=PUBLIC, for_all=True)  # where all can read the answer
_SEALER = Sealer(SecretStr("s" * 32))
STRANGER = Asker("slack", "299", "309", "Somebody", "490")
# What changes from one run to the next: the present, and in the metrics all that is not read from the database.
_CHANGING = re.compile(
    r"\d+ (?:second|minute)s? ago"
    r"|(?P<time>\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?)[\d.]*(?:Z|\+00:00| UTC)?"
    r"|(?<=\n)(?!pluginwatch_(?:outbox|incidents|destinations|sources)_)[a-z_]+(?:\{[^}\n]*\})? [\d.e+-]+(?=\n)"
    r"|(?<=_seconds)\{[^}\n]*\} [\d.e+-]+"
)


def lasting(text: str) -> str:
    """The text without what changes. Nothing that is stored is of the last hours."""
    return _CHANGING.sub(_of_long_ago, text)


def _of_long_ago(found: re.Match[str]) -> str:
    at = found["time"]
    if at and datetime.now(UTC) - datetime.fromisoformat(f"{at}+00:00") > timedelta(hours=4):
        return found[0]
    return ""


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Database]]:
    with two_worlds(tmp_path_factory.mktemp("worlds")) as made:
        yield made


@contextmanager
def two_worlds(folder: Path) -> Iterator[tuple[Database, Database]]:
    """The world in which GitHub told, and the one in which it did not."""
    now = datetime.now(UTC)
    with (
        closing(Database(f"sqlite:///{folder}/told.sqlite3")) as told,
        closing(Database(f"sqlite:///{folder}/untold.sqlite3")) as untold,
    ):
        for database in (told, untold):
            migrate(database)
            world = _world(database, now)
            if database is told:
                _tell(world)
        yield told, untold


def _world(database: Database, now: datetime) -> World:
    world = make_world(database, now - timedelta(hours=9), *HANDLES)
    with database.write() as session:
        appoint(session, [Holder("slack", HOME, HolderKind.USER, GUARDIAN.user)], world.now)
        open_channels(session, (EMAIL, WEBHOOK), "")
        for address, is_cleared in ((PUBLIC, False), (CLEARED, True)):
            channel = Destination(
                platform="slack",
                workspace=HOME,
                address=address,
                name="x",
                hears_private=is_cleared,
            )
            session.add(channel)
            session.flush()
            session.add(Subscription(destination_id=channel.id or 0, topics=list(Topic)))
        for name, plugins in (("all", ()), ("one", ("hidden",))):
            hooks.add(session, _SEALER, f"https://{name}.example.com/x", f"hook of {name}", plugins)
        session.add(a_repository("hidden", full_name="x/y", private=True))
        _plugin(session, "hidden").repository_id = REPOSITORY
    world.report(*(saw(handle, "p1", GOOD) for handle in HANDLES))
    world.report(saw("solved", "p2", BAD), saw("hidden", "p2", BAD))
    return world


def _plugin(session: Session, handle: str) -> Plugin:
    return session.exec(select(Plugin).where(Plugin.handle == handle)).one()


def _tell(world: World) -> None:
    """GitHub tells of the repository, its CI fails, and it has a release and an issue."""
    world.now += timedelta(minutes=7)
    failure = Failure("hush", "Hush: it said", "hush/trace.rb:1", "Hush Workflow", "actions/runs/5")
    said = Pair("5ec2e7" * 3, ""), world.now, failure
    with world.database.write() as session:
        hidden = _plugin(session, "hidden")
        hidden.sqlmodel_update({**TOLD, "updated_at": world.now})
        hidden.repository = hidden.repository_key = "hushorg/hush-hidden"
        session.get_one(Repository, REPOSITORY).sqlmodel_update(
            {"full_name": hidden.repository, "default_branch": "hush-main", "archived": True}
        )
        for branch, host in (("main", "tests-passed"), ("hush-branch", "hush-host")):
            key = Key(hidden.id or 0, branch, host)
            change = note_verdict(
                session, Said(key, JudgingSource.TESTS, Verdict.TESTS_FAILING, *said)
            )
            changes = settle_within_allowance(session, [change] if change else [], world.now)
            announce(session, changes, world.now)
        release, issue = a_release("v-hush", world.now), an_issue(1, world.now, title="Hush issue")
        session.add_all((release, issue))
        session.flush()
        release_published(session, release, world.now)
        issue_changed(session, None, issue, world.now)


def _paths() -> Iterator[str]:
    yield from (
        "/",
        "/?order=changed",
        "/plugins",
        "/history",
        "/jobs",
        "/sites",
        "/extensions",
        "/openapi.json",
        "/healthz",
        "/readyz",
        "/metrics",
        "/plugin-manager/status",
        "/api/v2/status.json",
        "/api/v2/summary.json",
        "/feed.atom",
    )
    for order in ("name", "status", "updated_at", "plugin_name", "owner_name"):
        yield f"/plugin-manager/plugin?order={order}"
    for word in map(quote, WORDS):
        yield f"/?filter={word}"
        yield f"/tags/{word}/feed.atom"
        yield f"/plugin-manager/plugin?filter={word}"
        yield f"/plugin-manager/plugin?tags[]={word}"
        yield f"/actions/core/list?filter={word}"
    for name in ("hidden", *NAMES):
        spelt = quote(name, safe="")
        yield from (f"/plugins/{spelt}{more}" for more in ("", "/badge.svg", "/feed.atom"))
        yield from (f"/plugin-manager/{what}/{spelt}" for what in ("plugin", "status"))
        yield f"/plugin-manager/status/{spelt}?branch=hush-branch&discourse_branch=hush-host"
        yield f"/history?plugin={spelt}"
        yield f"/check?branch=tests-passed&at=3.0.0&plugins={spelt}"
        yield from (f"{question}?plugin={spelt}" for question in _questions("plugin"))
    yield from _questions("")
    yield from (f"{question}?branch=hush-host" for question in _questions("branch"))
    yield from (
        f"/{what}/{number}" for what in ("incidents", "outbreaks") for number in range(1, 6)
    )


def _questions(argument: str) -> Iterator[str]:
    """The addresses of the questions that have this argument, or none."""
    for action in DICTIONARY:
        takes = {each.name for each in action.takes}
        if action.kind is ActionKind.QUESTION and (argument in takes or not (argument or takes)):
            yield f"/actions/core/{path_name(action)}"


def _read(database: Database) -> dict[str, str]:
    answers = {}
    with serving(database) as address, httpx.Client(base_url=address, timeout=LONG) as http:
        for number, path in enumerate(_paths()):
            sender = {"X-Forwarded-For": f"198.51.{number // 50}.7"}
            answer = http.get(path, headers=sender)
            answers[path] = f"{answer.status_code} {lasting(answer.text)} {_headers(answer)}"
        for name in ("hidden", "solved", "nobody", *NAMES):
            answer = http.post("/plugin-manager/statistics", json=_statistics(name))
            answers[f"statistics of {name}"] = f"{answer.status_code} {answer.text}"
    return answers


def _headers(answer: httpx.Response) -> list[tuple[str, str]]:
    """All but those that come of what changes in the text."""
    changing = {"date", "etag", "content-length", "x-request-id"}
    return [
        (name, lasting(value)) for name, value in answer.headers.items() if name not in changing
    ]


def _statistics(name: str) -> dict[str, object]:
    host = {"host": "a.example.com", "branch": "stable", "sha": "b"}
    return {"discourse": host, "plugins": [{"name": name, "branch": "main", "sha": "c"}]}


def _asked(asker: Asker) -> Callable[[Database], dict[str, str]]:
    texts = [
        f"{ask} {name}"
        for ask in ("status", "info", "log", "issues")
        for name in ("hidden", "solved", *NAMES)
    ]
    texts += [f"check tests-passed at 3.0.0: {name}" for name in ("hidden", "solved", *NAMES)]
    texts += [
        "failing",
        "failing hush-host",
        "check hush-host: solved",
        "list",
        "list hush",
        "history hidden",
    ]

    def ask(database: Database) -> dict[str, str]:
        respond = responder(database)
        return {text: lasting(repr(respond(text, asker))) for text in texts}

    return ask


def _does(asker: Asker) -> Callable[[Database], dict[str, str]]:
    """What is answered to acts."""
    verbs = ("follow", "unfollow", "ack", "mute", "claim", "filing", "report")
    repository, _ = NAMES
    texts = [f"{verb} {repository}" for verb in verbs]
    texts += [f"remove {name} because it is gone" for name in (repository, "hidden")]

    def do(database: Database) -> dict[str, str]:
        respond = responder(database)
        return {text: lasting(repr(respond(text, asker))) for text in texts}

    return do


def _announced(place: str) -> Callable[[Database], list[str]]:
    """What was announced at this address, or to the hook of this name."""
    here = or_(col(Destination.address) == place, col(Destination.name) == place)

    def told(database: Database) -> list[str]:
        rows = select(Announcement.message).join(Destination).where(here)
        with database.read() as session:
            found = session.exec(rows.order_by(col(Announcement.id)))
            return [lasting(message) for message in found]

    return told


def _completed(database: Database) -> object:
    with database.read() as session:
        return names(session, DICTIONARY)


UNKNOWING: dict[str, Callable[[Database], object]] = {
    "pages, JSON and questions without a key": _read,
    "a member": _asked(MEMBER),
    "a stranger": _asked(STRANGER),
    "a public channel": _announced(PUBLIC),
    "a hook that hears of all": _announced("hook of all"),
    "a hook that hears of this plugin": _announced("hook of one"),
    "whoever types": _completed,
}


@pytest.mark.parametrize("who", UNKNOWING)
def test_who_may_not_know_sees_no_difference(who: str, worlds: tuple[Database, Database]) -> None:
    told, untold = map(UNKNOWING[who], worlds)
    assert told == untold


@pytest.mark.parametrize("who", [_asked(GUARDIAN), _announced(CLEARED)])
def test_who_may_know_sees_it(
    who: Callable[[Database], object], worlds: tuple[Database, Database]
) -> None:
    told, untold = map(who, worlds)
    assert told != untold


def test_where_all_can_read_acts_tell_nothing(tmp_path: Path) -> None:
    with two_worlds(tmp_path) as made:
        told, untold = map(_does(ALOUD), made)
    assert told == untold


def test_to_who_may_know_acts_tell_it(tmp_path: Path) -> None:
    with two_worlds(tmp_path) as made:
        told, untold = map(_does(GUARDIAN), made)
    assert {text for text in told if told[text] == untold[text]} == set()
