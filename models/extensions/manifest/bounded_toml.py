"""TOML of strangers, read within limits: what nests without end takes a parser for ever. Pure."""

import re
import tomllib
from typing import Any

# What stands in quotation marks on one line, a dot in which joins nothing.
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
# A key of so many parts is nothing that we read. Time grows with the square of their number.
_MOST_DOTS = 30


def parsed(name: str, text: str, longest: int) -> dict[str, Any]:
    """What the file of this name says, of so many characters at the most.

    Raises:
        ValueError: it is no TOML, or beyond a limit; the words say which.
    """
    if len(text) > longest:
        raise ValueError(f"{name} has more than {longest >> 10:,} KiB")
    for number, line in enumerate(_QUOTED.sub("", text).split("\n"), 1):
        if line.partition("#")[0].count(".") > _MOST_DOTS:
            raise ValueError(f"{name} has more than {_MOST_DOTS} dots in line {number}")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name} is no TOML: {error}") from error
