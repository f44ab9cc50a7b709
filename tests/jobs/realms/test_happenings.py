"""What happens beside the turns of incidents: whoever hears it is told it once, with the facts of the catalogue."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from bench.listeners import counting
from models.database.engine import Database
from models.events import Act
from models.events.following import Following, LoginClaim, ProfileRead
from models.events.github import GithubDelivery
from models.events.master_list import PluginRemoval
from models.extensions.standing import note_greeting, note_turned_off, quarantine, row_of
from models.github.facts import CiFact, PushFact
from models.messages.message import Message
from models.metadata.listing import ListingEntry
from models.operating import keys
from models.outbox.ways_out import EXTENSION
from models.record import record
from models.recording.github.master_list import import_listing
from models.recording.github.news import issue_changed, release_published
from models.rules.authority import Role
from models.rules.care import Deed
from models.rules.ci import CHECK_RUN, WORKFLOW, WORKFLOW_RUN
from models.rules.filters import FollowRequest
from models.rules.happenings import CATALOGUE
from models.rules.kinds import KeyKind
from models.rules.places import Place
from models.rules.privacy import EVERYTHING
from models.tables import Announcement, RepositoryName
from tests.canaries import a_run
from tests.hub import REPOSITORY, a_release, a_repository, an_issue, follow
from tests.jobs.realms.extensions import install_extension
from tests.models.messages.samples import said
from tests.staff import ADMIN, GUARDIAN, STRANGER, Staffed, answer, staffed
from tests.world import BAD, GOOD, make_world, saw

HEARS = "".join(f'[[hears]]\nevent = "{kind}"\nrun = "hello"\n' for kind in CATALOGUE)
CHANNEL = Place("slack", "C-plugins", "#plugins")
TYPES: dict[str, type] = {"text": str, "integer": int, "flag": bool, "time": str}
# An issue is filed by what somebody does, but only where the jobs process files any.
DONE_ELSEWHERE = {"incident.filed"}


@pytest.fixture
def people(database: Database, root: Path, now: datetime) -> Staffed:
    """One extension hears everything, and is on."""
    people = staffed(make_world(database, now, "solved", "voting", "calendar"))
    install_extension(database, root, now, HEARS)
    people.world.report(saw("solved", "p1", BAD))
    with database.write() as session:
        note_greeting(session, _row(session), now)
    return people


def _row(session: Any) -> Any:
    return row_of(session, "acmejira")


def heard(people: Staffed) -> list[tuple[str, dict[str, Any]]]:
    """Everything that waits for it, in its order."""
    rows = select(Announcement).where(Announcement.platform == EXTENSION)
    with people.world.database.read() as session:
        found = session.exec(rows.order_by(col(Announcement.id))).all()
    bodies = [json.loads(Message.from_json(row.message).blocks[0].text) for row in found]  # type: ignore[union-attr] # a code block
    return [(body["type"], body["data"]) for body in bodies]


def everything(people: Staffed) -> None:
    """All of the catalogue, by the ways on which it comes."""
    world = people.world
    for deed in (Deed.ACKNOWLEDGE, Deed.CLAIM, Deed.RELEASE, Deed.MUTE, Deed.UNMUTE):
        people.act(GUARDIAN, deed, "1")
    for grants in (True, False):
        people.change_role(ADMIN, Role.MAINTAINER, STRANGER, "solved", grants=grants)
    now, issue = world.now, an_issue(7, world.now)
    with world.database.write() as session:
        follow(session, "solved", repository=a_repository())
        issue_changed(session, None, issue, now)
        for before, after in (("open", "closed"), ("closed", "open")):
            was, is_now = an_issue(7, now, state=before), an_issue(7, now, state=after)
            issue_changed(session, was, is_now, now)
        release_published(session, a_release("v1.0", now), now)
        import_listing(session, [ListingEntry("example/new")], now)
        text = keys.create(session, KeyKind.CANARY, "stable.example.com", None, now)
        session.flush()
        key = keys.find(session, text)
        assert key
        keys.revoke(session, str(key.id), now)
    for ends in (False, True):
        world.record(Following(GUARDIAN, CHANNEL, FollowRequest("Solved"), ends=ends))
    link_login(people)
    world.record(a_delivery("1", now), a_run(None, "run-1", now))
    an_outbreak(people)
    world.record(PluginRemoval(GUARDIAN, "new", "it is old", allowed=EVERYTHING))
    with world.database.write() as session:
        quarantine(session, _row(session), "it failed", now)


def link_login(people: Staffed) -> None:
    """Claim a login, and have its code found in the profile."""
    (outcome,) = people.world.record(LoginClaim(GUARDIAN, CHANNEL, "octo"))
    people.world.record(LoginClaim(GUARDIAN, CHANNEL, "octo", done=True))
    people.world.record(ProfileRead(1, said(answer(outcome))))


def a_delivery(guid: str, now: datetime) -> GithubDelivery:
    """A push, the workflow that ran for it, and one of its jobs."""
    sha = "a" * 40
    runs = [
        CiFact(kind, number, REPOSITORY, 5, name, "main", sha, "success", now, now, None, "1")
        for number, (kind, name) in enumerate(((WORKFLOW_RUN, WORKFLOW), (CHECK_RUN, "lint")))
    ]
    return GithubDelivery(guid, "push", (PushFact(REPOSITORY, "main", sha, now), *runs))


def an_outbreak(people: Staffed) -> None:
    """A commit of the host breaks three plugins, another one mends them, and one breaks again."""
    world = people.world
    for number, verdict in enumerate((GOOD, BAD, GOOD), 2):
        seen = [saw(handle, "p1", verdict, "boom") for handle in ("solved", "voting", "calendar")]
        world.report(*seen, host=f"h{number}")
    world.report(saw("voting", "p1", BAD, "boom"), host="h5")


def test_all_of_the_catalogue_is_heard(people: Staffed) -> None:
    everything(people)
    told = heard(people)
    kinds = [kind for kind, _ in told]
    wanted = CATALOGUE.keys() - DONE_ELSEWHERE - {"extension.off"}
    assert sorted(kinds) == sorted(wanted), "each once; who is turned off hears nothing of that"
    for kind, facts in told:
        declared = CATALOGUE[kind]
        assert facts.keys() == declared.keys(), kind
        for name, value in facts.items():
            assert isinstance(value, TYPES[declared[name]]), (kind, name)
    assert all("Gil" not in str(facts) and "U-none" not in str(facts) for _, facts in told)
    of = dict(told)
    assert of["role.granted"] == {"role": "maintainer", "plugin": "solved", "platform": "slack"}
    place = {"tag": "", "host_branch": "", "platform": "slack"}
    assert of["follow.begun"] == of["follow.ended"] == {"plugin": "solved", **place}
    assert of["person.linked"] == {"platform": "slack"}
    assert of["outbreak.opened"] == {"outbreak": 1, "incidents": 3, "host_branch": "tests-passed"}
    assert of["canary.finished"]["conclusion"] == "passed"
    assert of["ci.completed"]["workflow"] == WORKFLOW, "its jobs are not told apart"
    assert of["key.made"] == {"kind": "canary"}
    assert of["plugin.removed"] == {"plugin": "new", "reason": "it is old"}


def test_while_none_is_on_nothing_is_told(people: Staffed) -> None:
    before = heard(people)
    with people.world.database.write() as session:
        note_turned_off(session, "acmejira", people.world.now)
    assert heard(people) == [], f"what waited is dropped: {before}"
    everything(people)
    assert heard(people) == []


def test_of_private_repositories_nothing_is_told(people: Staffed) -> None:
    with people.world.database.write() as session:
        follow(session, "solved", repository=a_repository(private=True))
        issue_changed(session, None, an_issue(7, people.world.now), people.world.now)
        release_published(session, a_release("v1.0", people.world.now), people.world.now)
        record(session, [a_delivery("1", people.world.now)], people.world.now)
        session.add(a_repository("new", 77, private=True))
        session.add(RepositoryName(repository_id=77, key="example/new"))
        session.flush()
        import_listing(session, [ListingEntry("example/new")], people.world.now)
    people.act(GUARDIAN, Deed.ACKNOWLEDGE, "1")
    told = heard(people)
    assert [kind for kind, _ in told] == ["extension.on", "plugin.added"]
    assert told[1][1] == {"plugin": "new", "repository": ""}


def test_the_page_names_them_all() -> None:
    page = (Path(__file__).parents[3] / "docs" / "extensions.md").read_text()
    for kind, facts in CATALOGUE.items():
        (row,) = [line for line in page.splitlines() if f"`{kind}`" in line]
        assert all(f"`{name}`" in row for name in facts), kind


def test_many_acts_cost_as_many_statements_as_few(people: Staffed) -> None:
    """Reports wait for whoever writes, as while an outbreak of hundreds is acknowledged."""
    names = [f"plugin-{number}" for number in range(12)]
    world = people.world
    with world.database.write() as session:
        import_listing(session, [ListingEntry(f"example/{name}") for name in names], world.now)
    world.report(*(saw(name, "p1", BAD, "NameError: it broke") for name in names))
    costs: list[int] = []
    acts = [Act(GUARDIAN, Deed.ACKNOWLEDGE, name, allowed=EVERYTHING) for name in names]
    for some in (acts[:1], acts[1:]):
        with world.database.write() as session, counting(session) as asked:
            record(session, some, world.now)
            costs.append(sum("extension.manifest" in str(each) for each in asked))
    assert len([kind for kind, _ in heard(people) if kind == "incident.acknowledged"]) == 12
    assert costs[0] == costs[1] > 0
