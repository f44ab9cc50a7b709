"""What extensions add to what is told of an incident or an outbreak: buttons, and blocks. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.messages.message import Block, Buttons, Links, Message
from models.rules.care import OUTBREAK
from models.rules.languages import ENGLISH, languages_near

# The commands of our own buttons that tell what a message is about, and the address of its page.
_COMMAND = re.compile(rf"(?:ack|claim|release|mute|unmute|file) ({OUTBREAK} )?(\d+)(?: .*)?")
_PAGE = re.compile(r"/(incident|outbreak)s/(\d+)")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a message is about: an incident, or an outbreak, by its number."""

    number: int
    is_outbreak: bool = False

    @property
    def words(self) -> str:
        """As it is typed."""
        return f"{OUTBREAK} {self.number}" if self.is_outbreak else str(self.number)


@dataclass(frozen=True, slots=True)
class OfferedButton:
    """A button of an extension on incidents; one for a `selection` stands on outbreaks, too.

    `labels` are those in other languages.
    """

    owner: str
    label: str
    command: str
    selection: bool
    labels: Mapping[str, str] = field(default_factory=dict)

    def label_in(self, language: str) -> str:
        """The label in this language, or the nearest."""
        known = (self.labels.get(each) for each in languages_near(language))
        return next(filter(None, known), self.label)


def subject(message: Message) -> Subject | None:
    """The one incident or outbreak that something can be done about here; None where there is none, or are several."""
    if not any(isinstance(block, Buttons) for block in message):
        return None
    found = set(_subjects(message))
    return found.pop() if len(found) == 1 else None


def with_buttons(
    message: Message,
    about: Subject,
    offered: Sequence[OfferedButton],
    language: str = ENGLISH,
) -> Message:
    """The message with these behind its own first buttons, labelled in this language."""
    more = tuple(
        (each.label_in(language), f"{each.command} {about.words}")
        for each in offered
        if each.selection or not about.is_outbreak
    )
    place = _first_buttons(message)
    if not more or place == len(message.blocks):
        return message
    own = message.blocks[place]
    there = own.buttons if isinstance(own, Buttons) else ()
    blocks = (*message.blocks[:place], Buttons((*there, *more)), *message.blocks[place + 1 :])
    return replace(message, blocks=blocks)


def before_buttons(message: Message, blocks: Sequence[Block]) -> Message:
    """The message with these blocks before its buttons, or at its end where it has none."""
    place = _first_buttons(message)
    return replace(message, blocks=(*message.blocks[:place], *blocks, *message.blocks[place:]))


def _first_buttons(message: Message) -> int:
    places = (at for at, block in enumerate(message.blocks) if isinstance(block, Buttons))
    return next(places, len(message.blocks))


def _subjects(message: Message) -> Iterator[Subject]:
    for block in message:
        if isinstance(block, Buttons):
            for _, command in block.buttons:
                if pressed := _COMMAND.fullmatch(command):
                    yield Subject(int(pressed[2]), bool(pressed[1]))
        elif isinstance(block, Links):
            for _, address in block.links:
                if page := _PAGE.fullmatch(address):
                    yield Subject(int(page[2]), page[1] == OUTBREAK)
