"""Form-encoded bodies and queries, nested as Rack, and so Rails, reads them. Pure.

`a[b]=1` is an object in an object, `a[]=1` adds to a list, and `a[][b]=1` to the last object of one:
a key that this has already begins the next one. What is sent of Ruby is nested like this.
"""

import re
from typing import Any
from urllib.parse import parse_qsl

from models.rules.clean import clean
from webhooks.bodies.strict_json import JSON, MAX_CONTAINERS, MAX_DEPTH, parse_json
from webhooks.refusal import Refusal

# A report of a thousand plugins has some six thousand, and more where backtraces are lists.
MAX_FIELDS = 50_000

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_STEP = re.compile(r"\[([^\[\]]*)\]")

_Object = dict[str, Any]


def parse_body(body: bytes, sent_as: str) -> Any:
    """What the body of this media type holds: JSON, or else a form.

    Raises:
        Refusal: 400, with the reason in words.
    """
    return parse_json(body) if sent_as == JSON else parse_form(body.decode("utf-8", "replace"))


def parse_form(form: str) -> dict[str, Any]:
    """The form as the object that JSON would send in its place, in which each value is a text.

    Bytes that are no UTF-8, and NUL, become U+FFFD. An object of numbers at its top is a list, in
    their order.

    Raises:
        Refusal: 400: too many fields, lists or objects, nested too deep, or two things of one name.
    """
    try:
        pairs = parse_qsl(form, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise Refusal(400, f"the form has more than {MAX_FIELDS:,} fields") from error
    made = _GrowingObject()
    for name, value in pairs:
        made.put(clean(name), clean(value))
    return {name: _listed(value) for name, value in made.fields.items()}


class _GrowingObject:
    """An object that grows field by field, within the limits of any body."""

    def __init__(self) -> None:
        self.fields: _Object = {}
        self._containers = 1

    def put(self, name: str, value: str) -> None:
        """Put the value where its name says."""
        if name.count("[") > MAX_DEPTH:
            raise Refusal(400, f"the form is nested more than {MAX_DEPTH} levels deep")
        found = _NAME.fullmatch(name)
        if found is None:
            self.fields[name] = value
            return
        self._put(self.fields, [found[1], *_STEP.findall(found[2])], value)

    def _put(self, into: _Object, path: list[str], value: str) -> None:
        key, *rest = path
        if not key:
            raise Refusal(
                400, "in a form, write a list as name[] and a list of objects as name[][key]"
            )
        if not rest:
            into[key] = value
        elif rest[0]:
            self._put(self._within(into, key, {}), rest, value)
        elif len(rest) == 1:
            self._within(into, key, []).append(value)
        else:
            self._put(self._row(self._within(into, key, []), rest[1:]), rest[1:], value)

    def _within(self, into: _Object, key: str, empty: Any) -> Any:
        """What stands at the key, of the kind of `empty`, which is put there if nothing does."""
        if key not in into:
            self._count()
            into[key] = empty
        if type(into[key]) is not type(empty):
            raise Refusal(400, f"the form has two things of the name {key[:50]!r}; send one")
        return into[key]

    def _row(self, rows: list[Any], path: list[str]) -> _Object:
        """The object of the list that this path belongs to: the last one, if it has none yet."""
        if not rows or not isinstance(rows[-1], dict) or _has(rows[-1], path):
            self._count()
            rows.append({})
        row: _Object = rows[-1]
        return row

    def _count(self) -> None:
        self._containers += 1
        if self._containers > MAX_CONTAINERS:
            raise Refusal(400, f"the form has more than {MAX_CONTAINERS:,} lists and objects")


def _has(found: Any, path: list[str]) -> bool:
    """Whether something stands at the path; whatever lists it goes through take one more."""
    if "" in path:
        return False
    for key in path:
        if not isinstance(found, dict) or key not in found:
            return False
        found = found[key]
    return True


def _listed(value: Any) -> Any:
    """The object, or where all its keys are numbers the list that is meant: `a[0][b]=1`."""
    if not isinstance(value, dict) or not all(re.fullmatch("[0-9]{1,9}", key) for key in value):
        return value
    return [value[key] for key in sorted(value, key=int)]
