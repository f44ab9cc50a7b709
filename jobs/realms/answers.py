"""From what a realm answers to a Message: checked, cleaned, and without what only the host may say. Pure."""

import json
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

from jobs.realms.errors import RealmError
from models.events.extensions import CiSaid
from models.extensions.manifest import Manifest
from models.extensions.raising import Raised, read_raised
from models.extensions.tables.writing import Write, read_writes
from models.messages.message import Buttons, Links, Message, Tone, UnreadableError
from models.rules.clean import clean_json
from models.rules.status import Verdict

_LONGEST_TITLE = 300
_MOST_BLOCKS = 50
_LONGEST = 30_000
_MOST_ACTS = 20

# Counting letters of all scripts in the pattern itself would take 4 MB each time that it is used.
_Branch = Annotated[str, StringConstraints(max_length=100, pattern=r"^[\w.-][\w./-]*$")]


class _Saying(BaseModel):
    """What a realm says of a plugin."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plugin: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    branch: _Branch
    host_branch: _Branch
    sha: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{7,64}$")]
    verdict: str
    at: AwareDatetime
    said_by: Annotated[str, StringConstraints(max_length=100)]
    message: Annotated[str, StringConstraints(max_length=4_000)] = ""


@dataclass(frozen=True, slots=True)
class RealmAnswer:
    """What is told, and what is done with it: acts by name with their arguments, writes into own tables, and
    events; and what it says of plugins.
    """

    message: Message
    acts: tuple[tuple[str, dict[str, Any]], ...]
    writes: tuple[Write, ...]
    raised: tuple[Raised, ...]
    said: tuple[CiSaid, ...]


def answer_of(
    answer: object,
    manifest: Manifest,
    *,
    may_act: bool,
    may_write: bool,
    may_say: frozenset[str] = frozenset(),
) -> RealmAnswer:
    """The answer of a handler, which may say these verdicts.

    Raises:
        RealmError: it is none, or says or does what an extension may not.
    """
    match answer:
        case {
            "message": dict(raw),
            "acts": list(wishes),
            "writes": wanted,
            "raised": events,
            "said": list(verdicts),
            **rest,
        } if not rest:
            message = _read(raw)
            acts = tuple(map(_wish, wishes))
            writes, raised = _kept(wanted, events, manifest)
            said = tuple(_said(each, manifest, may_say) for each in verdicts)
        case _:
            raise RealmError("it answered with no message")
    if (acts and not may_act) or ((writes or raised) and not may_write):
        raise RealmError("it acted, and only an act may")
    if max(len(acts), len(said)) > _MOST_ACTS:
        raise RealmError(f"it acted, or judged, more than {_MOST_ACTS} times")
    _refuse_blocks(message, manifest.handle)
    return RealmAnswer(message, acts, writes, raised, said)


def _kept(
    writes: object, raised: object, manifest: Manifest
) -> tuple[tuple[Write, ...], tuple[Raised, ...]]:
    """What is stored with the answer."""
    try:
        return read_writes(writes, manifest), read_raised(raised, manifest)
    except ValueError as error:
        raise RealmError(str(error)) from error


def _wish(raw: object) -> tuple[str, dict[str, Any]]:
    match raw:
        case {"action": str(action), "arguments": dict(arguments), **rest} if not rest:
            return action, arguments
        case _:
            raise RealmError("it acted by what is no act")


def _said(raw: object, manifest: Manifest, may_say: frozenset[str]) -> CiSaid:
    try:
        said = _Saying.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise RealmError(
            f"it said of a plugin what makes no sense: {where}: {first['msg']}"
        ) from error
    if said.verdict not in may_say:
        raise RealmError(f"it said {said.verdict!r}, which its manifest does not let it say here")
    told = said.model_dump() | {"verdict": Verdict(said.verdict)}
    return CiSaid(extension=manifest.handle, **told)


def _refuse_blocks(message: Message, handle: str) -> None:
    for block in message:
        if isinstance(block, Links):
            raise RealmError("it answered with links, which only Pluginwatch makes")
        if isinstance(block, Buttons):
            _refuse_others([command for _, command in block.buttons], handle)


def _read(raw: dict[str, Any]) -> Message:
    whole = {"tone": Tone.INFO, "blocks": [], **raw}
    try:
        text = json.dumps(clean_json(whole), ensure_ascii=False)
    except RecursionError as error:
        raise RealmError("its message is nested too deeply") from error
    if len(text) > _LONGEST:
        raise RealmError(f"its message has more than {_LONGEST:,} characters")
    try:
        if whole.keys() != {"title", "tone", "blocks"} or not isinstance(whole["title"], str):
            raise UnreadableError  # noqa: TRY301 - told alike
        message = Message.from_json(text)
    except UnreadableError as error:
        words = "its message is none: it has a title, a tone, and blocks as REST shows them"
        raise RealmError(words) from error
    if len(message.title) > _LONGEST_TITLE or len(message.blocks) > _MOST_BLOCKS:
        raise RealmError(
            f"its message's title has more than {_LONGEST_TITLE} characters, or it has more than "
            f"{_MOST_BLOCKS} blocks"
        )
    return message


def _refuse_others(commands: list[str], handle: str) -> None:
    for command in commands:
        if command.split(maxsplit=1)[:1] != [handle]:
            raise RealmError(f"it answered with a button that does not begin with {handle}")
