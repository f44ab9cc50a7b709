"""Words and JSON values that something may trip over, and values that a schema asks for or nearly does."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from bench.stage import PLUGINS
from tests.mutations import ODD

_PLAIN = """
%00 %ff %ed%a0%80 U+0000 a,b 1 -1 0 1e9 true false null * % _ ' \\ [] a[ ] # . .. ... - -- / // x/y/z core status events
main tests-passed stable latest >=3.5 >= 3.5.0.beta1-dev 2026-11-29T00:00:00 1970-01-01 2026-02-30 24:00 5m -5m #1 @x
<@U1> api:x group:1 user: <script> https://github.com/a/b https://[::1 http://[fe80::1%25eth0]/ github.com:99999/a
"""
_WORDS = (
    *(each for each in ODD if isinstance(each, str)),
    *_PLAIN.split(),
    *(
        "\u2028",
        "\uffff",
        "\ufdd0",
        "İ",
        "ß",
        "ﬀ",
        "é" * 300,
        "9" * 20,
        f"<{'9' * 21}",
        f"{'9' * 9}d",
    ),
    *("09:00 Mars/Base", *PLUGINS[:2]),
)
_SCALARS = (None, True, False, 0, -1, 1, 2, 1.5, 2**63, -(2**63) - 1, 1e308)
_INTEGERS = (0, 1, 2, 3, -1, 10**12, 2**31, 2**63 - 1, 2**63, 10**17)
_NUMBERS = (0, 1.5, -1, 1e300)
_LENGTHS = (0, 1, 1, 2, 5)
# Unicode's planes: ASCII, what most people write, and what lies beyond.
_PLANES = ((1, 128), (128, 0x3000), (0x10000, 0x110000))
_DEEPEST = 2


def odd_word(rng: random.Random) -> str:
    """A word that nobody means, or that only looks like one."""
    kind = rng.random()
    if kind < 0.6:
        return rng.choice(_WORDS)
    if kind < 0.8:
        return "".join(chr(rng.randrange(*rng.choice(_PLANES))) for _ in range(rng.randrange(12)))
    if kind < 0.9:
        return str(rng.randrange(-(10**19), 10**19))
    return rng.choice(_WORDS) * rng.randrange(1, 40)


def odd_value(rng: random.Random, depth: int = 0) -> Any:
    """A JSON value of any kind."""
    kind = rng.random()
    if kind < 0.3:
        return rng.choice(_SCALARS)
    if kind < 0.75 or depth > _DEEPEST:
        return odd_word(rng)
    if kind < 0.87:
        return [odd_value(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {odd_word(rng): odd_value(rng, depth + 1) for _ in range(rng.randrange(3))}


def value_of(schema: Any, rng: random.Random) -> Any:
    """A value of the schema, each part of which may be another one."""
    if not isinstance(schema, dict) or rng.random() < 0.15:
        return odd_value(rng)
    if "enum" in schema:
        return rng.choice(schema["enum"])
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return value_of(rng.choice(schema[choice]), rng)
    kinds = schema.get("type")
    make = _MAKERS.get(rng.choice(kinds) if isinstance(kinds, list) else kinds)
    return make(schema, rng) if make else odd_word(rng)


def as_form(value: Any) -> bytes:
    """The value as a form spells it: `a[b][]=1`."""
    return urlencode(list(_fields("", value)), errors="surrogatepass").encode()


def as_text(value: Any) -> str:
    """The value as an address spells it."""
    return value if isinstance(value, str) else json.dumps(value)


def _object_of(schema: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    required = schema.get("required", ())
    made = {
        name: value_of(inner, rng)
        for name, inner in schema.get("properties", {}).items()
        if rng.random() < (0.95 if name in required else 0.6)
    }
    if rng.random() < 0.1:
        made[odd_word(rng)] = odd_value(rng)
    return made


def _array_of(schema: dict[str, Any], rng: random.Random) -> list[Any]:
    items = schema.get("items")
    return [value_of(items, rng) for _ in range(rng.choice(_LENGTHS))]


_MAKERS: dict[Any, Callable[[dict[str, Any], random.Random], Any]] = {
    "object": _object_of,
    "array": _array_of,
    "integer": lambda _, rng: rng.choice(_INTEGERS),
    "number": lambda _, rng: rng.choice(_NUMBERS),
    "boolean": lambda _, rng: rng.random() < 0.5,
}


def _fields(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _fields(f"{name}[{key}]" if name else key, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _fields(f"{name}[]", inner)
    else:
        yield name, as_text(value)
