"""What holds for every message, whatever the views hold and whatever was typed."""

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.messages import links
from models.messages.help import CommandHelp, unknown_command, unknown_plugin, usage_message
from models.messages.history import history_message, log_message
from models.messages.incident import incident_card
from models.messages.info import info_message
from models.messages.lists import failing_message, list_message
from models.messages.message import Links, Message
from models.messages.outbreak import outbreak_card, outbreak_reply
from models.messages.status import no_status_on, status_message
from models.messages.story import opened_reply, story_reply, story_words
from models.rules.incidents import StoryKind
from models.rules.inert import inert
from models.views import IncidentView
from tests.models.messages import samples
from tests.models.messages.samples import strings

LONGEST = 300_000  # characters of stored JSON; hidden characters grow eightfold when they are made visible
ADDRESSES = ("https://github.com/", "https://meta.discourse.org/t/")


def _story(incident: IncidentView, kind: StoryKind, at: datetime) -> Message:
    return story_reply(incident, kind, story_words(kind, incident), at)


def _reading(incident: IncidentView, kind: StoryKind, words: str, at: datetime) -> Message:
    return story_reply(incident, kind, words, at)


def _unknown(word: str, handles: list[str]) -> Message:
    return unknown_command(word, [CommandHelp("status", "/plugin status NAME", "Whether it works", ())], handles)


few = st.lists(samples.stories, max_size=3)
MESSAGES = [
    (incident_card, (samples.incidents,)),
    (opened_reply, (samples.incidents,)),
    (_story, (samples.incidents, st.sampled_from(StoryKind), samples.moments)),
    (_reading, (samples.incidents, st.sampled_from(StoryKind), samples.texts, samples.moments)),
    (outbreak_card, (samples.outbreaks,)),
    (outbreak_reply, (samples.outbreaks, samples.many_incidents)),
    (status_message, (samples.matrices, samples.moments)),
    (no_status_on, (samples.plugins, samples.texts, st.lists(samples.texts, max_size=40))),
    (list_message, (st.lists(samples.lines, max_size=60), samples.texts)),
    (failing_message, (samples.many_incidents, st.lists(samples.outbreaks, max_size=2), samples.moments)),
    (log_message, (samples.plugins, few, samples.moments)),
    (history_message, (samples.plugins, few, samples.moments)),
    (info_message, (samples.plugins,)),
    (unknown_plugin, (samples.texts, st.lists(samples.texts, max_size=5))),
    (_unknown, (samples.texts, st.lists(samples.texts, max_size=5))),
    (usage_message, (st.just("“x” was not understood"),)),
]


@pytest.mark.parametrize(("compose", "arguments"), MESSAGES, ids=[compose.__name__ for compose, _ in MESSAGES])
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_view_becomes_a_message_that_can_be_stored_and_does_no_harm(
    data: st.DataObject, compose: Callable[..., Message], arguments: tuple[st.SearchStrategy[object], ...]
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
    built = (links.repository(full_name), links.commit(full_name, sha), links.compare(full_name, sha, other))

    assert all(address is None or address.startswith("https://github.com/") for address in built)


def _links(message: Message) -> list[tuple[str, str]]:
    return [link for block in message if isinstance(block, Links) for link in block.links]
