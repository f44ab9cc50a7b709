"""From the body of a delivery to the facts that it tells. Pure, so that a lean process can do it."""

from urllib.parse import parse_qsl

from models.github.facts import Fact
from models.github.gathering import Gathered
from webhooks.bodies.strict_json import JSON, parse_json
from webhooks.github.parsing import parse
from webhooks.refusal import Refusal
from webhooks.shapes import Schema

# What the largest body may consist of; an installation of 5 MiB has some 30,000 repositories, of five values each.
# Reading a thousand values takes a quarter of a MiB at worst.
_MOST_CONTAINERS = 50_000
_MOST_COMMAS = 200_000
_FIELD = "payload"
_MOST_FIELDS = 10
FORM_SCHEMA: Schema = {
    "type": "object",
    "required": [_FIELD],
    "properties": {_FIELD: {"type": "string"}},
}


def read_delivery(body: bytes, event: str, sent_as: str) -> Gathered[Fact]:
    """What a delivery tells, whose body is of this media type."""
    payload = body if sent_as == JSON else _payload(body)
    if payload.count(b",") > _MOST_COMMAS:
        raise Refusal(400, f"the body has more than {_MOST_COMMAS:,} values")
    return parse(event, parse_json(payload, _MOST_CONTAINERS))


def _payload(body: bytes) -> bytes:
    """The JSON that a form carries in a field."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise Refusal(
            400, f"the form cannot be read: send one field, {_FIELD}, percent-encoded UTF-8"
        ) from error
    payloads = [value for name, value in pairs if name == _FIELD]
    if len(payloads) != 1:
        raise Refusal(400, f"the form has the field {_FIELD} {len(payloads)} times; send it once")
    return payloads[0].encode()
