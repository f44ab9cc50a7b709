"""TOML of strangers, read within limits: endless nesting would keep a parser busy for ever. Pure."""

import re
import tomllib
from typing import Any

# What is no key: multi-line strings, strings and comments, tried in TOML's own order, so that none of them hides a key.
# One that is not closed reaches to the end, where every parser gives up, so that nothing is read twice.
_NO_KEY = re.compile(
    r'''"""(?:\\.|[^\\])*?(?:"""|\\?\Z)"{0,2}'''
    r"|'''.*?(?:'''|\Z)'{0,2}"
    r"""|"(?:[^"\\\n]|\\[^\n])*+(?:"|\\?$)"""
    r"|'[^'\n]*+(?:'|$)"
    r"|#[^\n]*",
    re.DOTALL | re.MULTILINE,
)
# No key that we read has so many parts. The parser's time grows with the square of their number.
_MOST_DOTS = 30


def parsed(name: str, text: str, longest: int) -> dict[str, Any]:
    """What the file of this name says, of so many characters at the most.

    Raises:
        ValueError: it is no TOML, or beyond a limit; the words say which.
    """
    if len(text) > longest:
        raise ValueError(f"{name} has more than {longest >> 10:,} KiB")
    for number, line in enumerate(_NO_KEY.sub(_blank, text).split("\n"), 1):
        if line.count(".") > _MOST_DOTS:
            raise ValueError(f"{name} has more than {_MOST_DOTS} dots in line {number}")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name} is no TOML: {error}") from error


def _blank(found: re.Match[str]) -> str:
    """Nothing, on as many lines."""
    return "\n" * found[0].count("\n")
