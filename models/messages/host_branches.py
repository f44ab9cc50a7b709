"""What is said of a host branch that nobody knows."""

from collections.abc import Iterable

from models.messages.message import Message, Text
from models.messages.suggestions import closest
from models.messages.words import clip, either
from models.rules.speaking import say

_NAMED = 12


def unknown_branch(branch: str, known: Iterable[str]) -> Message:
    """No host branch has this name; says which branches there are."""
    branches = tuple(known)
    hint = say("Host branches: {names}", names=", ".join(map(clip, branches[:_NAMED])))
    if meant := closest(branch, branches):
        hint = say("Did you mean {meant}?", meant=either(meant))
    return Message(
        say("“{branch}” is no host branch that was ever reported", branch=clip(branch)),
        blocks=(Text(hint),),
    )
