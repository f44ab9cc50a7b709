"""Hand-made views for the tests of wording, and strategies that make any view at all."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from models.messages.message import Message
from models.rules.blame import Pair, Suspect
from models.rules.care import UNTOUCHED, Care
from models.rules.incidents import FIELD_EVIDENCE, StoryKind
from models.rules.routing import OUTBREAK_LISTED
from models.rules.silence import Trouble
from models.rules.smoke import EarlierAttempt, Result, RunState, RunStep
from models.rules.sources import JudgingSource
from models.rules.status import Verdict
from models.rules.watched import WatchedKind
from models.views import (
    CanaryRunView,
    IncidentStory,
    IncidentView,
    PluginLine,
    PluginView,
    StatusMatrix,
    StatusView,
    StoryView,
    VerdictView,
)
from models.views.github import IssueList, IssueView, ReleaseView, RepositoryView
from models.views.outbreaks import OutbreakTally, OutbreakView
from models.views.watched import MassSilenceView, WatchedIncidentView, WatchedView
from models.views.worst import WorstIncidents, WorstPlugins

BROKE = datetime(2026, 11, 21, 3, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)

OLD_PLUGIN, NEW_PLUGIN = "a1" * 20, "c0ffee" * 6 + "abcd"
OLD_HOST, NEW_HOST = "9f" * 20, "0b" * 20
GOOD = Pair(OLD_PLUGIN, OLD_HOST)
HOST_MOVED = Pair(OLD_PLUGIN, NEW_HOST)
PLUGIN_MOVED = Pair(NEW_PLUGIN, OLD_HOST)
BOTH_MOVED = Pair(NEW_PLUGIN, NEW_HOST)

PLUGIN = PluginView("discourse-solved", "Discourse Solved", "discourse/discourse-solved")
ERROR = "NoMethodError: undefined method `add_callback'\nDid you mean?  add_callbacks"
BACKTRACE = (
    "plugins/discourse-solved/plugin.rb:13:in `activate!'\nlib/plugin/instance.rb:494:in `tap'"
)

INCIDENT = IncidentView(
    number=12,
    plugin=PLUGIN,
    plugin_branch="main",
    host_branch="tests-passed",
    origin=JudgingSource.GUARD,
    verdict=Verdict.INCOMPATIBLE,
    opened_at=BROKE,
    updated_at=BROKE,
    resolved_at=None,
    times=1,
    suspect=Suspect.HOST,
    first_bad=HOST_MOVED,
    last_bad=HOST_MOVED,
    last_good=GOOD,
    fingerprint="f",
    message=ERROR,
    backtrace=BACKTRACE,
    said_by="canary.example.com",
    failing_sites=0,
)

CI_GOOD, CI_BAD = Pair(OLD_PLUGIN, ""), Pair(NEW_PLUGIN, "")
FROM_CI = replace(
    INCIDENT,
    origin=JudgingSource.TESTS,
    verdict=Verdict.TESTS_FAILING,
    suspect=Suspect.BOTH,
    first_bad=CI_BAD,
    last_bad=CI_BAD,
    last_good=CI_GOOD,
    message="3 examples failed",
    backtrace=None,
    said_by="Discourse Plugin",
    reference="actions/runs/123",
)
FROM_CANARY = replace(
    INCIDENT,
    origin=JudgingSource.CANARY,
    verdict=Verdict.SMOKE_FAILING,
    message="open composer: timed out",
    said_by="canary-stable",
    reference="run-7",
)

ISSUE = IssueView(12, "It does not load", "open", ("bug", "needs info"), 3, BROKE - 50 * HOUR)
RELEASE = ReleaseView("v1.2", "The second", prerelease=False, published_at=BROKE - 20 * HOUR)
REPOSITORY = RepositoryView(
    full_name="discourse/discourse-solved",
    private=False,
    archived=False,
    deleted=False,
    default_branch="main",
    head_sha=NEW_PLUGIN,
    head_at=BROKE - HOUR,
    open_issues=7,
    newest_issues=(
        ISSUE,
        replace(ISSUE, number=9, title="Crash"),
        replace(ISSUE, number=4, title="Slow"),
    ),
    release=RELEASE,
)

RUN = CanaryRunView(
    run_id="r1",
    server="stable.example.com",
    state=RunState.FAILED,
    host_branch="tests-passed",
    host_sha=NEW_HOST,
    started_at=BROKE,
    finished_at=BROKE + timedelta(minutes=5),
    steps=(
        RunStep("log in", Result.PASSED, 1_200),
        RunStep("open /latest", Result.FAILED, 100_000, "Timeout 100000ms exceeded"),
    ),
    plugins=2,
    blamed=("discourse-solved",),
    artefacts=("console-log",),
)
SERVER_INCIDENT = WatchedIncidentView(
    number=3,
    name="stable.example.com",
    host_branch="tests-passed",
    host_sha=NEW_HOST,
    step="open /latest",
    message="Timeout 100000ms exceeded",
    opened_at=BROKE,
    updated_at=BROKE,
    resolved_at=None,
    resolution=None,
)

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "@here @everyone <!channel> <@U1> [pay](https://evil.example)",
    "abc\u202egnp.exe\u2066 \u200b\x1b[31m\x00\ud800",
    "https://github.com/evil/evil\n\n# heading",
    "x" * 100_000,
    "\u202e" * 100_000,
    "\n" * 100_000,
    "",
)
# By their places, for Hypothesis writes out what it samples from.
texts = st.sampled_from(range(len(HOSTILE))).map(HOSTILE.__getitem__) | st.text(
    st.characters(), max_size=40
)
shas = st.sampled_from([OLD_PLUGIN, NEW_PLUGIN, OLD_HOST, NEW_HOST, ""]) | texts
pairs = st.builds(Pair, shas, shas)
moments = st.integers(-2_000_000, 2_000_000).map(lambda minutes: BROKE + timedelta(minutes=minutes))
counts = st.integers(0, 2_000_000)
some = st.none() | texts
plugins = st.builds(
    PluginView,
    handle=texts,
    name=texts,
    repository=texts | st.just("discourse/discourse-solved"),
    about=some,
    version=some,
    authors=some,
    contact_emails=some,
    url=some,
    required_version=some,
    meta_topic_id=some,
    label=some,
    compatibility=some | st.just("< 3.5.0: abcdef1\n3.4: v1\n"),
    compat_branches=st.just(("d-compat/2026.2",)) | st.just(()),
    tags=st.lists(texts, max_size=3).map(tuple),
    aliases=st.lists(texts, max_size=3).map(tuple),
    provisional=st.booleans(),
    updated_at=st.none() | moments,
)
cares = st.just(UNTOUCHED) | st.builds(
    Care,
    acknowledged_at=st.none() | moments,
    acknowledged_by=some,
    owner_id=st.none() | counts,
    owner=some,
    muted_at=st.none() | moments,
    muted_until=st.none() | moments,
    muted_by=some,
    mute_reason=some,
)
incidents = st.builds(
    IncidentView,
    number=counts,
    plugin=plugins,
    plugin_branch=texts,
    host_branch=texts,
    origin=st.sampled_from([*JudgingSource, FIELD_EVIDENCE]),
    verdict=st.sampled_from(Verdict),
    opened_at=moments,
    updated_at=moments,
    resolved_at=st.none() | moments,
    times=st.integers(1, 200),
    suspect=st.sampled_from(Suspect),
    first_bad=pairs,
    last_bad=pairs,
    last_good=st.none() | pairs,
    fingerprint=texts,
    message=some,
    backtrace=some,
    said_by=some,
    failing_sites=counts,
    outbreak=st.none() | counts,
    reference=some | st.just("actions/runs/1"),
    care=cares,
)
many_incidents = st.builds(
    list.__mul__, st.lists(incidents, min_size=1, max_size=3), st.sampled_from([1, 40])
)
outbreaks = st.builds(
    OutbreakView,
    number=counts,
    host_branch=texts,
    good_host_sha=st.none() | shas,
    bad_host_sha=shas,
    by_fingerprint=st.booleans(),
    opened_at=moments,
    updated_at=moments,
    resolved_at=st.none() | moments,
    tally=st.builds(
        OutbreakTally,
        incidents=counts,
        plugins=counts,
        broken=counts,
        muted=counts,
        unmuted=counts,
        unacknowledged=counts,
        unclaimed=counts,
    ),
    incidents=many_incidents.map(tuple),
)
judged = st.builds(
    VerdictView, st.sampled_from(JudgingSource), st.sampled_from(Verdict), moments, moments, pairs
)
statuses = st.builds(
    StatusView,
    plugin_branch=texts,
    host_branch=texts,
    verdict=st.sampled_from(Verdict),
    changed_at=st.none() | moments,
    verdicts=st.lists(judged, max_size=3).map(tuple),
    incident=st.none() | incidents,
    client_sites=counts,
    failing_sites=counts,
)
numbers = st.integers(1, 2_000_000)
issues = st.builds(
    IssueView,
    number=numbers,
    title=texts,
    state=st.sampled_from(["open", "closed"]),
    labels=st.lists(texts, max_size=9).map(tuple),
    comments=counts,
    created_at=moments,
    closed_at=st.none() | moments,
)
issue_lists = st.builds(
    IssueList,
    state=st.sampled_from(["open", "closed"]),
    asked=st.lists(texts, max_size=3).map(tuple),
    issues=st.lists(issues, max_size=20).map(tuple),
    total=st.integers(20, 2_000_000),
    labels=st.lists(texts, max_size=9).map(tuple),
)
tags = texts | st.sampled_from(["v1.2", "a/b", "@x/y@1.0"])
releases = st.builds(
    ReleaseView, tag=tags, name=texts, prerelease=st.booleans(), published_at=moments
)
repositories = st.builds(
    RepositoryView,
    full_name=texts | st.just("discourse/discourse-solved"),
    private=st.booleans(),
    archived=st.booleans(),
    deleted=st.booleans(),
    default_branch=some,
    head_sha=st.none() | shas,
    head_at=st.none() | moments,
    open_issues=counts,
    newest_issues=st.lists(issues, max_size=3).map(tuple),
    release=st.none() | releases,
)
matrices = st.builds(
    StatusMatrix, plugins, st.lists(statuses, max_size=25).map(tuple), st.none() | repositories
)
smoke_steps = st.builds(RunStep, texts, st.sampled_from(Result), counts, some)
runs = st.builds(
    CanaryRunView,
    run_id=texts,
    server=texts,
    state=st.sampled_from(RunState),
    host_branch=texts,
    host_sha=shas,
    started_at=moments,
    finished_at=st.none() | moments,
    steps=st.builds(list.__mul__, st.lists(smoke_steps, max_size=3), st.sampled_from([1, 40])).map(
        tuple
    ),
    plugins=counts,
    blamed=st.lists(texts, max_size=15).map(tuple),
    artefacts=st.lists(texts, max_size=2).map(tuple),
    earlier=st.lists(st.builds(EarlierAttempt, counts, texts, some), max_size=2).map(tuple),
)
watched_incidents = st.builds(
    WatchedIncidentView,
    number=counts,
    name=texts,
    host_branch=texts,
    host_sha=shas,
    step=texts,
    message=some,
    opened_at=moments,
    updated_at=moments,
    resolved_at=st.none() | moments,
    resolution=some,
    blamed=st.lists(texts, max_size=2).map(tuple),
    kind=st.sampled_from(WatchedKind),
    trouble=st.sampled_from(Trouble),
    heard_at=st.none() | moments,
    said=texts,
    unknown=counts,
    mass=st.none() | counts,
)
many_watched_incidents = st.builds(
    list.__mul__, st.lists(watched_incidents, min_size=1, max_size=3), st.sampled_from([1, 40])
)
mass_silences = st.builds(
    MassSilenceView,
    counts,
    moments,
    moments,
    st.none() | moments,
    many_watched_incidents.map(tuple),
)
watched = st.builds(
    WatchedView,
    kind=st.sampled_from(WatchedKind),
    name=texts,
    since=moments,
    heard_at=st.none() | moments,
    said=texts,
    due_at=moments,
    trouble=st.none() | st.sampled_from(Trouble),
)
lines = st.builds(
    PluginLine, plugins, st.sampled_from(Verdict), st.lists(texts, max_size=5).map(tuple)
)
worst_plugins = st.builds(
    WorstPlugins,
    st.lists(lines, max_size=50).map(tuple),
    st.dictionaries(st.sampled_from(Verdict), st.integers(1, 40_000)),
)
worst_incidents = st.builds(
    WorstIncidents,
    st.lists(incidents, max_size=50).map(tuple),
    st.integers(1, 40_000),
    st.integers(1, 40_000),
)
steps = st.builds(StoryView, moments, st.sampled_from(StoryKind), texts)
stories = st.builds(IncidentStory, incidents, st.lists(steps, max_size=25).map(tuple))


def members(number: int, fixed: int = 0) -> tuple[IncidentView, ...]:
    """Incidents of so many plugins, of which the first few are fixed."""
    return tuple(
        replace(
            INCIDENT,
            number=place,
            plugin=replace(PLUGIN, handle=f"plugin-{place}"),
            resolved_at=BROKE + HOUR if place < fixed else None,
        )
        for place in range(number)
    )


def outbreak_of(number: int, fixed: int = 0) -> OutbreakView:
    """An outbreak of so many plugins; those still broken are listed first."""
    listed = sorted(members(number, fixed), key=lambda each: each.resolved_at is not None)
    return OutbreakView(
        number=3,
        host_branch="tests-passed",
        good_host_sha=OLD_HOST,
        bad_host_sha=NEW_HOST,
        by_fingerprint=False,
        opened_at=BROKE,
        updated_at=BROKE,
        resolved_at=None,
        tally=OutbreakTally(number, number, number - fixed, 0, *[number - fixed] * 3),
        incidents=tuple(listed[:OUTBREAK_LISTED]),
    )


def said(message: Message) -> str:
    """Every word of the message, a line each."""
    return "\n".join(strings(message))


def strings(message: Message) -> Iterator[str]:
    """Every string of the message."""
    yield from _strings([message.title, [{**asdict(block), "kind": None} for block in message]])


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _strings(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _strings(item)
