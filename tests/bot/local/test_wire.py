"""The room's JSON, both ways."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local.wire import MAX_QUESTION, BadFrameError, answer_frame, entry_frame, read_question
from models.messages.message import Message, Text, Tone
from models.outbox.room import RoomEntry

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def test_a_card_on_the_wire() -> None:
    message = Message("discourse-events broke", Tone.BROKEN, (Text("since noon"),))
    frame = json.loads(entry_frame(RoomEntry(7, None, False, message, NOON, None)))
    assert frame.pop("html").startswith("<div")
    assert frame == {
        "id": "7",
        "thread": None,
        "edited": False,
        "edited_at": None,
        "at": "2026-03-14T12:00:00.000Z",
        "broadcast": False,
        "replayed": False,
        "private": False,
        "question": None,
        "title": "discourse-events broke",
        "tone": "broken",
        "text": "✖ discourse-events broke\n\nsince noon",
    }


def test_an_edited_reply_on_the_wire() -> None:
    frame = json.loads(entry_frame(RoomEntry(8, 7, True, Message("x"), NOON, NOON), replayed=True))
    assert (frame["id"], frame["thread"], frame["broadcast"]) == ("8", "7", True)
    assert (frame["edited"], frame["edited_at"], frame["replayed"]) == (
        True,
        "2026-03-14T12:00:00.000Z",
        True,
    )


def test_answers_are_private_have_the_same_shape_and_ids_of_their_own() -> None:
    first, second = (json.loads(answer_frame("/plugin help", Message("x"), NOON)) for _ in range(2))
    assert first["private"]
    assert first["question"] == "/plugin help"
    assert first["id"].startswith("answer-")
    assert first["id"] != second["id"]
    assert (
        first.keys()
        == json.loads(entry_frame(RoomEntry(1, None, False, Message("x"), NOON, None))).keys()
    )


@pytest.mark.parametrize(
    ("frame", "hint"),
    [
        ("", "JSON"),
        ("/plugin help", "JSON"),
        ("[" * 3000, "JSON"),
        ('["/plugin help"]', "looks like"),
        ('"/plugin help"', "looks like"),
        ("{}", "looks like"),
        ('{"text": 7}', "looks like"),
        ('{"text": "\\ud800"}', "control characters"),
        ('{"text": "/plugin\\u0000"}', "control characters"),
        (json.dumps({"text": "x" * MAX_QUESTION}), "too long"),
        (json.dumps({"text": "活" * (MAX_QUESTION // 3)}, ensure_ascii=False), "too long"),
    ],
)
def test_a_bad_frame_is_told_what_would_be_right(frame: str, hint: str) -> None:
    with pytest.raises(BadFrameError, match=hint):
        read_question(frame)


@given(st.text(max_size=5000))
def test_any_frame_is_a_question_or_a_clear_error(frame: str) -> None:
    for candidate in (frame, json.dumps({"text": frame})):
        with suppress(BadFrameError):
            read_question(candidate).text.encode()


def test_space_around_a_question_does_not_matter() -> None:
    assert read_question('{"text": "  /plugin status\\n"}') == ("/plugin status", ())
