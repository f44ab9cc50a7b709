"""Who hears of what GitHub tells, in which conversation, and when nobody does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select, update

from bench.listeners import counting
from models import outbox
from models.database.engine import Database
from models.messages.message import Message
from models.recording.github.news import (
    RECENT,
    app_changed,
    issue_changed,
    release_published,
    repository_changed,
)
from models.rules.routing import Topic
from models.tables import (
    Announcement,
    AppInstallation,
    Destination,
    Issue,
    Label,
    Plugin,
    Posting,
    Repository,
    Subscription,
)
from models.tables.outbox import Turn
from tests.hub import REPOSITORY, a_release, a_repository, an_app, an_issue, follow
from tests.world import BAD, World, make_world, saw

MINUTE = timedelta(minutes=1)


@dataclass
class Hub:
    """A world whose solved and answers share a repository that GitHub tells of; nobody else listens."""

    world: World

    @property
    def now(self) -> datetime:
        return self.world.now

    def listener(
        self, name: str, *topics: Topic, follows: str | None = None, private: bool = False
    ) -> None:
        """A channel that hears of these topics of one plugin, or of all, and perhaps of private ones."""
        with self.world.database.write() as session:
            channel = session.exec(select(Destination).where(Destination.name == name)).first()
            channel = channel or Destination(
                platform="test", address=name, name=name, hears_private=private
            )
            session.add(channel)
            session.flush()
            plugin_id = (
                session.exec(select(Plugin.id).where(Plugin.handle == follows)).one()
                if follows
                else None
            )
            session.add(
                Subscription(
                    destination_id=channel.id or 0, topics=list(topics), plugin_id=plugin_id
                )
            )

    def released(self, tag: str = "v1.0", **more: Any) -> None:
        self._tell(
            lambda session: release_published(session, a_release(tag, self.now, **more), self.now)
        )

    def issue(self, before: Issue | None, after: Issue) -> None:
        self.world.now += MINUTE
        self._tell(lambda session: issue_changed(session, before, after, self.now))

    def repository(self, before: Repository | None, after: Repository) -> None:
        self._tell(lambda session: repository_changed(session, before, after, self.now))

    def app(self, before: AppInstallation | None, after: AppInstallation, *removed: int) -> None:
        self._tell(lambda session: app_changed(session, before, after, removed, self.now))

    def _tell(self, news: Callable[[Session], None]) -> None:
        with self.world.database.write() as session:
            news(session)

    def told(self, name: str) -> list[tuple[str, str, str]]:
        """What the channel was sent: action, conversation and title, oldest first."""
        with self.world.database.read() as session:
            channel = session.exec(select(Destination.id).where(Destination.name == name)).one()
        rows = [row for row in self.world.announced() if row.destination_id == channel]
        return [
            (row.action, row.conversation, Message.from_json(row.message).title) for row in rows
        ]


@pytest.fixture
def hub(database: Database, now: datetime) -> Hub:
    world = make_world(database, now, "solved", "answers", "voting")
    with database.write() as session:
        for subscription in session.exec(select(Subscription)):
            session.delete(subscription)
        follow(session, "solved", "answers")
    return Hub(world)


def test_a_release_is_one_card_for_whoever_follows_a_plugin_of_it(hub: Hub) -> None:
    hub.listener("all", Topic.RELEASES)
    hub.listener("one", Topic.RELEASES, follows="solved")
    hub.listener("both", Topic.RELEASES, follows="solved")
    hub.listener("both", Topic.RELEASES, follows="answers")
    hub.listener("other", Topic.RELEASES, follows="voting")
    hub.listener("guardians", Topic.BROKEN)
    hub.released()
    together = (Posting.POST, "release:1", "answers and solved: release v1.0")
    assert hub.told("all") == hub.told("both") == [together]
    assert hub.told("one") == [(Posting.POST, "release:1", "solved: release v1.0")]
    assert hub.told("other") == hub.told("guardians") == []


def test_a_release_says_what_is_broken_now(hub: Hub) -> None:
    hub.listener("one", Topic.RELEASES, follows="solved")
    hub.world.report(saw("solved", "p1", BAD), saw("voting", "p1", BAD))
    hub.released()
    assert "solved (main) does not load on tests-passed" in hub.world.announced()[-1].message
    assert "voting (main)" not in hub.world.announced()[-1].message
    assert (
        "https://github.com/example/solved/releases/tag/v1.0" in hub.world.announced()[-1].message
    )


def test_a_draft_a_gone_release_and_one_of_nobodys_repository_are_no_news(hub: Hub) -> None:
    hub.listener("all", Topic.RELEASES)
    hub.released(gone=True)
    hub._tell(lambda session: release_published(session, a_release("v1", None), hub.now))
    elsewhere = a_release("v1", hub.now)
    elsewhere.repository_id = REPOSITORY + 1
    hub._tell(lambda session: release_published(session, elsewhere, hub.now))
    assert hub.told("all") == []


def test_an_issue_that_was_just_opened_gets_a_card(hub: Hub) -> None:
    hub.listener("issues", Topic.ISSUES, follows="solved")
    hub.listener("guardians", Topic.BROKEN)
    hub.issue(None, an_issue(7, hub.now, title="Boom"))
    assert hub.told("issues") == [(Posting.POST, "issue:9000000007", "solved: issue #7 Boom")]
    assert hub.told("guardians") == []


@pytest.mark.parametrize(
    "change", [{"state": "closed"}, {"gone": True}, {"created_at": timedelta(days=4)}]
)
def test_an_issue_first_heard_of_when_it_was_old_closed_or_gone_is_no_news(
    hub: Hub, change: dict[str, Any]
) -> None:
    hub.listener("issues", Topic.ISSUES)
    if "created_at" in change:
        assert change["created_at"] > RECENT
        change = {"created_at": hub.now - change["created_at"]}
    issue = an_issue(7, hub.now)
    issue.sqlmodel_update(change)
    hub.issue(None, issue)
    assert hub.told("issues") == []


def test_what_is_seen_of_an_issue_is_edited_and_its_turns_are_told_in_the_thread(hub: Hub) -> None:
    hub.listener("issues", Topic.ISSUES)
    steps: list[dict[str, Any]] = [
        {},
        {"title": "New title"},
        {"comments": 5, "updated_at": hub.now},
        {"labels": [[1, "bug"]]},
        {"state": "closed", "closed_at": hub.now},
        {"state": "open", "closed_at": None},
        {"gone": True},
    ]
    before = None
    state: dict[str, Any] = {"title": "Boom", "created_at": hub.now}
    told = []
    for step in steps:
        state |= step
        after = an_issue(7, hub.now, version=str(len(told)))
        after.sqlmodel_update(state)
        hub.issue(before, after)
        _sent(hub)
        told.append([(action, title) for action, _, title in hub.told("issues")])
        before = after
    new = [now[len(then) :] for then, now in zip([[], *told[:-1]], told, strict=True)]
    name = "answers and solved: issue #7"
    assert new == [
        [(Posting.POST, f"{name} Boom")],
        [(Posting.EDIT, f"{name} New title")],
        [],
        [(Posting.EDIT, f"{name} New title")],
        [(Posting.EDIT, f"{name} New title"), (Posting.REPLY, f"{name} was closed")],
        [(Posting.EDIT, f"{name} New title"), (Posting.REPLY, f"{name} was reopened")],
        [
            (Posting.EDIT, f"{name} New title"),
            (Posting.REPLY, f"{name} was deleted or transferred"),
        ],
    ]


def test_without_a_card_nothing_is_edited_or_replied_to(hub: Hub) -> None:
    old = an_issue(7, hub.now, state="closed")
    hub.listener("late", Topic.ISSUES)
    hub.issue(old, an_issue(7, hub.now))
    assert hub.told("late") == []


def test_a_card_shows_labels_by_the_names_that_they_have_now(hub: Hub) -> None:
    hub.listener("issues", Topic.ISSUES)
    with hub.world.database.write() as session:
        session.add(Label(github_id=1, repository_id=REPOSITORY, weights={"defect": 1}))
    hub.issue(None, an_issue(7, hub.now, labels=[[1, "bug"]]))
    (row,) = hub.world.announced()
    assert "defect" in row.message
    assert "bug" not in row.message


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {"archived": True}, ["archived"]),
        ({"archived": True}, {}, ["unarchived"]),
        ({}, {"deleted": True, "archived": True}, ["deleted"]),
        ({"deleted": True}, {"deleted": True, "private": True}, []),
        ({}, {"private": True}, ["private"]),
        ({"private": True}, {"archived": True}, ["archived", "public"]),
        ({}, {"head_sha": "c0ffee11", "default_branch": "dev"}, []),
    ],
)
def test_trouble_with_a_repository_is_told_to_those_who_hear_of_incidents(
    hub: Hub, before: dict[str, Any], after: dict[str, Any], told: list[str]
) -> None:
    hub.listener("guardians", Topic.BROKEN, private=True)
    hub.listener("everyone", Topic.BROKEN)
    hub.listener("other", Topic.BROKEN, follows="voting")
    hub.listener("releases", Topic.RELEASES)
    hub.repository(a_repository(**before), a_repository(**after))
    expected = [f"repository:{REPOSITORY}:{turn}:{hub.now.isoformat()}" for turn in told]
    assert [conversation for _, conversation, _ in hub.told("guardians")] == expected
    # That it is public is no secret; what happened while it was private, and that it became so, is.
    secret = {"private", "archived"} if "private" in {**before, **after} else set()
    known = [each for each, turn in zip(expected, told, strict=True) if turn not in secret]
    assert [conversation for _, conversation, _ in hub.told("everyone")] == known
    assert hub.told("other") == hub.told("releases") == []


def test_a_new_name_is_told_to_those_who_hear_of_releases(hub: Hub) -> None:
    hub.listener("guardians", Topic.BROKEN)
    hub.listener("releases", Topic.RELEASES)
    hub.repository(a_repository(), a_repository(full_name="elsewhere/solved"))
    ((action, conversation, title),) = hub.told("releases")
    assert (action, conversation.split(":")[2], title) == (
        Posting.POST,
        "renamed",
        "answers and solved: the repository has a new address",
    )
    assert "elsewhere/solved" in hub.world.announced()[-1].message
    assert hub.told("guardians") == []


def test_at_first_sight_and_of_nobodys_repository_nothing_is_said(hub: Hub) -> None:
    hub.listener("guardians", Topic.BROKEN)
    hub.repository(None, a_repository(archived=True, deleted=True))
    elsewhere = REPOSITORY + 1
    hub.repository(
        a_repository(github_id=elsewhere), a_repository(github_id=elsewhere, archived=True)
    )
    assert hub.told("guardians") == []


def test_guardians_hear_when_the_app_is_gone_and_when_it_is_back(hub: Hub) -> None:
    hub.listener("guardians", Topic.BROKEN)
    hub.listener("solved", Topic.BROKEN, follows="solved")
    hub.app(an_app(), an_app("suspended"))
    hub.app(an_app("suspended"), an_app())
    hub.app(None, an_app("deleted"))
    assert [title for _, _, title in hub.told("guardians")] == [
        "The GitHub App was suspended for Example",
        "The GitHub App is back for Example",
        "The GitHub App was uninstalled from Example",
    ]
    rows = hub.world.announced()
    assert all("solved" in row.message and "voting" not in row.message for row in rows)
    assert hub.told("solved") == []


def test_guardians_hear_when_the_app_lost_a_plugins_repository(hub: Hub) -> None:
    hub.listener("guardians", Topic.BROKEN)
    hub.app(an_app(), an_app(), REPOSITORY, 12)
    assert hub.told("guardians")[0][2] == "The GitHub App of Example lost repositories"
    assert hub.told("guardians")[0][1].startswith("app:5:narrowed:")


def test_an_app_that_matters_to_no_plugin_is_no_news(hub: Hub) -> None:
    hub.listener("guardians", Topic.BROKEN)
    hub.app(None, an_app())
    hub.app(an_app(), an_app())
    hub.app(an_app(), an_app(), 12)
    hub.app(an_app(account="elsewhere"), an_app("suspended", account="elsewhere"))
    assert hub.told("guardians") == []


def test_issues_with_a_label_and_what_bots_wrote_are_kept_back_from_whoever_wants_that(
    hub: Hub,
) -> None:
    hub.listener("all", Topic.ISSUES, Topic.RELEASES)
    hub.listener("few", Topic.ISSUES, Topic.RELEASES)
    with hub.world.database.write() as session:
        wish = session.exec(
            select(Subscription).join(Destination).where(Destination.name == "few")
        ).one()
        wish.without_labels, wish.without_bots = ["wontfix"], True
    hub.issue(None, an_issue(1, hub.now, labels=[[1, "WontFix"]]))
    hub.issue(None, an_issue(2, hub.now, author="finder[bot]"))
    hub.issue(None, an_issue(3, hub.now, labels=[[2, "bug"]]))
    hub.released("v1.0", author="maker[bot]")
    hub.released("v2.0", github_id=2, author="ada")
    numbers = [title.rpartition(": ")[2] for _, _, title in hub.told("few")]
    assert numbers == ["issue #3 Issue 3", "release v2.0"]
    assert len(hub.told("all")) == 5
    _sent(hub)
    hub.issue(
        an_issue(3, hub.now, labels=[[2, "bug"]]),
        an_issue(3, hub.now, state="closed", labels=[[1, "WontFix"]]),
    )
    assert [action for action, _, _ in hub.told("few")[2:]] == ["edit", "reply"]


def _sent(hub: Hub) -> None:
    """All that waits is sent, so that an edit is a row of its own."""
    with hub.world.database.write() as session:
        while claims := outbox.claim(session, ["test"], hub.now):
            outbox.mark_sent(session, [(claim, str(claim.id)) for claim in claims], hub.now)


def test_news_cost_as_many_statements_however_many_hear_them(hub: Hub) -> None:
    """GitHub, and all who report, wait for whoever writes."""
    topics = (Topic.ISSUES, Topic.RELEASES, Topic.BROKEN)
    costs: list[int] = []
    for turn, listeners in enumerate((1, 1, 30), 1):
        with hub.world.database.write() as session:
            session.exec(update(Announcement).values(sent_at=hub.now, turn=Turn.OVER))
        for number in range(listeners):
            hub.listener(f"{turn}-{number}", *topics)
        before, after = an_issue(turn, hub.now), an_issue(turn, hub.now, title="Another title")
        hub.issue(None, before)
        after.state = "closed"
        renamed = a_repository(full_name=f"example/name-{turn}")
        with hub.world.database.write() as session, counting(session) as asked:
            issue_changed(session, before, after, hub.now)
            release_published(session, a_release(f"v{turn}", hub.now, turn), hub.now)
            repository_changed(session, a_repository(), renamed, hub.now)
            costs.append(len(asked))
    assert len(hub.world.announced()) > 4 * 30
    assert costs[2] <= costs[1], costs
