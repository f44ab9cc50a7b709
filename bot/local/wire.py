"""The room's JSON, both ways: what the page is sent and what it may ask. Pure."""

import json
import secrets
import unicodedata
from datetime import datetime
from itertools import count
from typing import NamedTuple

from bot.local.render import html, plain
from models.messages.message import Message
from models.outbox.room import RoomEntry

MAX_QUESTION = 4096  # bytes of one frame from the page
MAX_FILLED = 96 * 1024  # bytes of one with a form that was filled in

_answers = count(1)


class RoomQuestion(NamedTuple):
    """What the page asks, with what was filled into a form if it was one: names of fields with words."""

    text: str
    filled: tuple[tuple[str, str], ...] = ()


class BadFrameError(ValueError):
    """A frame from the page that is no question; its text tells the person what to send."""


def entry_frame(entry: RoomEntry, *, replayed: bool = False) -> str:
    """A message of the room.

    `replayed` ones stood before the page came, so they need no attention.
    """
    return json.dumps(
        {
            "id": str(entry.id),
            "thread": None if entry.thread_id is None else str(entry.thread_id),
            "edited": entry.edited_at is not None,
            "edited_at": _iso(entry.edited_at) if entry.edited_at else None,
            "at": _iso(entry.posted_at),
            "broadcast": entry.broadcast,
            "replayed": replayed,
            "private": False,
            "question": None,
            **_drawn(entry.message),
        }
    )


def answer_frame(question: str | None, message: Message, now: datetime) -> str:
    """An answer that only the asker sees.

    `question` is None when the frame could not be read as one.
    """
    return json.dumps(
        {
            "id": f"answer-{next(_answers)}-{secrets.token_hex(4)}",
            "thread": None,
            "edited": False,
            "edited_at": None,
            "at": _iso(now),
            "broadcast": False,
            "replayed": False,
            "private": True,
            "question": question,
            **_drawn(message),
        }
    )


def read_question(frame: str) -> RoomQuestion:
    """What a frame asks, without the space around it.

    Raises:
        BadFrameError: it is too large, no JSON, of another shape, or holds characters that nobody types.

    """
    size = len(frame.encode())
    try:
        asked = json.loads(frame) if size <= MAX_FILLED else None
    except (ValueError, RecursionError) as error:
        raise BadFrameError('That is no JSON. Send {"text": "/plugin help"}.') from error
    longest = MAX_FILLED if isinstance(asked, dict) and asked.get("filled") else MAX_QUESTION
    if size > longest:
        raise BadFrameError(f"That is too long: a question may have up to {longest:,} bytes.")
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
        raise BadFrameError('A question looks like {"text": "/plugin help"}.')
    filled = _filled(asked.get("filled") or {})
    written = asked["text"] + "".join(map("".join, filled))
    if any(_unreadable(character) for character in written):
        raise BadFrameError("The question holds control characters; type it again without them.")
    return RoomQuestion(str(asked["text"]).strip(), filled)


def _filled(raw: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(raw, dict) or not all(isinstance(value, str) for value in raw.values()):
        raise BadFrameError(
            'A form looks like {"text": "/plugin report NAME", "filled": {"FIELD": "WORDS"}}.'
        )
    return tuple((str(name), value) for name, value in raw.items())


def _drawn(message: Message) -> dict[str, str]:
    return {
        "title": message.title,
        "tone": message.tone.value,
        "text": plain(message),
        "html": html(message),
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _unreadable(character: str) -> bool:
    """Whether a character is one that nobody types."""
    # Lone surrogates cannot be stored or sent on, and PostgreSQL takes no NUL.
    return character not in "\t\r\n" and unicodedata.category(character) in {"Cc", "Cs"}
