"""What holds for every message, whatever the views hold and whatever was typed."""

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.messages import links
from models.messages.acting import acted_message, denied, nothing_open
from models.messages.audit import audit_message
from models.messages.bug_report import report_issue, report_refused
from models.messages.canary import server_message, servers_message, unknown_server, untested_message
from models.messages.canary_card import (
    Progress,
    already_message,
    asked_message,
    run_card,
    unserved_card,
)
from models.messages.channel_style import channel_message
from models.messages.deeds import Done
from models.messages.delivery import parked_notice
from models.messages.digest import DigestContent, digest_message, digest_wish_message
from models.messages.filing import incident_issue, recovery_comment, recurrence_comment
from models.messages.following import FollowEffect as Following
from models.messages.following import (
    followed_message,
    following_message,
    unfollowed_message,
    unknown_tag,
)
from models.messages.github_app import AppTransition, app_news
from models.messages.help import CommandHelp, unknown_command, unknown_plugin, usage_message
from models.messages.history import history_message, log_message
from models.messages.host_branches import unknown_branch
from models.messages.incident import incident_card
from models.messages.info import info_message
from models.messages.issues import issue_card, issue_reply, issues_message, never_told
from models.messages.jobs import jobs_message
from models.messages.linking import code_message, linked_message, not_found
from models.messages.lists import failing_message, list_message
from models.messages.message import Links, Message
from models.messages.outbreak import outbreak_card, outbreak_reply
from models.messages.outside import broken_mail, hook, recovered_mail, topic
from models.messages.people import mine_message, roles_message
from models.messages.release import release_card
from models.messages.reminder import incident_reminder, reminder
from models.messages.repository import RepositoryTransition, repository_news
from models.messages.roles import RoleEffect, role_message
from models.messages.silences import mass_card, mass_reply, silent_message
from models.messages.status import no_status_on, status_message
from models.messages.story import opened_reply, story_reply, story_words
from models.messages.suspects import none_open, suspects_message
from models.messages.watched_incident import watched_card, watched_reply
from models.rules.authority import Holder, HolderKind, Power, Role
from models.rules.blame import Suspect
from models.rules.care import Deed, Effect
from models.rules.digest import Digest
from models.rules.incidents import StoryKind
from models.rules.inert import inert
from models.rules.routing import Filter, Topic
from models.rules.slots import Ended
from models.rules.sources import DESCRIPTORS
from models.views import (
    AuditLine,
    CanaryRunView,
    DestinationView,
    IncidentView,
    PluginView,
    WishView,
)
from models.views.github import IssueView
from models.views.jobs import JobView, RunView
from models.views.people import MyPlugin, RoleLine
from models.views.suspects import SuspectsView, Suspicion
from models.views.watched import WatchedIncidentView
from tests.models.messages import samples
from tests.models.messages.samples import strings

LONGEST = 300_000  # characters of stored JSON; hidden characters grow eightfold when they are made visible
ADDRESSES = (
    "https://github.com/",
    "https://meta.discourse.org/t/",
    "/incidents/",
    "/outbreaks/",
    "/servers/",
)


def _story(incident: IncidentView, kind: StoryKind, at: datetime) -> Message:
    return story_reply(incident, kind, story_words(kind, incident), at)


def _reading(incident: IncidentView, kind: StoryKind, words: str, at: datetime) -> Message:
    return story_reply(incident, kind, words, at)


def _unknown(word: str, handles: list[str]) -> Message:
    return unknown_command(
        word, [CommandHelp("status", "/plugin status NAME", "Whether it works", ())], handles
    )


def _card(plugins: list[PluginView], issue: IssueView, name: str, gone: bool) -> Message:
    return issue_card(plugins, issue, name, gone=gone)


def _reply(plugins: list[PluginView], issue: IssueView, at: datetime, gone: bool) -> Message:
    return issue_reply(plugins, issue, at, gone=gone)


some_plugins = st.builds(
    list.__mul__, st.lists(samples.plugins, min_size=1, max_size=3), st.sampled_from([1, 20])
)


def _server(
    runs: list[CanaryRunView], incident: WatchedIncidentView | None, now: datetime
) -> Message:
    return server_message(runs, incident, (), now)


