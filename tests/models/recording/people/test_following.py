"""Following: what is kept, what is answered, and who may say it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import delete, select

from models.database.engine import Database
from models.events.following import ChannelStyle, Following
from models.messages.message import Message
from models.queries.following import destination_view
from models.rules.authority import Role
from models.rules.people import Actor
from models.rules.places import Place
from models.rules.routing import Filter, Topic
from models.tables import AuditEntry, Destination, Plugin, RoleGrant, Subscription
from tests.asking import event
from tests.models.messages.samples import said
from tests.world import World, make_world

CHANNEL = Place("slack", "C1", "#plugins")
PERSON = Place("slack", "U1", "Mona", is_person=True)
GUARDIAN = Actor("slack", "T1", "U0", "Gail")
ANYONE = Actor("slack", "T1", "U1", "Mona")

Say = Callable[..., Message]


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    world = make_world(database, now, "solved", "voting")
    with database.write() as session:
        session.add(
            RoleGrant(
                platform="slack",
                workspace="T1",
                kind="user",
                holder="U0",
                role=Role.GUARDIAN,
                granted_at=world.now,
            )
        )
        session.exec(select(Plugin).where(Plugin.handle == "voting")).one().tags = [
            "Official",
            "by us",
        ]
    return world


@pytest.fixture
def say(world: World) -> Say:
    def say(text: str, place: Place = CHANNEL, actor: Actor = GUARDIAN) -> Message:
        said = event(text)
        assert isinstance(said, ChannelStyle | Following)
        (outcome,) = world.record(replace(said, actor=actor, place=place))
        assert outcome.answer
        return outcome.answer

    return say


def held(world: World, place: Place = CHANNEL) -> list[tuple[str, str, str]]:
    with world.database.read() as session:
        view = destination_view(session, place.platform, place.address)
        return [
            (
                wish.handle or wish.tag or "all",
                wish.host_branch,
                " ".join(sorted(wish.filter.topics)),
            )
            for wish in (view.wishes if view else ())
        ]


def audited(world: World) -> list[tuple[str, str]]:
    with world.database.read() as session:
        return [(entry.action, entry.outcome) for entry in session.exec(select(AuditEntry))]


def test_a_channel_follows_and_follows_no_more(world: World, say: Say) -> None:
    answer = say("follow Solved")
    assert answer.title == "This channel follows solved now"
    assert "breakage, recovery and releases" in said(answer)
    assert held(world) == [("solved", "", "broken fixed releases")]
    assert say("follow solved").title == "This channel follows solved already"
    assert say("follow solved only releases").title == "This channel follows solved differently now"
    assert held(world) == [("solved", "", "releases")]
    assert say("unfollow solved").title == "This channel does not follow solved any more"
    assert say("unfollow solved").title == "This channel does not follow solved"
    assert held(world) == []
    done, already = ("follow", "done"), ("follow", "already")
    assert audited(world) == [done, already, done, ("unfollow", "done"), ("unfollow", "already")]


def test_tags_all_and_branches(world: World, say: Say) -> None:
    assert say("follow tag:official").title == "This channel follows plugins tagged “official” now"
    assert say("follow all on Stable").title == "This channel follows all plugins on stable now"
    say("follow voting on beta only issues -label:wontfix -label: 'needs info' -bot")
    assert held(world) == [
        ("all", "stable", "broken fixed"),
        ("official", "", "broken fixed"),
        ("voting", "beta", "issues"),
    ]
    with world.database.read() as session:
        view = destination_view(session, "slack", "C1")
    assert view
    assert view.wishes[2].filter == Filter(
        frozenset({Topic.ISSUES}), frozenset({"wontfix", "needs info"}), True
    )


def test_what_is_covered_already_is_kept_and_said(world: World, say: Say) -> None:
    say("follow all")
    answer = said(say("follow solved only broken"))
    assert "All of that came already, by following all plugins; it stays when that ends." in answer
    assert "heard already" not in said(say("follow solved"))
    answer = said(say("unfollow solved"))
    assert "Notifications of it still come, by following all plugins." in answer
    assert held(world) == [("all", "", "broken fixed")]


def test_unfollowing_on_one_branch_and_on_all(world: World, say: Say) -> None:
    for text in ("follow solved on stable", "follow solved on beta", "follow solved"):
        say(text)
    say("unfollow solved on stable")
    assert held(world) == [
        ("solved", "", "broken fixed releases"),
        ("solved", "beta", "broken fixed releases"),
    ]
    say("unfollow solved")
    assert held(world) == []
    say("follow solved")
    assert "Notifications of it still come, by following solved." in said(
        say("unfollow solved on beta")
    )


def test_following_for_oneself_needs_no_role(world: World, say: Say) -> None:
    assert say("follow solved", PERSON, ANYONE).title == "You follow solved now"
    assert say("unfollow voting", PERSON, ANYONE).title == "You do not follow voting"
    with world.database.read() as session:
        row = session.exec(select(Destination).where(Destination.platform == "slack")).one()
    assert (row.address, row.name, row.is_person) == ("U1", "Mona", True)


@pytest.mark.parametrize("text", ["follow solved", "unfollow solved", "channel quiet"])
def test_for_a_channel_a_role_is_needed(world: World, say: Say, text: str) -> None:
    elsewhere = Actor("slack", "T2", "U0", "Gail")
    for actor in (ANYONE, elsewhere):
        assert say(text, actor=actor).title == "You may not do that here"
    assert held(world) == []
    assert [outcome for _, outcome in audited(world)] == ["denied", "denied"]


def test_what_is_not_known_is_answered_with_what_is_near(world: World, say: Say) -> None:
    assert "Did you mean solved?" in said(say("follow solvd"))
    assert "Did you mean official?" in said(say("follow tag:oficial"))
    assert "by us, official" in said(say("follow tag:zzzzz"))
    assert "Did you mean stable?" in said(say("follow solved on stabel"))
    assert held(world) == []


def test_a_follower_of_a_renamed_plugin_keeps_following_it(world: World, say: Say) -> None:
    say("follow solved")
    with world.database.write() as session:
        session.exec(select(Plugin).where(Plugin.handle == "solved")).one().handle = "answers"
    assert held(world) == [("answers", "", "broken fixed releases")]


def test_how_a_channel_is_told(world: World, say: Say) -> None:
    assert say("channel").title == "This channel is notified like this"
    answer = say("channel flat quiet from smoke failing")
    assert answer.title == "This channel is notified like this now"
    assert all(
        words in said(answer)
        for words in ("messages of their own", "quiet", "from smoke failing on")
    )
    assert say("channel flat").title == "This channel is notified like this"
    assert "stand out" in said(say("channel broadcast"))
    assert say("channel quiet", PERSON, ANYONE).title == "That is for channels"
    with world.database.read() as session:
        row = session.exec(select(Destination).where(Destination.platform == "slack")).one()
    assert (row.flat, row.quiet, row.least) == (True, False, "smoke_failing")
    assert audited(world) == [("channel", "done"), ("channel", "already"), ("channel", "done")]


SUBJECTS = st.sampled_from(["solved", "voting", "all", "tag:official"])
BRANCHES = st.sampled_from(["", " on stable", " on beta"])
ONLY = st.sampled_from(["only broken", "only fixed releases", "only issues -bot"])
FOLLOW = st.tuples(st.just("follow"), SUBJECTS, BRANCHES, ONLY)
UNFOLLOW = st.tuples(st.just("unfollow"), SUBJECTS, BRANCHES, st.just(""))


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(FOLLOW | UNFOLLOW, max_size=12))
def test_the_last_words_about_each_subject_count(
    world: World, say: Say, wishes: list[tuple[str, ...]]
) -> None:
    with world.database.write() as session:
        session.exec(delete(Subscription))
    expected: dict[tuple[str, str], str] = {}
    for verb, subject, branch, only in wishes:
        say(f"{verb} {subject}{branch} {only}")
        name, where = subject.removeprefix("tag:"), branch.removeprefix(" on ")
        if verb == "follow":
            expected[name, where] = " ".join(sorted(only.removesuffix(" -bot").split()[1:]))
        else:
            expected = {
                key: topics
                for key, topics in expected.items()
                if key[0] != name or where not in {"", key[1]}
            }
    assert {(name, where): topics for name, where, topics in held(world)} == expected


def test_whoever_maintains_plugins_follows_those_by_one_word(world: World, say: Say) -> None:
    assert say("follow mine", PERSON, ANYONE).title == "No plugin is yours yet"
    with world.database.write() as session:
        for handle in ("solved", "voting"):
            plugin = session.exec(select(Plugin).where(Plugin.handle == handle)).one()
            grant = RoleGrant(
                platform="slack",
                workspace="T1",
                kind="user",
                holder="U1",
                role=Role.MAINTAINER,
                plugin_id=plugin.id,
                granted_at=world.now,
            )
            session.add(grant)
    say("follow me solved only broken", PERSON, ANYONE)
    answer = say("follow mine", PERSON, ANYONE)
    assert answer.title == "You now follow 1 plugin that you maintain"
    assert "voting" in said(answer)  # and how solved is followed stays as it was
    assert (
        say("follow mine", PERSON, ANYONE).title
        == "You follow your plugins already, 2 plugins in all"
    )
    with world.database.read() as session:
        place = session.exec(select(Destination).where(Destination.address == "U1")).one()
        wishes = select(Subscription.topics).where(Subscription.destination_id == place.id)
        assert [len(topics) for topics in session.exec(wishes)] == [1, 3]
    answer = say("unfollow mine", PERSON, ANYONE)
    assert answer.title == "You no longer follow 2 plugins that you maintain"
    assert say("follow mine", CHANNEL, ANYONE).title == "You may not do that here"
