"""What may be known, by whom and where: a world with something of each kind to know, and the table of who knows it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr
from sqlmodel import Session, select

from models.actions.asking import Asker
from models.database.engine import Database
from models.events import Act
from models.events.silence import RemindersDue, SilenceCheck
from models.operating import heartbeats, hooks
from models.operating.sealing import Sealer
from models.operating.signing import Signer
from models.operating.slots import JobDescription, put_up
from models.outbox.ways_out import DISCOURSE, EMAIL, GITHUB, WEBHOOK, open_channels
from models.people.persons import appoint
from models.record import record
from models.recording.github.news import issue_changed, release_published
from models.recording.settling import settle_within_allowance
from models.recording.telling.announcing import announce
from models.recording.verdicts.changes import Failure, Key
from models.recording.verdicts.hearing import Said, note_verdict
from models.rules.authority import Holder, HolderKind, Role
from models.rules.blame import Pair
from models.rules.care import Deed
from models.rules.people import Actor
from models.rules.privacy import EVERYTHING
from models.rules.routing import Topic
from models.rules.smoke import SmokeJob
from models.rules.sources import JudgingSource
from models.rules.status import Verdict
from models.tables import (
    Announcement,
    Declaration,
    Destination,
    GithubLink,
    Person,
    Plugin,
    RoleGrant,
    Subscription,
)
from tests.asking import Respond
from tests.canaries import FAILED, SERVER, a_canary, a_log, a_run
from tests.digesting import digests_due
from tests.hub import REPOSITORY, a_release, a_repository, an_issue
from tests.models.messages.samples import said
from tests.world import BAD, GOOD, World, make_world, saw

HOME, ELSEWHERE = "200", "299"
PUBLIC_CHANNEL, CLEARED, NOT_CLEARED = "400", "401", "402"
GROUP = "201"
SITES = "https://forum.example.com"
HOOK = "https://machine.example.com/hook"
SIGNER = Signer(
    SecretStr("the key of these tests, which is long enough"), "https://watch.example.com"
)

# By which words it is seen that somebody knows a thing of each kind. All that GitHub tells of the plugins `hidden` and
# `quiet`, whose repositories are private, bears the word hush.
WHATS: dict[str, tuple[str, ...]] = {
    "public": ("nomethoderror",),
    "private plugin": ("hush", "5ec2e7", "tests failing", "tests_failing", "fails its tests"),
    "audit": ("acknowledge incident",),
    "audit of elsewhere": ("claim incident",),
    "artefact": ("run-1/console-log?",),
    "site": (SERVER, "canary.example.com", "client.example.com", "nightly-backup"),
    "address": ("contact@mail.example.com",),
}
INSIDE = frozenset({"public", "site", "address"})
ALL = frozenset(WHATS)


@dataclass(frozen=True)
class Somebody:
    """Who asks, where, whether for all to read, and what of the table they get to know."""

    user: str
    knows: frozenset[str]
    workspace: str = HOME
    channel: str = PUBLIC_CHANNEL
    private: bool | None = False
    for_all: bool = False
    in_group: bool = False

    def asker(self, platform: str) -> Asker:
        """The person as a platform tells of them."""
        groups = frozenset({GROUP}) if self.in_group else frozenset[str]()
        asker = Asker(
            platform,
            self.workspace,
            self.user,
            f"Person {self.user}",
            self.channel,
            "alerts",
            groups,
        )
        return replace(asker, is_private=self.private, for_all=self.for_all)


_GUARDIAN = Somebody("303", ALL)
_MEMBER = Somebody("308", INSIDE | {"audit"})
_IN_CLEARED = replace(_MEMBER, knows=_MEMBER.knows | {"private plugin"})
PEOPLE = {
    "stranger": Somebody("309", frozenset({"public"}), workspace=ELSEWHERE),
    "stranger with a guardian's id": Somebody("303", frozenset({"public"}), workspace=ELSEWHERE),
    "stranger, no workspace": Somebody(
        "303", frozenset({"public"}), workspace="", channel="D1", private=None
    ),
    "stranger in a cleared channel": Somebody(
        "309", frozenset({"public"}), workspace=ELSEWHERE, channel=CLEARED, private=True
    ),
    "member": _MEMBER,
    "member, cleared channel": replace(_IN_CLEARED, channel=CLEARED, private=True),
    "member, private but not cleared": replace(_MEMBER, channel=NOT_CLEARED, private=True),
    "member, for all": replace(_MEMBER, knows=INSIDE, for_all=True),
    "maintainer of it": Somebody("305", _MEMBER.knows | {"private plugin"}),
    "maintainer of it, for all": Somebody("305", INSIDE, for_all=True),
    "maintainer of another": replace(_MEMBER, user="306"),
    "its owner on GitHub": Somebody("307", _MEMBER.knows | {"private plugin"}),
    "guardian": _GUARDIAN,
    "guardian by group": Somebody("304", ALL, in_group=True),
    "guardian, for all": replace(_GUARDIAN, knows=INSIDE, for_all=True),
    "guardian, for all, cleared channel": replace(
        _GUARDIAN, knows=INSIDE | {"private plugin"}, for_all=True, channel=CLEARED, private=True
    ),
    "guardian, for all, private but not cleared": replace(
        _GUARDIAN, knows=INSIDE, for_all=True, channel=NOT_CLEARED, private=True
    ),
    "guardian, for all, platform silent": replace(
        _GUARDIAN, knows=INSIDE, for_all=True, channel=CLEARED, private=None
    ),
    "admin": Somebody("301", ALL),
    "admin, for all": Somebody("301", INSIDE, for_all=True),
}
# Between them they tell all that can be known of each kind.
SHORT = ("log solved", "info solved", "info hidden", "audit", f"canary {SERVER}")
ASKED = (
    *SHORT,
    *(
        "status solved",
        "status hidden",
        "check tests-passed at 3.0.0: hidden, quiet, solved",
        "check tests-passed site client.example.com",
        "deprecated",
        "list hushorg",
        "list broken",
        "failing",
        "silent",
        "jobs",
        "mine",
        "roles",
    ),
    *(
        "log hidden",
        "log quiet",
        "history hidden",
        "issues hidden",
        "audit hidden",
        "canary",
        "following",
        "hidden",
    ),
    *("report hidden", "ack hidden", "filing hidden"),
)

_TOLD = frozenset({"public", "site"})
# Who hears by themself: where a message can go, and what of the table it tells there.
LISTENERS: dict[str, tuple[Destination, frozenset[str]]] = {
    name: (Destination(platform="", workspace=workspace, address=address, name=name, **how), knows)
    for name, workspace, address, how, knows in (
        ("a public channel", HOME, PUBLIC_CHANNEL, {}, _TOLD),
        ("a cleared channel", HOME, CLEARED, {"hears_private": True}, _TOLD | {"private plugin"}),
        ("a private channel, not cleared", HOME, NOT_CLEARED, {}, _TOLD),
        ("a stranger's channel", ELSEWHERE, "490", {"hears_private": True}, {"public"}),
        ("a stranger", ELSEWHERE, "309", {"is_person": True}, {"public"}),
        ("a member", HOME, "308", {"is_person": True}, _TOLD),
        ("a maintainer of it", HOME, "305", {"is_person": True}, _TOLD | {"private plugin"}),
        ("a maintainer of another", HOME, "306", {"is_person": True}, _TOLD),
        (
            "the owner of its repository",
            HOME,
            "307",
            {"is_person": True},
            _TOLD | {"private plugin"},
        ),
        ("a guardian", HOME, "303", {"is_person": True}, _TOLD | {"private plugin"}),
        ("a guardian by group", HOME, "304", {"is_person": True}, _TOLD),
        ("an admin", HOME, "301", {"is_person": True}, _TOLD | {"private plugin"}),
    )
}
# The ways out that have no workspace, by platform.
WAYS_OUT = {
    "local": _TOLD | {"private plugin"},
    EMAIL: {"public"},
    DISCOURSE: {"public"},
    WEBHOOK: {"public"},
    "github, a public repository": {"public"},
    "github, its own repository": {"private plugin"},
}


def make_known(database: Database, platform: str) -> World:
    """A world in which all of it happened, a day ago and in the last hours, and was told to whoever may hear it."""
    world = make_world(
        database, datetime.now(UTC) - timedelta(hours=27), "solved", "filed", "hidden", "quiet"
    )
    with database.write() as session:
        _repositories(session)
        _people(session, platform, world.now)
        _listeners(session, platform)
        heartbeats.create(
            session, "nightly-backup", timedelta(hours=1), timedelta(minutes=1), world.now
        )
        put_up(
            session,
            [JobDescription(SmokeJob(SERVER).name, "daily at 03:15 UTC", timedelta(minutes=11))],
            world.now,
        )
    world.client("client.example.com", "solved")
    _digest(world)
    world.now = datetime.now(UTC) - timedelta(hours=4)
    world.report(*(saw(handle, "p1", GOOD) for handle in ("solved", "filed", "hidden", "quiet")))
    world.report(saw("solved", "p2", BAD))
    world.report(saw("filed", "p2", BAD, "NoMethodError: another one"))
    _github_tells(world)
    world.report(saw("quiet", "p2", BAD, "NoMethodError: a third one"))
    run = a_run(a_canary(world), "run-1", world.now, FAILED, plugins=())
    world.record(run, a_log(run, "nothing to blame"))
    _act(world, Actor(platform, HOME, "303", "Person 303"), Deed.ACKNOWLEDGE, platform)
    _act(world, Actor("elsewhere", "E1", "1", "Far Person"), Deed.CLAIM, "elsewhere")
    world.now = datetime.now(UTC) - timedelta(minutes=30)
    world.record(SilenceCheck())
    world.record(RemindersDue(100))
    _digest(world)
    return world


def _digest(world: World) -> None:
    with world.database.read() as session:
        due = digests_due(session, world.now)
    world.record(due)


def found(text: str) -> frozenset[str]:
    """Which kinds of things the text tells."""
    lowered = text.casefold().replace("\\", "")  # Discord escapes signs
    return frozenset(
        what for what, words in WHATS.items() if any(word in lowered for word in words)
    )


def told(respond: Respond, platform: str, asked: Sequence[str]) -> dict[str, frozenset[str]]:
    """What each person gets to know by asking all of this."""
    return {
        name: asks(respond, somebody.asker(platform), asked) for name, somebody in PEOPLE.items()
    }


def announced(database: Database) -> dict[str, frozenset[str]]:
    """What each destination was told by itself, by its name, or by its platform where that is no chat."""
    texts: dict[str, list[str]] = {}
    with database.read() as session:
        for row, to in session.exec(select(Announcement, Destination).join(Destination)):
            name = to.name if to.name in LISTENERS else to.platform
            if to.platform == GITHUB:
                name = (
                    "github, its own repository"
                    if "hush" in to.address
                    else "github, a public repository"
                )
            texts.setdefault(name, []).append(row.message)
    return {name: found("\n".join(said)) for name, said in texts.items()}


def as_markdown(knows: dict[str, frozenset[str]]) -> str:
    """The table for people to read."""
    lines = [f"| | {' | '.join(WHATS)} |", f"|---|{'---|' * len(WHATS)}"]
    for name, each in knows.items():
        cells = " | ".join("yes" if what in each else "—" for what in WHATS)
        lines.append(f"| {name} | {cells} |")
    return "\n".join(lines)


def asks(respond: Respond, asker: Asker, asked: Sequence[str] = ASKED) -> frozenset[str]:
    """What somebody gets to know by asking all of this, or all that can be asked."""
    # What a question holds itself is no answer.
    return frozenset().union(
        *(found(said(respond(text, asker)).replace("hushorg", "")) for text in asked)
    )


def _repositories(session: Session) -> None:
    plugins = {plugin.handle: plugin for plugin in session.exec(select(Plugin))}
    for number, handle in enumerate(("hidden", "quiet")):
        name = f"hushorg/hush-{handle}"
        plugins[handle].sqlmodel_update(
            {
                "repository": name,
                "repository_key": name,
                "repository_id": REPOSITORY + number,
                "authors": "Hush Author",
                "about": "Hush purpose",
                "url": "https://hush.example.com",
                "contact_emails": "hush@mail.example.com",
                "compatibility": "3.1.0: hush-tag",
                "docs_url": "https://docs.hush.example.com",
                "support_url": "https://support.hush.example.com",
                "test_host": "hush-ci",
                "maintainers": ["hush-ada"],
                "edited": {"about": "Hush purpose of before"},
            }
        )
        session.add(a_repository(github_id=REPOSITORY + number, full_name=name, private=True))
    for fact, other in (("needs", None), ("conflicts", plugins["solved"].id)):
        declared = Declaration(
            plugin_id=plugins["hidden"].id or 0,
            fact=fact,
            other_id=other,
            versions=">=3.5",
            reason="Hush declared",
            declared_at=plugins["hidden"].created_at,
        )
        session.add(declared)
    plugins["hidden"].files_issues = plugins["filed"].files_issues = True
    plugins["solved"].contact_emails = "contact@mail.example.com"
    for number, handle in enumerate(("solved", "filed"), 2):
        plugins[handle].repository_id = REPOSITORY + number
        session.add(a_repository(handle, REPOSITORY + number))


def _people(session: Session, platform: str, now: datetime) -> None:
    appoint(session, [Holder(platform, HOME, HolderKind.USER, "301"), _FAR], now)
    ids = {plugin.handle: plugin.id for plugin in session.exec(select(Plugin))}
    roles = (
        (HolderKind.USER, "303", Role.GUARDIAN, None),
        (HolderKind.GROUP, GROUP, Role.GUARDIAN, None),
        (HolderKind.USER, "305", Role.MAINTAINER, ids["hidden"]),
        (HolderKind.USER, "306", Role.MAINTAINER, ids["solved"]),
    )
    session.add_all(
        RoleGrant(
            platform=platform,
            workspace=HOME,
            kind=kind,
            holder=holder,
            role=role,
            plugin_id=plugin_id,
            granted_at=now,
        )
        for kind, holder, role, plugin_id in roles
    )
    owner = Person(platform=platform, workspace=HOME, user="307", name="Person 307", seen_at=now)
    place = Destination(platform="test", address="307", name="nowhere", is_person=True)
    session.add_all((owner, place))
    session.flush()
    session.add(
        GithubLink(
            person_id=owner.id or 0,
            destination_id=place.id or 0,
            login="HushOrg",
            login_key="hushorg",
            code_until=now,
            verified_at=now,
        )
    )


_FAR = Holder("elsewhere", "E1", HolderKind.USER, "1")


def _listeners(session: Session, platform: str) -> None:
    open_channels(session, (GITHUB, EMAIL, DISCOURSE, WEBHOOK), SITES)
    hooks.add(session, Sealer(SecretStr("s" * 32)), HOOK, "machine", [], {"machine.example.com"})
    rows = [
        Destination(**{**row.model_dump(), "platform": platform, "id": None})
        for row, _ in LISTENERS.values()
    ]
    session.add_all(rows)
    session.flush()
    session.add_all(Subscription(destination_id=row.id or 0, topics=list(Topic)) for row in rows)
    for wish in session.exec(select(Subscription)).all():
        wish.topics = list(Topic)


def _github_tells(world: World) -> None:
    """Its CI fails, it has a release and an issue, and each has the word."""
    world.now += timedelta(minutes=1)
    failure = Failure("hush", "Hush: it said", "hush/trace.rb:1", "Hush Workflow", "actions/runs/5")
    with world.database.write() as session:
        for handle in ("hidden", "quiet"):
            plugin_id = session.exec(select(Plugin.id).where(Plugin.handle == handle)).one() or 0
            key, pair = Key(plugin_id, "main", "tests-passed"), Pair("5ec2e7" * 3, "")
            change = note_verdict(
                session,
                Said(key, JudgingSource.TESTS, Verdict.TESTS_FAILING, pair, world.now, failure),
            )
            announce(
                session,
                settle_within_allowance(session, [change] if change else [], world.now),
                world.now,
            )
        release, issue = a_release("v-hush", world.now), an_issue(1, world.now, title="Hush issue")
        session.add_all((release, issue))
        session.flush()
        release_published(session, release, world.now)
        issue_changed(session, None, issue, world.now)


def _act(world: World, actor: Actor, deed: Deed, platform: str) -> None:
    world.now += timedelta(minutes=1)
    with world.database.write() as session:
        (outcome,) = record(session, [Act(actor, deed, "solved", allowed=EVERYTHING)], world.now)
    assert outcome.number == 1, (platform, outcome.answer)
