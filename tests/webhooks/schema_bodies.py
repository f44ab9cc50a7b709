"""Bodies made of a JSON Schema as Pluginwatch writes them: ones that keep it, and ones that break one rule of it.

It knows the keywords that those schemas use, and stops at others rather than leave them untried.
"""

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from hypothesis import strategies as st

from webhooks.shapes import WORD_PATTERN

Schema = dict[str, Any]

_SAYS_NOTHING_HERE = {"description", "default", "type"}
_KEYWORDS = _SAYS_NOTHING_HERE | {
    *("properties", "required", "items", "minItems", "maxItems"),
    *("minLength", "maxLength", "pattern", "enum", "format", "minimum", "maximum", "anyOf"),
}
# Letters, digits and signs of several scripts, none of which normalisation makes longer or drops.
_LETTERS = "abcxyzABC019éüßжщ日本語هमक"
# A text of these fits every pattern but a pattern of its own, which is tried by texts of its own.
_TEXTS = st.text(_LETTERS, min_size=1, max_size=20)
_LONG_AGO = st.integers(10**9, 15 * 10**8).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


class Broken(NamedTuple):
    """A body that breaks one rule, and the name of the field that breaks it."""

    body: Any
    field: str
    rule: str


def bodies(schema: Schema) -> st.SearchStrategy[Any]:
    """Bodies that keep the schema."""
    assert set(schema) <= _KEYWORDS, f"nobody tries {set(schema) - _KEYWORDS}"
    if "anyOf" in schema:
        return st.one_of([bodies(each) for each in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kinds = schema.get("type", [])
    return st.one_of(
        [_of_kind(kind, schema) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
    )


def _of_kind(kind: str, schema: Schema) -> st.SearchStrategy[Any]:
    match kind:
        case "null":
            return st.none()
        case "object":
            return _objects(schema)
        case "array":
            return st.lists(bodies(schema["items"]), min_size=schema.get("minItems", 0), max_size=4)
        case "string" if schema.get("format") == "date-time":
            return _LONG_AGO.map(datetime.isoformat)
        case "string":
            return _texts(schema)
        case "number":
            return st.integers(schema["minimum"], schema["maximum"]) | st.floats(
                schema["minimum"], schema["maximum"]
            )
        case _:
            raise AssertionError(f"nobody tries {kind}")


def _texts(schema: Schema) -> st.SearchStrategy[str]:
    most = schema.get("maxLength", 200)
    fitting = _TEXTS.map(lambda text: text[:most]) | st.just("x" * most)
    if schema.get("pattern") == WORD_PATTERN:
        printable = st.characters(exclude_categories=("C", "Z"), exclude_characters="\ufffd")
        return fitting | st.text(printable, min_size=1, max_size=most)
    return (
        fitting
        if "pattern" in schema
        else fitting | st.text(max_size=most, min_size=schema.get("minLength", 0))
    )


def _objects(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    inner = {name: bodies(each) for name, each in schema.get("properties", {}).items()}
    needed = set(schema.get("required", ()))
    return st.fixed_dictionaries(
        {name: each for name, each in inner.items() if name in needed},
        optional={name: each for name, each in inner.items() if name not in needed},
    )


def broken(schema: Schema, body: Any, field: str = "the body") -> Iterator[Broken]:
    """The body with one of its rules broken, each in turn."""
    for rule, value in _breaking(schema, body):
        yield Broken(value, field, rule)
    if isinstance(body, dict):
        yield from _broken_inside(schema, body)
    if isinstance(body, list) and body:
        # The first line stands for all of them.
        for each in broken(schema["items"], body[0], field):
            yield Broken([each.body, *body[1:]], each.field, each.rule)


def _broken_inside(schema: Schema, body: dict[str, Any]) -> Iterator[Broken]:
    for name in schema.get("required", ()):
        yield Broken({key: value for key, value in body.items() if key != name}, name, "required")
    for name, inner in schema.get("properties", {}).items():
        if name in body:
            for each in broken(inner, body[name], name):
                yield Broken({**copy.deepcopy(body), name: each.body}, each.field, each.rule)


def _breaking(schema: Schema, body: Any) -> Iterator[tuple[str, Any]]:
    """What breaks one keyword each. A type that stands among others is not broken: such a field takes anything."""
    kind = schema.get("type")
    if isinstance(kind, str):
        yield "type", {"object": [], "array": {}, "string": 7, "integer": 1.5, "number": "7"}[kind]
    if "minLength" in schema:
        yield "minLength", ""
    if "maxLength" in schema:
        yield "maxLength", "x" * (schema["maxLength"] + 1)
    if schema.get("pattern"):
        yield "pattern", "\n"
    if "format" in schema:
        yield "format", "yesterday"
    if "enum" in schema:
        yield "enum", max(schema["enum"]) + type(schema["enum"][0])(1)
    if "minimum" in schema:
        yield "minimum", schema["minimum"] - 1
        yield "maximum", schema["maximum"] + 1
    if "minItems" in schema:
        yield "minItems", []
    if "maxItems" in schema and body:
        yield "maxItems", body * (schema["maxItems"] + 1)
