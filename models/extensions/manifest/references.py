"""Checks what in a manifest refers to something else in it; all that is wrong is named at once. Pure."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from models.extensions.manifest.contributions import NOUNS
from models.rules.extensions import EVENTS, META, OWN_TABLES
from models.rules.happenings import CATALOGUE

_NAMED = {
    "action": "name",
    "raises": "name",
    "source": "name",
    "menu": "label",
    "page": "name",
    "filter": "prefix",
    "job": "name",
    "wizard": "name",
    "destination": "name",
    "place": "name",
    "report": "question",
    "decorate": "on",
}
# How PostgreSQL calls, or the host, what belongs to a table: such a table and that would bear one name.
_OTHERS = re.compile(r"_by_|_(pkey|fkey|key|seq)$")
HEARABLE = (*EVENTS, *CATALOGUE)
_LONGEST_TABLE = 48  # so that the names of its indexes and keys are not cut
Raw = dict[str, Any]


def wrong_references(raw: Raw) -> Iterator[str]:
    """Each name that stands twice, and each that refers to nothing. What is of a wrong type is told elsewhere."""
    yield from _twice(raw)
    yield from _panels_twice(raw)
    yield from _to_nothing(raw, "menu", "page", _names(raw, "page"), "no page of its own")
    yield from _to_nothing(raw, "report", "question", _questions(raw), "no question of its own")
    through = _names(raw, "source") | _names(raw, "job")
    yield from _to_nothing(raw, "place", "through", through, "no source or job of its own")
    yield from _unheard(raw)
    if len(_each(raw, "destination")) > 1:
        yield "destination: stands twice; an extension brings one chat, which is named by its handle"
    yield from _unverified(raw)
    yield from _servers(raw)
    yield from _secrets(raw)
    yield from _tables(raw)
    if raw.get("status") == "deprecated" and not raw.get("reason"):
        yield 'reason: is missing; a deprecated extension says why, such as "use acmewiki"'
    for handle in sorted(_table(raw, "requires").keys() & _table(raw, "optional").keys()):
        yield f"optional.{handle}: is required, too; name it once"
    if str(raw.get("handle")) in {*_table(raw, "requires"), *_table(raw, "optional")}:
        yield "requires: an extension cannot need itself"


def _twice(raw: Raw) -> Iterator[str]:
    for kind, field in _NAMED.items():
        counted = Counter(
            each[field] for each in _each(raw, kind) if isinstance(each.get(field), str)
        )
        for name, count in counted.items():
            if count > 1:
                yield f"{kind}: {field} {name!r} stands {count} times"


def _panels_twice(raw: Raw) -> Iterator[str]:
    """What a panel showed last is known by where it is and by its title."""
    named = [(each.get("on"), each.get("title")) for each in _each(raw, "panel")]
    counted = Counter(
        (on, title) for on, title in named if isinstance(on, str) and isinstance(title, str)
    )
    for (on, title), count in counted.items():
        if title and count > 1:
            yield f"panel: on {on!r} the title {title!r} stands {count} times"


def _to_nothing(raw: Raw, kind: str, field: str, known: set[str], what: str) -> Iterator[str]:
    for place, each in enumerate(_each(raw, kind), 1):
        name = each.get(field)
        if isinstance(name, str) and name not in known:
            yield f"{kind} {place}: {field} {name!r} is {what}"


def _unheard(raw: Raw) -> Iterator[str]:
    known = {*NOUNS, str(raw.get("handle")), *_table(raw, "requires"), *_table(raw, "optional")}
    for place, each in enumerate(_each(raw, "hears"), 1):
        event = str(each.get("event"))
        noun, dot, _ = event.partition(".")
        if dot and noun in NOUNS and event not in HEARABLE:
            of_it = [each for each in HEARABLE if each.startswith(f"{noun}.")]
            happens = ", ".join(of_it or HEARABLE)
            yield f"hears {place}: {event!r} is nothing that happens here; that is {happens}"
        elif dot and noun not in known:
            yield f"hears {place}: {noun!r} is none of {', '.join(NOUNS)}, and no extension that it needs"


def _unverified(raw: Raw) -> Iterator[str]:
    for place, each in enumerate(_each(raw, "source"), 1):
        secret = _table(each, "verify").get("secret")
        if isinstance(secret, str) and _option(raw, secret).get("type") != "secret":
            yield f"source {place}: verify.secret {secret!r} is no option of type secret"


def _servers(raw: Raw) -> Iterator[str]:
    for host in _fetched(raw):
        name = host.removeprefix("option:")
        if name != host and _option(raw, name).get("type") != "server":
            yield f"may.fetch: {host!r} names no option of type server"


def _secrets(raw: Raw) -> Iterator[str]:
    verifying = {_table(each, "verify").get("secret") for each in _each(raw, "source")}
    for name in _table(raw, "option"):
        is_secret = _option(raw, name).get("type") == "secret"
        if is_secret and "for" not in _option(raw, name) and name not in verifying:
            yield f"option.{name}: a secret needs `for`, the host that it is sent to, or a source verified by it"
        host = _option(raw, name).get("for")
        if isinstance(host, str) and host not in _fetched(raw):
            yield f"option.{name}: is for {host!r}, which is not in may.fetch"


def _tables(raw: Raw) -> Iterator[str]:
    for name in _table(raw, "table"):
        whole = f"{OWN_TABLES}{raw.get('handle')}_{name}"
        if name == META or _OTHERS.search(name):
            yield f"table.{name}: is a name that the host gives; choose another"
        if len(whole) > _LONGEST_TABLE:
            yield f"table.{name}: would be called {whole}, of {_LONGEST_TABLE} characters at the most"


def _fetched(raw: Raw) -> list[str]:
    fetched = _table(raw, "may").get("fetch")
    return [host for host in fetched if isinstance(host, str)] if isinstance(fetched, list) else []


def _questions(raw: Raw) -> set[str]:
    return {
        str(each.get("name")) for each in _each(raw, "action") if each.get("kind") == "question"
    }


def _names(raw: Raw, kind: str) -> set[str]:
    return {str(each.get("name")) for each in _each(raw, kind)}


def _option(raw: Raw, name: str) -> Raw:
    return _table(_table(raw, "option"), name)


def _each(raw: Raw, kind: str) -> list[Raw]:
    listed = raw.get(kind)
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _table(raw: Raw, name: str) -> Raw:
    found = raw.get(name)
    return found if isinstance(found, dict) else {}
