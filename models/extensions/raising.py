"""Events that extensions raise: stored with the answer of a call, and told to the extensions that hear them.

Nothing here commits.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlmodel import Session, select

from models import outbox
from models.extensions.manifest import Manifest, ManifestError, reread
from models.extensions.manifest.declared import Column
from models.extensions.tables.values import stored, told
from models.messages.message import Code, Message
from models.outbox import Letter
from models.outbox.ways_out import EXTENSION
from models.rules.conversations import About, Conversation
from models.tables import Destination, Extension, Posting

MOST_RAISED = 20
# An event may be raised because of another one, so often: two that answer each other would never end.
MOST_STEPS = 5

Fact = str | int | float | bool

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Raised:
    """An event by its name, with its facts as JSON."""

    name: str
    facts: Mapping[str, Any]


def read_raised(raw: object, manifest: Manifest) -> tuple[Raised, ...]:
    """What is raised.

    Raises:
        ValueError: the manifest declares no such event, or not these facts; the words say why.
    """
    if not isinstance(raw, list):
        raise ValueError("what it raised is no list")  # noqa: TRY004 - told alike
    if len(raw) > MOST_RAISED:
        raise ValueError(f"it raised more than {MOST_RAISED} events")
    return tuple(_read(each, manifest) for each in raw)


def raise_all(
    session: Session, manifest: Manifest, raised: Sequence[Raised], steps: int, now: datetime
) -> None:
    """Tell each extension that hears one of these, after the fact. `steps` is how many events led to them."""
    if not raised:
        return
    if steps >= MOST_STEPS:
        names = [each.name for each in raised]
        _log.warning("events_not_raised", extension=manifest.handle, events=names, steps=steps)
        return
    named = [(f"{manifest.handle}.{each.name}", each.facts) for each in raised]
    tell(session, named, manifest.handle, steps + 1, now)


def tell(
    session: Session,
    happened: Sequence[tuple[str, Mapping[str, Fact]]],
    of: str,
    steps: int,
    now: datetime,
) -> None:
    """Tell each extension that hears one of these events, by its name and its facts; those `of` one come in order."""
    hearing = _hearing(session)
    conversation = Conversation.on(About.RAISED, of)
    letters = []
    for kind, facts in happened:
        message = _event(kind, facts, steps, now)
        letters += [
            Letter(to, conversation, Posting.POST, message)
            for to, heard in hearing.items()
            if kind in heard
        ]
    outbox.enqueue_all(session, letters, now)


def _hearing(session: Session) -> dict[int, set[str]]:
    """What each extension hears, by its destination."""
    rows = session.exec(
        select(Destination.id, Extension.manifest).where(
            Destination.platform == EXTENSION, Destination.address == Extension.handle
        )
    )
    found: dict[int, set[str]] = {}
    for to, text in rows:
        try:
            found[to or 0] = {each.event for each in reread(text).hears}
        except ManifestError:  # it is held until it is understood, and hears of nothing new
            continue
    return found


def _event(kind: str, facts: Mapping[str, Any], steps: int, now: datetime) -> Message:
    at = now.astimezone(UTC).isoformat()
    body = {"type": kind, "timestamp": at, "steps": steps, "data": dict(facts)}
    return Message(kind, blocks=(Code(json.dumps(body)),))


def _read(raw: object, manifest: Manifest) -> Raised:
    match raw:
        case {"event": str(name), "facts": dict(facts), **rest} if not rest:
            pass
        case _:
            raise ValueError("it raised what is no event")
    declared = {each.name: each.facts for each in manifest.raises}.get(name)
    if declared is None:
        raise ValueError(f"it raised {name!r}, which its manifest does not declare")
    if declared.keys() != facts.keys():
        raise ValueError(f"{name} has the facts {', '.join(sorted(declared))}, and no others")
    return Raised(name, {each: _fact(each, declared[each], facts[each]) for each in declared})


def _fact(name: str, kind: str, value: Any) -> Any:
    column = Column(type=kind, optional=False)
    return told(column, stored(name, column, value))