untested = st.dictionaries(samples.texts, samples.texts, max_size=3)
few = st.lists(samples.stories, max_size=3)
done = st.builds(Done, samples.incidents, st.sampled_from(Effect), st.booleans())
some_done = st.builds(
    list.__mul__, st.lists(done, min_size=1, max_size=3), st.sampled_from([1, 30])
)
some_holder = st.builds(
    Holder, samples.texts, samples.texts, st.sampled_from(HolderKind), samples.texts
)
some_audited = st.lists(
    st.builds(
        AuditLine, samples.moments, samples.texts, samples.texts, samples.texts, samples.texts
    ),
    max_size=30,
)
role_lines = st.builds(
    RoleLine,
    st.sampled_from(Role),
    st.sampled_from(HolderKind),
    samples.texts,
    samples.texts,
    samples.moments,
    samples.texts,
    st.booleans(),
    samples.texts,
)
my_own = st.builds(
    MyPlugin,
    samples.lines,
    st.booleans(),
    st.lists(samples.texts, max_size=2).map(tuple),
    st.booleans(),
)
BEGUN = (Following.BEGUN, Following.CHANGED, Following.ALREADY)
ENDED = (Following.ENDED, Following.ALREADY)
filters = st.builds(
    Filter,
    st.frozensets(st.sampled_from(Topic), min_size=1),
    st.frozensets(samples.texts, max_size=20),
)
wishes = st.builds(WishView, samples.texts, samples.texts, samples.texts, filters)
some_wishes = st.builds(
    tuple,
    st.lists(wishes, max_size=3) | st.lists(wishes, min_size=1, max_size=1).map(lambda x: x * 150),
)
destinations = st.builds(
    DestinationView, samples.texts, st.booleans(), some_wishes, st.booleans(), st.booleans()
)


run_views = st.builds(
    RunView, samples.moments, samples.moments, st.sampled_from(Ended), st.none() | samples.texts
)
job_views = st.builds(
    JobView,
    samples.texts,
    samples.texts,
    st.timedeltas(),
    samples.moments,
    st.none() | samples.moments,
    st.none() | run_views,
)


_SUSPECTS = st.builds(
    SuspectsView,
    incident=samples.incidents,
    suspicions=st.lists(
        st.builds(Suspicion, side=st.sampled_from((Suspect.HOST, Suspect.PLUGIN))), max_size=2
    ).map(tuple),
    works_on=samples.texts,
)


def _report(plugin: PluginView, text: str, incident: IncidentView | None) -> Message:
    return report_issue(
        plugin, dict.fromkeys(("happened", "expected", "steps", "host", "logs"), text), incident
    )


digests = st.builds(
    DigestContent,
    samples.moments,
    samples.many_incidents,
    samples.many_incidents,
    samples.many_watched_incidents,
    samples.counts,
    samples.counts,
)


def _digest_wish(place: DestinationView, changed: bool) -> Message:
    return digest_wish_message(place, changed=changed)


def _channel(place: DestinationView, changed: bool) -> Message:
    return channel_message(place, changed=changed)


