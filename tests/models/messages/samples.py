"""Hand-made views for the tests of wording, and strategies that make any view at all."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from models.messages.message import Message
from models.rules.blame import Pair, Suspect
from models.rules.incidents import Origin, StoryKind
from models.rules.status import Source, Verdict
from models.views import (
    IncidentStory,
    IncidentView,
    OutbreakView,
    PluginLine,
    PluginView,
    SourceView,
    StatusMatrix,
    StatusView,
    StoryView,
)

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
BACKTRACE = "plugins/discourse-solved/plugin.rb:13:in `activate!'\nlib/plugin/instance.rb:494:in `tap'"

INCIDENT = IncidentView(
    number=12,
    plugin=PLUGIN,
    plugin_branch="main",
    host_branch="tests-passed",
    origin=Origin.GUARD,
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
texts = st.sampled_from(range(len(HOSTILE))).map(HOSTILE.__getitem__) | st.text(st.characters(), max_size=40)
shas = st.sampled_from([OLD_PLUGIN, NEW_PLUGIN, OLD_HOST, NEW_HOST]) | texts
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
    tags=st.lists(texts, max_size=3).map(tuple),
    aliases=st.lists(texts, max_size=3).map(tuple),
    provisional=st.booleans(),
    updated_at=st.none() | moments,
)
incidents = st.builds(
    IncidentView,
    number=counts,
    plugin=plugins,
    plugin_branch=texts,
    host_branch=texts,
    origin=st.sampled_from(Origin),
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
    reference=some,
)
many_incidents = st.builds(list.__mul__, st.lists(incidents, min_size=1, max_size=3), st.sampled_from([1, 40]))
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
    incidents=many_incidents.map(tuple),
)
sources = st.builds(SourceView, st.sampled_from(Source), st.sampled_from(Verdict), moments, moments, pairs)
statuses = st.builds(
    StatusView,
    plugin_branch=texts,
    host_branch=texts,
    verdict=st.sampled_from(Verdict),
    changed_at=st.none() | moments,
    sources=st.lists(sources, max_size=3).map(tuple),
    incident=st.none() | incidents,
    client_sites=counts,
    failing_sites=counts,
)
matrices = st.builds(StatusMatrix, plugins, st.lists(statuses, max_size=25).map(tuple))
lines = st.builds(PluginLine, plugins, st.sampled_from(Verdict), st.lists(texts, max_size=5).map(tuple))
steps = st.builds(StoryView, moments, st.sampled_from(StoryKind), texts)
stories = st.builds(IncidentStory, incidents, st.lists(steps, max_size=25).map(tuple))


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
