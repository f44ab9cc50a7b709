"""The log of a plugin and its history."""

from dataclasses import replace

from models.messages.history import history_message, log_message
from models.messages.message import Code, Message, Table, Tone
from models.rules.incidents import StoryKind
from models.rules.status import Verdict
from models.views import IncidentStory, StoryView
from tests.models.messages.samples import BACKTRACE, BROKE, HOUR, INCIDENT, PLUGIN, said

NOW = BROKE + 9 * HOUR
OPEN = IncidentStory(INCIDENT, (StoryView(BROKE, StoryKind.OPENED, "Broke badly"),))
FIXED = IncidentStory(replace(INCIDENT, number=9, resolved_at=BROKE + 5 * HOUR))


def _rows(message: Message) -> tuple[tuple[str, ...], ...]:
    return next(block for block in message if isinstance(block, Table)).rows


def test_the_log_shows_the_open_incident_with_its_backtrace_and_story() -> None:
    message = log_message(PLUGIN, [FIXED, OPEN], NOW)
    assert (
        message.title == "Incident 12, open: discourse-solved (main) does not load on tests-passed"
    )
    assert message.tone is Tone.BROKEN
    assert Code(BACKTRACE, "Backtrace") in message.blocks
    assert "2026-11-21 03:15 UTC: Broke badly" in said(message)
    assert "for 9 h so far" in said(message)


def test_of_several_open_incidents_the_worst_is_shown_and_the_others_are_counted() -> None:
    milder = IncidentStory(replace(INCIDENT, number=13, verdict=Verdict.TESTS_FAILING))
    message = log_message(PLUGIN, [milder, OPEN], NOW)
    assert message.title.startswith("Incident 12,")
    assert "1 more incident of this plugin open: /plugin history discourse-solved" in said(message)


def test_the_log_of_a_healthy_plugin_is_its_last_incident() -> None:
    message = log_message(PLUGIN, [FIXED], NOW)
    assert message.title.startswith("Incident 9, resolved:")
    assert message.tone is Tone.INFO
    assert "It works again. It was broken for 5 h, until 2026-11-21 08:15 UTC (4 h ago)." in said(
        message
    )
    assert "VERSION" not in said(message)


def test_a_plugin_that_never_broke_has_nothing_to_show() -> None:
    for compose in (log_message, history_message):
        message = compose(PLUGIN, [], NOW)
        assert message.title == "discourse-solved: nothing to show"
        assert "/plugin status discourse-solved" in said(message)


def test_a_long_story_keeps_its_newest_steps() -> None:
    steps = tuple(StoryView(BROKE, StoryKind.CHANGED, f"step {number}") for number in range(30))
    words = said(log_message(PLUGIN, [IncidentStory(INCIDENT, steps)], NOW)).splitlines()
    assert "10 earlier steps are left out" in words
    assert words[-1].endswith("step 29")


def test_what_is_said_again_and_again_is_a_step_once() -> None:
    words = ("Broke", "Client sites report it too.", "Client sites report it too.", "Acknowledged.")
    steps = tuple(
        StoryView(BROKE + place * HOUR, StoryKind.FIELD, each) for place, each in enumerate(words)
    )
    told = said(log_message(PLUGIN, [IncidentStory(INCIDENT, steps)], NOW))
    assert told.count("Client sites report it too.") == 1
    assert "04:15 UTC: Client sites report it too." in told
    assert "06:15 UTC: Acknowledged." in told


def test_doubt_and_a_pin_that_works_are_told_while_it_is_open() -> None:
    pinned = replace(INCIDENT, pinned_sha="a" * 40, confirmed=False)
    for words in ("Works where pinned, at aaaaaaa. It ends when", "it may be bad luck"):
        assert words in said(log_message(PLUGIN, [IncidentStory(pinned)], NOW))
        over = replace(pinned, resolved_at=BROKE + HOUR)
        assert words not in said(log_message(PLUGIN, [IncidentStory(over)], NOW))


def test_history_tells_how_long_each_incident_lasted() -> None:
    flapping = IncidentStory(replace(INCIDENT, times=3))
    rows = _rows(history_message(PLUGIN, [flapping, FIXED], NOW))
    assert rows[0][:4] == (
        "12",
        "main on tests-passed",
        "2026-11-21 03:15 UTC",
        "9 h, open, 3rd time",
    )
    assert rows[1][3] == "5 h"
