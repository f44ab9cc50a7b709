"""What `/docs` shows: the interface as `/openapi.json` describes it, in words and tables, without any script."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from models.messages.message import Block, Code, Message, Table, Text

_NAME_OF_FUNCTION = 2  # words
_SPELT = {"github": "GitHub"}
_CODE = re.compile(r"`([^`]+)`")  # OpenAPI's descriptions are CommonMark
_METHODS = {"get", "put", "post", "delete", "patch"}


class Section(NamedTuple):
    """The endpoints of one kind of caller."""

    name: str
    endpoints: tuple[Message, ...]


def sections(schema: dict[str, Any]) -> tuple[Section, ...]:
    """Every endpoint, by the tags of the schema, in its order."""
    found: dict[str, list[Message]] = {}
    for path, endpoints in schema["paths"].items():
        for method, endpoint in endpoints.items():
            if method in _METHODS:
                tag = next(iter(endpoint.get("tags", ())), "others")
                found.setdefault(tag, []).append(
                    Message(f"{method.upper()} {path}", blocks=tuple(_blocks(endpoint)))
                )
    return tuple(
        Section(_SPELT.get(name, name.capitalize()), tuple(endpoints))
        for name, endpoints in found.items()
    )


def _blocks(endpoint: dict[str, Any]) -> Iterator[Block]:
    summary, description = endpoint.get("summary", ""), _described(endpoint)
    # One of FastAPI's own making is the name of a function.
    if len(summary.split()) > _NAME_OF_FUNCTION or not description:
        yield Text(_in_quotes(summary))
    if description:
        yield Text(description)
    if keys := list(chain.from_iterable(endpoint.get("security", ()))):
        yield Text(f"Asks for a {' or a '.join(keys)}.")
    if parameters := endpoint.get("parameters"):
        yield Table(("Parameter", "Where", "Kind", "What"), tuple(map(_parameter, parameters)))
    yield from _bodies(endpoint.get("requestBody", {}))
    answers = endpoint.get("responses", {})
    rows = [(status, _described(answer)) for status, answer in answers.items()]
    yield Table(("Answer", "When"), tuple(rows))


def _described(part: dict[str, Any]) -> str:
    return _in_quotes(part.get("description", ""))


def _in_quotes(text: str) -> str:
    return _CODE.sub(r"“\1”", text)


def _parameter(parameter: dict[str, Any]) -> tuple[str, ...]:
    where = parameter["in"] + ("" if parameter.get("required") else ", may be left out")
    return (
        parameter["name"],
        where,
        _kind(parameter.get("schema", {})),
        _described(parameter),
    )


def _kind(schema: dict[str, Any]) -> str:
    kinds: Iterable[dict[str, Any]] = schema.get("anyOf", [schema])
    return " or ".join(chain.from_iterable(map(_types, kinds)))


def _types(schema: dict[str, Any]) -> Sequence[str]:
    """The types of a value: JSON Schema has one name, or a list of them."""
    types: str | Sequence[str] = schema.get("type", ())
    return (types,) if isinstance(types, str) else types


def _bodies(body: dict[str, Any]) -> Iterator[Block]:
    if "description" in body:
        yield Text(_described(body))
    for media_type, content in body.get("content", {}).items():
        yield Code(
            json.dumps(content.get("schema", {}), indent=2, ensure_ascii=False),
            f"Body: {media_type}",
        )
