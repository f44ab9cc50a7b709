"""Who hears of incidents: by topic, tag, host branch and severity, and in whose stead when a channel is gone."""

import json
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import delete, select

from bench.listeners import counting
from models import outbox
from models.database.engine import Database
from models.messages.message import Mention, Message
from models.recording.settling import settle_within_allowance
from models.recording.telling.announcing import announce
from models.recording.telling.parking import park
from models.recording.verdicts.changes import Failure, Key
from models.recording.verdicts.hearing import Said, note_verdict
from models.rules.blame import Pair
from models.rules.conversations import About, Conversation
from models.rules.routing import Topic
from models.rules.sources import JudgingSource
from models.rules.status import Verdict
from models.tables import Destination, Plugin, Posting, Subscription
from tests.world import BAD, GOOD, World, make_world, saw

BROKEN, FIXED, RELEASES, ISSUES = Topic
PLUGINS = ("chat", "solved", "voting")


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    """Nobody listens yet; all plugins work on stable and on beta."""
    world = make_world(database, now, *PLUGINS)
    with database.write() as session:
        session.exec(delete(Subscription))
        session.exec(delete(Destination))
        session.exec(select(Plugin).where(Plugin.handle == "voting")).one().tags = ["Official"]
    for branch in ("stable", "beta"):
        world.report(*(saw(name, "p1", GOOD) for name in PLUGINS), branch=branch)
    return world


def listener(
    world: World, name: str, *topics: Topic, plugin: str = "", style: Any = None, **wish: Any
) -> int:
    """A channel that hears of these topics of one plugin, or of all."""
    with world.database.write() as session:
        channel = session.exec(select(Destination).where(Destination.name == name)).first()
        channel = channel or Destination(platform="test", address=name, name=name, **(style or {}))
        session.add(channel)
        session.flush()
        number = (
            session.exec(select(Plugin.id).where(Plugin.handle == plugin)).one() if plugin else None
        )
        session.add(
            Subscription(
                destination_id=channel.id or 0, topics=list(topics), plugin_id=number, **wish
            )
        )
        return channel.id or 0


def breaks(
    world: World, *names: str, branch: str = "stable", host: str = "h2", sha: str = "p1"
) -> None:
    world.report(
        *(saw(name, sha, BAD, f"{name} has an error of its own") for name in names),
        branch=branch,
        host=host,
    )


def works(world: World, *names: str, branch: str = "stable") -> None:
    world.report(*(saw(name, "p2", GOOD) for name in names), branch=branch, host="h3")


def deliver(world: World) -> list[tuple[str, Posting, bool, str]]:
    """Send all that waits; what was sent, as (channel, action, broadcast, title)."""
    sent = []
    with world.database.write() as session:
        while claims := outbox.claim(session, ["test"], world.now):
            outbox.mark_sent(
                session, [(claimed, f"m{claimed.id}") for claimed in claims], world.now
            )
            sent += [
                (claim.address, claim.action, claim.broadcast, claim.message.title)
                for claim in claims
            ]
    return sent


def test_whoever_hears_only_of_breakage_has_a_card_that_stays_true(world: World) -> None:
    listener(world, "broken", BROKEN, plugin="solved")
    breaks(world, "solved", "chat")
    assert [action for _, action, _, _ in deliver(world)] == [Posting.POST, Posting.REPLY]
    works(world, "solved", "chat")
    assert [(action, title) for _, action, _, title in deliver(world)] == [
        (Posting.EDIT, "solved (main) works on stable again")
    ]


def test_whoever_hears_only_of_recovery_gets_a_short_message(world: World) -> None:
    listener(world, "fixed", FIXED, plugin="solved")
    breaks(world, "solved")
    breaks(world, "solved", host="h22")
    assert deliver(world) == []
    works(world, "solved")
    assert deliver(world) == [
        ("fixed", Posting.POST, False, "Recovered: solved (main) works on stable again")
    ]
    breaks(world, "solved", host="h4", sha="p2")
    world.report(saw("solved", "p3", GOOD), branch="stable", host="h5")
    assert deliver(world) == [
        ("fixed", Posting.POST, False, "Recovered: solved (main) works on stable again")
    ]


def test_tags_and_host_branches(world: World) -> None:
    listener(world, "official", BROKEN, tag="official")
    listener(world, "beta", BROKEN, host_branch="beta")
    listener(world, "solved on beta", BROKEN, plugin="solved", host_branch="beta")
    breaks(world, "solved", "voting")
    assert {address for address, *_ in deliver(world)} == {"official"}
    breaks(world, "solved", branch="beta")
    assert {address for address, *_ in deliver(world)} == {"beta", "solved on beta"}


def test_whoever_follows_issues_hears_of_no_incident(world: World) -> None:
    listener(world, "issues", ISSUES, RELEASES)
    breaks(world, *PLUGINS)
    works(world, *PLUGINS)
    assert deliver(world) == []


def test_an_outbreak_is_one_card_for_those_who_follow_its_host_branch(world: World) -> None:
    listener(world, "all", BROKEN, FIXED)
    listener(world, "stable", BROKEN, FIXED, host_branch="stable")
    listener(world, "beta", BROKEN, FIXED, host_branch="beta")
    listener(world, "fixed", FIXED)
    listener(world, "solved", BROKEN, plugin="solved")
    breaks(world, *PLUGINS)
    title = "3 plugins broke on stable after one host change"
    sent = deliver(world)
    assert [entry for entry in sent if entry[0] != "solved"] == [
        ("all", Posting.POST, False, title),
        ("stable", Posting.POST, False, title),
    ]
    assert len(sent) == 4
    works(world, *PLUGINS)
    over = [(address, action) for address, action, _, _ in deliver(world) if address != "solved"]
    assert over == [
        ("all", Posting.EDIT),
        ("stable", Posting.EDIT),
        ("fixed", Posting.POST),
        ("all", Posting.REPLY),
        ("stable", Posting.REPLY),
    ]


