"""The thread of an incident."""

from dataclasses import replace

import pytest

from models.messages.message import Code, Tone
from models.messages.story import BACKTRACE_LIMIT, opened_reply, story_reply, story_words
from models.rules.incidents import StoryKind
from models.views import IncidentView
from tests.models.messages.samples import (
    BOTH_MOVED,
    BROKE,
    FROM_CANARY,
    FROM_CI,
    HOUR,
    INCIDENT,
    said,
)

FIXED = replace(INCIDENT, resolved_at=BROKE + 3 * HOUR, last_bad=BOTH_MOVED)


def test_the_first_reply_holds_the_backtrace_letter_for_letter() -> None:
    assert Code(INCIDENT.backtrace or "", "Backtrace") in opened_reply(INCIDENT).blocks


def test_a_long_backtrace_keeps_both_ends() -> None:
    long = "\n".join(f"frame {number}" for number in range(5_000))
    code = next(
        block
        for block in opened_reply(replace(INCIDENT, message=None, backtrace=long))
        if isinstance(block, Code)
    )
    assert len(code.text) <= BACKTRACE_LIMIT
    assert code.text.startswith("frame 0\n")
    assert code.text.endswith("frame 4999")
    assert "left out" in code.text


def test_a_missing_backtrace_is_said() -> None:
    assert "The site sent no backtrace." in said(opened_reply(replace(INCIDENT, backtrace=None)))


def test_what_has_no_backtrace_to_send_is_not_missing_one() -> None:
    for incident, instead in (
        (FROM_CI, "the run's log has the whole"),
        (replace(FROM_CANARY, backtrace=None), "/plugin canary canary-stable"),
    ):
        words = said(opened_reply(incident))
        assert "The site sent no backtrace." not in words
        assert instead in words


@pytest.mark.parametrize(
    ("kind", "incident", "words"),
    [
        (
            StoryKind.OPENED,
            INCIDENT,
            "Broke at plugin a1a1a1a with host 0b0b0b0, incompatible: NoMethodError",
        ),
        (
            StoryKind.REOPENED,
            replace(INCIDENT, times=2),
            "Broke again, for the 2nd time, at plugin a1a1a1a",
        ),
        (StoryKind.CHANGED, INCIDENT, "Still broken at plugin a1a1a1a with host 0b0b0b0"),
        (StoryKind.FIELD, replace(INCIDENT, failing_sites=1), "1 client site reports it too."),
        (StoryKind.SILENT, INCIDENT, "its status is unknown now. The incident stays open."),
        (StoryKind.RESOLVED, FIXED, "Works again at plugin c0ffeec with host 0b0b0b0, after 3 h."),
    ],
)
def test_each_step_has_its_words(kind: StoryKind, incident: IncidentView, words: str) -> None:
    assert words in story_words(kind, incident)
    assert "\n" not in story_words(kind, incident)


def test_a_recurrence_stands_out_and_names_the_suspect() -> None:
    again = replace(INCIDENT, times=2)
    reply = story_reply(again, StoryKind.REOPENED, "words", BROKE)
    assert reply.title == "Again (2nd time): discourse-solved (main) does not load on tests-passed"
    assert reply.tone is Tone.BROKEN
    assert "Suspect: the host." in said(reply)


def test_a_recovery_stands_out_and_tells_how_long_it_was_broken() -> None:
    reply = story_reply(
        FIXED, StoryKind.RESOLVED, story_words(StoryKind.RESOLVED, FIXED), BROKE + 3 * HOUR
    )
    assert reply.title == "Recovered: discourse-solved (main) works on tests-passed again"
    assert reply.tone is Tone.HEALTHY
    assert "after 3 h" in said(reply)
    assert "2026-11-21 06:15 UTC" in said(reply)


@pytest.mark.parametrize("kind", StoryKind)
def test_every_reply_names_its_plugin(kind: StoryKind) -> None:
    assert "discourse-solved" in story_reply(INCIDENT, kind, "words", BROKE).title