MESSAGES = [
    (incident_card, (samples.incidents,)),
    (opened_reply, (samples.incidents,)),
    (_story, (samples.incidents, st.sampled_from(StoryKind), samples.moments)),
    (_reading, (samples.incidents, st.sampled_from(StoryKind), samples.texts, samples.moments)),
    (outbreak_card, (samples.outbreaks,)),
    (suspects_message, (_SUSPECTS,)),
    (none_open, (samples.plugins,)),
    (outbreak_reply, (samples.outbreaks, samples.many_incidents)),
    (status_message, (samples.matrices, samples.moments)),
    (no_status_on, (samples.matrices, samples.texts, st.lists(samples.texts, max_size=40))),
    (list_message, (samples.worst_plugins, samples.texts)),
    (
        failing_message,
        (
            samples.worst_incidents,
            st.lists(samples.outbreaks, max_size=2),
            samples.moments,
            samples.many_watched_incidents,
        ),
    ),
    (mass_card, (samples.mass_silences,)),
    (mass_reply, (samples.mass_silences, samples.many_watched_incidents)),
    (silent_message, (st.lists(samples.watched, max_size=60), samples.moments)),
    (incident_reminder, (samples.incidents, samples.moments)),
    (reminder, (samples.many_incidents, samples.moments)),
    (digest_message, (digests, st.sampled_from([Digest.DAILY, Digest.WEEKLY]), samples.moments)),
    (_digest_wish, (destinations, st.booleans())),
    (log_message, (samples.plugins, few, samples.moments)),
    (history_message, (samples.plugins, few, samples.moments)),
    (info_message, (samples.plugins, st.none() | samples.repositories, samples.moments)),
    (issues_message, (samples.plugins, samples.repositories, samples.issue_lists, samples.moments)),
    (never_told, (samples.plugins,)),
    (_card, (some_plugins, samples.issues, samples.texts, st.booleans())),
    (_reply, (some_plugins, samples.issues, samples.moments, st.booleans())),
    (release_card, (some_plugins, samples.releases, samples.texts, samples.many_incidents)),
    (
        repository_news,
        (
            st.sampled_from(RepositoryTransition),
            some_plugins,
            samples.texts,
            samples.texts,
            samples.moments,
        ),
    ),
    (app_news, (st.sampled_from(AppTransition), samples.texts, some_plugins, samples.moments)),
    (servers_message, (st.lists(samples.runs, max_size=60), samples.moments, untested)),
    (run_card, (samples.runs, st.builds(Progress, samples.texts, samples.counts, samples.texts))),
    (asked_message, (samples.texts, samples.texts)),
    (already_message, (samples.texts,)),
    (unserved_card, (samples.texts, samples.texts)),
    (untested_message, (samples.texts, samples.texts)),
    (
        _server,
        (
            st.lists(samples.runs, min_size=1, max_size=12),
            st.none() | samples.watched_incidents,
            samples.moments,
        ),
    ),
    (unknown_server, (samples.texts, st.lists(samples.texts, max_size=5))),
    (watched_card, (samples.watched_incidents,)),
    (watched_reply, (samples.watched_incidents,)),
    (acted_message, (st.sampled_from(Deed), samples.plugins, some_done, samples.moments)),
    (
        nothing_open,
        (samples.plugins, samples.texts, st.none() | samples.incidents, samples.moments),
    ),
    (denied, (st.sampled_from(Power), st.none() | samples.plugins)),
    (
        role_message,
        (
            st.sampled_from(Role),
            some_holder,
            st.none() | samples.plugins,
            st.sampled_from(RoleEffect),
        ),
    ),
    (roles_message, (st.lists(role_lines, max_size=3).map(lambda some: some * 50),)),
    (mine_message, (st.lists(my_own, max_size=3).map(lambda some: some * 50),)),
    (jobs_message, (st.lists(job_views, max_size=3), samples.moments)),
    (audit_message, (some_audited, st.none() | samples.plugins, samples.moments)),
    (
        followed_message,
        (st.sampled_from(BEGUN), wishes, destinations, st.lists(wishes, max_size=20)),
    ),
    (
        unfollowed_message,
        (st.sampled_from(ENDED), wishes, destinations, st.lists(wishes, max_size=20)),
    ),
    (following_message, (destinations,)),
    (_channel, (destinations, st.booleans())),
    (unknown_tag, (samples.texts, st.lists(samples.texts, max_size=20))),
    (unknown_branch, (samples.texts, st.lists(samples.texts, max_size=20))),
    (code_message, (samples.texts, st.just("pluginwatch-0123456789abcdef"), samples.moments)),
    (linked_message, (samples.texts, st.lists(samples.texts, max_size=30))),
    (not_found, (samples.texts, samples.moments)),
    (parked_notice, (st.just("slack"), samples.texts, samples.texts)),
    (incident_issue, (samples.incidents,)),
    (recovery_comment, (samples.incidents,)),
    (recurrence_comment, (samples.incidents,)),
    (_report, (samples.plugins, samples.texts, st.none() | samples.incidents)),
    (report_refused, (samples.plugins, samples.texts)),
    (broken_mail, (samples.incidents,)),
    (recovered_mail, (samples.incidents,)),
    (topic, (samples.incidents,)),
    (hook, (samples.incidents, st.sampled_from(StoryKind), samples.moments)),
    (unknown_plugin, (samples.texts, st.lists(samples.texts, max_size=5))),
    (_unknown, (samples.texts, st.lists(samples.texts, max_size=5))),
    (usage_message, (st.just("“x” was not understood"),)),
]


@pytest.mark.parametrize(
    ("compose", "arguments"), MESSAGES, ids=[compose.__name__ for compose, _ in MESSAGES]
)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_view_becomes_a_message_that_can_be_stored_and_does_no_harm(
    data: st.DataObject,
    compose: Callable[..., Message],
    arguments: tuple[st.SearchStrategy[object], ...],
) -> None:
    message = compose(*(data.draw(argument) for argument in arguments))

    stored = message.to_json()
    assert Message.from_json(stored) == message
    assert len(stored) < LONGEST
    assert message.title.strip()
    assert all(inert(text) == text for text in strings(message))
    assert all(address.startswith(ADDRESSES) for _, address in _links(message))


@given(full_name=samples.texts, sha=samples.texts, other=samples.shas)
def test_no_sender_chooses_an_address(full_name: str, sha: str, other: str) -> None:
    built = (
        links.repository(full_name),
        links.commit(full_name, sha),
        links.compare(full_name, sha, other),
        *(
            links.ci_run("a/b", sha, each.run_page)
            for each in DESCRIPTORS.values()
            if each.run_page
        ),
        links.release("a/b", sha),
        links.release(full_name, "v1"),
        links.issue(full_name, 1),
        links.issues(full_name, sha),
    )

    assert all(address is None or address.startswith("https://github.com/") for address in built)


def _links(message: Message) -> list[tuple[str, str]]:
    return [link for block in message if isinstance(block, Links) for link in block.links]
