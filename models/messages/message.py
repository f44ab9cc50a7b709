"""The platform-neutral Message: what is said, without how a platform draws it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Literal, assert_never, get_args

from models.messages.form import Form, made_inert
from models.rules.inert import inert


class Tone(StrEnum):
    """What kind of news a message is; a platform picks the colour and the sign."""

    BROKEN = "broken"
    WARNING = "warning"
    HEALTHY = "healthy"
    UNKNOWN = "unknown"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of plain words. `quiet` ones are secondary."""

    text: str
    quiet: bool = False
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Facts:
    """Short label and value pairs."""

    pairs: tuple[tuple[str, str], ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """A grid with a header row; the first column names the row. Cells are plain words."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Code:
    """Text to be shown letter for letter, such as a backtrace."""

    text: str
    label: str = ""
    kind: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Links:
    """Label and address pairs.

    Addresses are built by `models.messages.links`, or declared by an extension's manifest; they are never taken from a
    sender.
    """

    links: tuple[tuple[str, str], ...]
    kind: Literal["links"] = "links"


@dataclass(frozen=True, slots=True)
class Items:
    """A bulleted list. Each item is plain words."""

    items: tuple[str, ...]
    kind: Literal["items"] = "items"


@dataclass(frozen=True, slots=True)
class Buttons:
    """Label and command pairs: pressing a button is typing its command, such as "ack 12", where it stands.

    A command names its incident by number and says nothing of who may press it.
    """

    buttons: tuple[tuple[str, str], ...]
    kind: Literal["buttons"] = "buttons"


class UnreadableError(ValueError):
    """A stored message is damaged, or of a version that says more than this one knows."""


Block = Text | Facts | Table | Code | Links | Items | Buttons

_A_PAIR = 2


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody whom a message calls, or a group, by the platform's id: of where it is sent, and of nowhere else."""

    id: str
    is_group: bool = False


_BLOCKS: dict[str, type[Block]] = {
    str(fields(block)[-1].default): block for block in get_args(Block)
}
# What a block of each kind says: its fields without the kind itself, which is the last one.
_PARTS: dict[type[Block], tuple[str, ...]] = {
    block: tuple(part.name for part in fields(block)[:-1]) for block in get_args(Block)
}


@dataclass(frozen=True, slots=True)
class Message:
    """One thing said: a title, a tone, and blocks in reading order.

    A platform that can show forms opens the `form` in place of showing the rest. Only answers have
    forms; they are not stored. Whom it `calls` is notified where it is sent. All words pass `inert`
    when the message is made, so that text from outside can neither hide nor act.
    """

    title: str
    tone: Tone = Tone.INFO
    blocks: tuple[Block, ...] = ()
    form: Form | None = None
    calls: Mention | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", inert(self.title))
        object.__setattr__(self, "blocks", tuple([_made_inert(block) for block in self.blocks]))
        object.__setattr__(self, "form", made_inert(self.form) if self.form else None)

    def to_json(self) -> str:
        """The stored form, as the outbox keeps it."""
        said: dict[str, object] = {"title": self.title, "tone": self.tone, "blocks": self.blocks}
        if self.calls:
            said["calls"] = [self.calls.id, self.calls.is_group]
        return _WRITER.encode(said)

    @classmethod
    def from_json(cls, stored: str) -> "Message":
        """Read what `to_json` stored.

        Raises:
            UnreadableError: the text is damaged, or was stored by a newer version.

        """
        try:
            raw = json.loads(stored)
            blocks = tuple(_block(block) for block in raw["blocks"])
            calls = Mention(*raw["calls"]) if raw.get("calls") else None
            message = cls(raw["title"], Tone(raw["tone"]), blocks, calls=calls)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise UnreadableError(
                f"a stored message cannot be read ({type(error).__name__})"
            ) from error
        if not all(map(_is_sound, message)):
            raise UnreadableError("a stored message cannot be read (a block is of another shape)")
        return message

    def __iter__(self) -> Iterator[Block]:
        return iter(self.blocks)


def _stored(block: Block) -> dict[str, object]:
    return {part: getattr(block, part) for part in (*_PARTS[type(block)], "kind")}


# Made once: `json.dumps` makes one for each message.
_WRITER = json.JSONEncoder(default=_stored, ensure_ascii=False)


def _block(raw: dict[str, Any]) -> Block:
    return _BLOCKS[raw.pop("kind")](**{name: _tuples(value) for name, value in raw.items()})


def _is_sound(block: Block) -> bool:
    """Whether its parts have the types that every drawer relies on."""
    match block:
        case Text(text):
            return isinstance(text, str)
        case Code(text, label):
            return isinstance(text, str) and isinstance(label, str)
        case Facts(pairs) | Links(pairs) | Buttons(pairs):
            return _are_words(*pairs) and all(len(pair) == _A_PAIR for pair in pairs)
        case Table(header, rows):
            return _are_words(header, *rows)
        case Items(items):
            return _are_words(items)
        case _:
            assert_never(block)


def _are_words(*lines: object) -> bool:
    return all(
        isinstance(line, tuple) and all(isinstance(word, str) for word in line) for line in lines
    )


def _tuples(value: object) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _made_inert(block: Block) -> Block:
    parts = [getattr(block, part) for part in _PARTS[type(block)]]
    made = [_inert_in(part) for part in parts]
    # Nearly all are inert as they are: to make each again takes as long as to look.
    if made == parts:
        return block
    return type(block)(*made)


def _inert_in(value: object) -> Any:
    if isinstance(value, str):
        return inert(value)
    if isinstance(value, (tuple, list)):
        return tuple([_inert_in(item) for item in value])
    return value
