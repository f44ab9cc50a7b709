"""Who may do what: the people, what they try, and what is expected of each try. On any platform."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.actions.asking import Asker
from models.database.engine import Database
from models.operating.slots import JobDescription, put_up
from models.people.persons import appoint
from models.rules.authority import Holder, HolderKind
from models.rules.smoke import SmokeJob
from models.tables import Destination, GithubLink, Person, Plugin
from tests.asking import Respond
from tests.world import BAD, make_world, saw

HOME, ELSEWHERE = "200", "299"
GROUP = "201"

DENIED = "You may not do that here"
NOT_ADMITTED = "That is shown only in workspaces that are admitted"


@dataclass(frozen=True)
class Somebody:
    """A person by the platform's ids, and what they may try with success beyond what everyone may."""

    user: str
    may: frozenset[str] = frozenset()
    workspace: str = HOME
    in_group: bool = False

    def asker(self, platform: str) -> Asker:
        """The person as a platform tells of them."""
        groups = frozenset({GROUP}) if self.in_group else frozenset[str]()
        return Asker(
            platform, self.workspace, self.user, f"Person {self.user}", "400", "alerts", groups
        )


_EVERYONE = {
    "ask": "status solved",
    "audit": "audit solved",
    "roles": "roles",
    "mine": "mine",
    "follow, oneself": "follow me solved",
    "link a login": "link github somebody",
    "report a bug": "report solved",
    "who is silent": "silent",
    "the clock": "jobs",
    "a digest, oneself": "digest weekly",
}
_PUBLIC = frozenset({"ask", "roles", "mine"})
_FOLLOW = {
    "follow, channel": "follow solved",
    "unfollow, channel": "unfollow solved",
    "channel style": "channel quiet",
    "a digest, channel": "channel digest 09:00 UTC",
    "plan an upgrade, channel": "upgrade forum.example.com to stable",
}
_ACT = {
    "ack": "ack 1",
    "claim": "claim 1",
    "release": "release 1",
    "mute": "mute 1 30m because it is known",
    "unmute": "unmute 1",
    "ack by name": "ack solved",
    "file an issue": "file 1",
    "say what files itself": "filing solved auto",
    "declare a limit": "edit solved needs >=3.5",
}
_TEST = {
    "test a server": "canary run stable",
    "close an incident": "close 1 because it is gone",
    "approve a site's key": "approve forum.example.com pluginwatch-0123456789abcdef",
}
_ADMINISTER = {
    "grant a role": "role grant guardian <@398>",
    "revoke a role": "role revoke guardian <@398>",
}
TRIES = {**_EVERYONE, **_FOLLOW, **_ACT, **_TEST, **_ADMINISTER}
_GUARDIAN = frozenset({*_FOLLOW, *_ACT, *_TEST})
_ADMIN = frozenset({*_GUARDIAN, *_ADMINISTER})

FIRST = Somebody("301", _ADMIN)
PEOPLE = {
    "anyone": Somebody("308"),
    "the guardian's id elsewhere": Somebody("303", workspace=ELSEWHERE),
    "group member elsewhere": Somebody("304", workspace=ELSEWHERE, in_group=True),
    "guardian": Somebody("303", _GUARDIAN),
    "guardian by group": Somebody("304", _GUARDIAN, in_group=True),
    "maintainer of it": Somebody("305", frozenset(_ACT)),
    "maintainer of another": Somebody("306"),
    "its owner on GitHub": Somebody("307", frozenset(_ACT)),
    "admin": Somebody("302", _ADMIN),
    "admin by setting": FIRST,
}


def expected(person: Somebody, what: str) -> bool:
    """Whether the try is to succeed. In a workspace that nobody admitted there is nothing but what is public."""
    if person.workspace == ELSEWHERE:
        return what in _PUBLIC
    return what in _EVERYONE or what in person.may


def staff(database: Database, respond: Respond, platform: str, now: datetime) -> None:
    """Break solved, name a server to test, and give everyone their roles, by command where there is one."""
    world = make_world(database, now, "solved", "voting")
    world.report(saw("solved", "p1", BAD))
    with database.write() as session:
        appoint(session, [Holder(platform, HOME, HolderKind.USER, FIRST.user)], now)
        put_up(
            session,
            [JobDescription(SmokeJob("stable").name, "daily at 03:15 UTC", timedelta(minutes=11))],
            now,
        )
        voting = session.get_one(Plugin, 2)
        voting.repository = voting.repository_key = "another/voting"
        person = Person(
            platform=platform, workspace=HOME, user="307", name="Person 307", seen_at=now
        )
        place = Destination(platform=platform, address="307", name="Person 307", is_person=True)
        session.add_all((voting, person, place))
        session.flush()
        session.add(
            GithubLink(
                person_id=person.id or 0,
                destination_id=place.id or 0,
                login="Example",
                login_key="example",
                code_until=now + timedelta(hours=1),
                verified_at=now,
            )
        )
    for role in (
        "admin <@302>",
        "guardian <@303>",
        f"guardian group:{GROUP}",
        "maintainer <@305> of solved",
        "maintainer <@306> of voting",
    ):
        answer = respond(f"role grant {role}", FIRST.asker(platform))
        assert "from now on" in answer.title, answer.title


def try_all(respond: Respond, platform: str) -> dict[tuple[str, str], bool]:
    """Every try of every person, and whether it was let."""
    return {
        (name, what): respond(text, person.asker(platform)).title not in {DENIED, NOT_ADMITTED}
        for name, person in PEOPLE.items()
        for what, text in TRIES.items()
    }


def as_markdown(tried: dict[tuple[str, str], bool], people: Sequence[str] = tuple(PEOPLE)) -> str:
    """The table for people to read."""
    lines = [f"| | {' | '.join(people)} |", f"|---|{'---|' * len(people)}"]
    lines += [
        f"| {what} | {' | '.join('yes' if tried[name, what] else '—' for name in people)} |"
        for what in TRIES
    ]
    return "\n".join(lines)
