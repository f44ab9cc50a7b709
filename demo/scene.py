"""What a day is made of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from demo.cast import Cast


class DemoStep(NamedTuple):
    """What has just happened, and at what time of the day."""

    clock: str
    words: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A part of the day. Playing it reports one step after the other."""

    title: str
    play: Callable[[Cast], Iterator[DemoStep]]
