"""Request bodies, their shape as strict as JSON was meant to be, and their texts cleaned."""

import json
import math
import re
from typing import Any, NoReturn

from models.rules.clean import clean_json, needs_cleaning
from webhooks.refusal import Refusal

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

MAX_DEPTH = 32
# Lists and objects in one body. A report of a thousand plugins has two thousand.
MAX_CONTAINERS = 20_000
_MAX_DIGITS = 18  # all that fits into 64 bits
_SHOWN_DIGITS = 50

# Both quantifiers keep what they matched, so that no text, however it ends, is gone through twice.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_AS_LISTS = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def parse_json(body: bytes, most_containers: int = MAX_CONTAINERS) -> Any:
    """Parse JSON, refusing what readers disagree about.

    What is too much is refused before anything is built of it.

    What could not be stored sinks nothing: in texts NUL, lone surrogates and bytes that are no
    UTF-8 become U+FFFD, and a number that is too large becomes a text, for whoever wants a number
    to refuse.

    Raises:
        Refusal: 400: not JSON, NaN, duplicate keys, nested too deep, or too many lists and objects.
    """
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH:
        _look_at_brackets(body, most_containers)
    try:
        text = body.decode("utf-8", "replace")
        value = _DECODER.decode(text)
    except RecursionError as error:
        raise _too_deep() from error
    except json.JSONDecodeError as error:
        raise Refusal(400, f"the body is not JSON: {error.msg} at character {error.pos}") from error
    return clean_json(value) if needs_cleaning(text) else value


def _look_at_brackets(body: bytes, most: int) -> None:
    """Refuse too many lists and objects, or too deep ones, by their brackets alone."""
    brackets = _STRING.sub(b"", body).translate(_AS_LISTS, _NO_BRACKETS)
    number = brackets.count(b"[")
    if number > most:
        raise Refusal(400, f"the body has {number:,} lists and objects; {most:,} is the most")
    # Each turn takes away the innermost ones.
    for _ in range(MAX_DEPTH + 1):
        brackets = brackets.replace(b"[]", b"")
    if b"[]" in brackets:
        raise _too_deep()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Refusal(
            400, f"the key {_first_twice(pairs)[:50]!r} stands twice in one object; send it once"
        )
    return made


def _first_twice(pairs: list[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            return name
        seen.add(name)
    raise AssertionError("no key stands twice")


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits.lstrip("-")) <= _MAX_DIGITS else digits[:_SHOWN_DIGITS]


def _real(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits[:_SHOWN_DIGITS]


def _no_constant(name: str) -> NoReturn:
    raise Refusal(400, f"{name} is not JSON; send a number or null")


def _too_deep() -> Refusal:
    return Refusal(400, f"the body is nested more than {MAX_DEPTH} levels deep")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_real, parse_constant=_no_constant
)