def ci_says(world: World, verdict: Verdict, sha: str) -> None:
    """CI judges the solved plugin on stable."""
    with world.database.write() as session:
        key = Key(
            session.exec(select(Plugin.id).where(Plugin.handle == "solved")).one() or 0,
            "main",
            "stable",
        )
        failure = Failure("f", "1 test failed") if verdict.broken else None
        change = note_verdict(
            session, Said(key, JudgingSource.TESTS, verdict, Pair(sha, ""), world.now, failure)
        )
        announce(
            session,
            settle_within_allowance(session, [change] if change else [], world.now),
            world.now,
        )


def test_what_is_not_severe_enough_is_not_told_until_it_is(world: World) -> None:
    listener(world, "severe", BROKEN, FIXED, style={"least": Verdict.INCOMPATIBLE})
    listener(world, "all", BROKEN, FIXED)
    ci_says(world, Verdict.TESTS_FAILING, "p1")
    assert {address for address, *_ in deliver(world)} == {"all"}
    breaks(world, "solved")
    assert [
        (address, action) for address, action, _, _ in deliver(world) if address == "severe"
    ] == [
        ("severe", Posting.POST),
        ("severe", Posting.REPLY),
    ]


def test_a_recovery_of_what_was_not_severe_enough_is_not_told(world: World) -> None:
    listener(world, "severe", BROKEN, FIXED, style={"least": Verdict.INCOMPATIBLE})
    ci_says(world, Verdict.TESTS_FAILING, "p1")
    ci_says(world, Verdict.COMPATIBLE, "p2")
    assert world.incidents()[0].resolved_at
    assert deliver(world) == []


def test_a_card_stays_true_where_nobody_follows_any_more(world: World) -> None:
    listener(world, "was here", BROKEN, FIXED)
    breaks(world, "solved")
    deliver(world)
    with world.database.write() as session:
        session.exec(delete(Subscription))
    works(world, "solved")
    assert [action for _, action, _, _ in deliver(world)] == [Posting.EDIT]


def test_a_quiet_channel_has_no_reply_that_stands_out(world: World) -> None:
    listener(world, "quiet", BROKEN, FIXED, style={"quiet": True})
    listener(world, "usual", BROKEN, FIXED)
    breaks(world, "solved")
    works(world, "solved")
    recoveries = {
        address: broadcast
        for address, _, broadcast, title in deliver(world)
        if "Recovered" in title
    }
    assert recoveries == {"quiet": False, "usual": True}


def test_a_channel_that_is_gone_is_heard_for_by_the_guardians(world: World) -> None:
    guardians = listener(world, "guardians", BROKEN, FIXED)
    person = listener(world, "person", BROKEN, FIXED, style={"is_person": True})
    lost = listener(world, "lost", BROKEN, FIXED, RELEASES, plugin="solved")
    listener(world, "lost", BROKEN, FIXED, tag="official")
    breaks(world, "voting")
    with world.database.write() as session:
        park(session, lost, "channel_not_found", world.now)
        park(session, lost, "channel_not_found", world.now)
    titles = [title for address, _, _, title in deliver(world) if address == "guardians"]
    assert titles.count("Messages to lost (test) are held back") == 1
    assert sum("voting (main) does not load" in title for title in titles) == 1
    with world.database.write() as session:
        park(session, person, "cannot_dm_user", world.now)
    notice = world.announced()[-1]
    assert (notice.destination_id, json.loads(notice.message)["title"]) == (
        guardians,
        "Messages to person (test) are held back",
    )


def test_cards_that_were_due_go_to_guardians_who_do_not_have_them(world: World) -> None:
    listener(world, "guardians", BROKEN)
    lost = listener(world, "lost", FIXED, plugin="solved")
    breaks(world, "solved")
    deliver(world)
    works(world, "solved")
    with world.database.write() as session:
        park(session, lost, "is_archived", world.now)
    sent = deliver(world)
    assert (Posting.POST, "Recovered: solved (main) works on stable again") in [
        (action, title) for address, action, _, title in sent if address == "guardians"
    ]


def test_what_was_due_calls_nobody_elsewhere_and_many_cost_no_more_than_few(world: World) -> None:
    """Somebody's id means another one in another workspace; and all who report wait for whoever writes."""
    guardians = listener(world, "guardians", BROKEN)
    costs: list[int] = []
    for lost, cards in ((listener(world, "one", FIXED), 1), (listener(world, "many", FIXED), 30)):
        with world.database.write() as session:
            for number in range(cards):
                card = Message(f"Card {number}", calls=Mention("U1"))
                story = Conversation.on(About.ESCALATED, lost, number)
                outbox.enqueue(session, lost, story, Posting.POST, card, world.now)
            session.flush()
        with world.database.write() as session, counting(session) as asked:
            park(session, lost, "is_archived", world.now)
            costs.append(len(asked))
    sent = [row for row in world.announced() if row.destination_id == guardians]
    given = [Message.from_json(row.message) for row in sent]
    assert sum(each.title.startswith("Card ") for each in given) == 31
    assert [each for each in given if each.calls] == []
    assert costs[0] == costs[1]
