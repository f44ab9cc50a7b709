"""What may be chosen on the command line: databases, kinds of strangers, and what decides their chances."""

import random
from typing import Annotated

import typer

from bench.strangers.table import KINDS

Databases = Annotated[
    list[str] | None, typer.Argument(help="sqlite, postgresql, or both if none is named")
]
Seed = Annotated[int | None, typer.Option(help="to do the same again")]
KindWords = Annotated[
    str, typer.Option(help="only the kinds of which the name holds one of these words")
]


def seeded(seed: Seed) -> int:
    """The seed that was given, or any."""
    return random.SystemRandom().randrange(1 << 32) if seed is None else seed


def named(words: str) -> list[str]:
    """The names of the kinds that hold one of these words, with commas between them; none is all."""
    return [kind.name for kind in KINDS if any(word in kind.name for word in words.split(","))]
