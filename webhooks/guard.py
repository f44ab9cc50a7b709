"""What a Plugin Guard posts, parsed into frozen values. Pure: no clock, no database."""

import json
from contextlib import suppress
from typing import Any

from models.events import GuardReport, Observation, PluginError, Registration, Reporter, Statistics, Usage
from models.rules.clean import REPLACEMENT
from models.rules.excerpt import without_secrets
from models.rules.handle import handle
from models.rules.redact import redact
from models.rules.status import Verdict
from webhooks.refusal import Refusal

MAX_PLUGINS = 1_000
MAX_BRANCH = 255  # what Git allows a reference to be, roughly
MAX_SHA = 64
MAX_MESSAGE = 4_000
MAX_BACKTRACE = 32_000
# Of what anyone may send without a key, as little as tells something.
MAX_DATA = 1_000
MAX_URL = 300
_UNREADABLE = f", and none that could not be read ({REPLACEMENT})"
# A guard sends its status as a number; tests_failing (3) is for the Manager alone to say.
_VERDICTS = {0: Verdict.UNKNOWN, 1: Verdict.COMPATIBLE, 2: Verdict.INCOMPATIBLE}


def parse_report(body: Any, reporter: Reporter) -> GuardReport:
    """A status report. A line that makes no sense is put aside with its reason and does not sink the others.

    Raises:
        Refusal: 400: the report as a whole makes no sense.
    """
    host = _object(_object(body, "the body").get("discourse"), "discourse")
    observations: list[Observation] = []
    rejected: list[PluginError] = []
    for place, line in enumerate(_plugins(body)):
        name = _name(line, place)
        try:
            observations.append(_observation(line, name))
        except Refusal as refusal:
            rejected.append(PluginError(name, refusal.reason))
    branch = _word(host, "branch", MAX_BRANCH, "discourse.")
    return GuardReport(
        reporter, branch, _word(host, "sha", MAX_SHA, "discourse."), tuple(observations), tuple(rejected)
    )


def parse_registration(body: Any, reporter: Reporter) -> Registration:
    """The names of the plugins on a site. What is no name, or one of which no handle can be made, is left out.

    Raises:
        Refusal: 400: there are no names.
    """
    names = [name for name in _plugins(_object(body, "the body")) if isinstance(name, str)]
    if not names:
        raise Refusal(400, 'plugins must be a list of names, such as ["discourse-solved"]')
    return Registration(reporter, tuple((name, made) for name in names if (made := _handle(name))))


def parse_statistics(body: Any) -> Statistics:
    """What a site tells of its plugins. A line that makes no sense is left out.

    Raises:
        Refusal: 400: it makes no sense as a whole.
    """
    host = _object(_object(body, "the body").get("discourse"), "discourse")
    usages: list[Usage] = []
    for line in _plugins(body):
        with suppress(Refusal):
            usages.append(_usage(_object(line, "it")))
    return Statistics(
        host=_word(host, "host", MAX_BRANCH, "discourse.").lower(),
        host_branch=_word(host, "branch", MAX_BRANCH, "discourse."),
        host_sha=_word(host, "sha", MAX_SHA, "discourse."),
        usages=tuple(usages),
    )


def _observation(line: Any, name: str) -> Observation:
    fields = _object(line, "it")
    made = _handle(fields.get("name"))
    if made is None:
        raise Refusal(400, f"name must be the plugin's name, of 1 to 75 characters{_UNREADABLE}")
    status = fields.get("status")
    verdict = _VERDICTS.get(status) if type(status) is int else None
    if verdict is None:
        raise Refusal(400, "status must be 0 (unknown), 1 (compatible) or 2 (incompatible)")
    return Observation(
        name=name,
        handle=made,
        branch=_word(fields, "branch", MAX_BRANCH),
        sha=_word(fields, "sha", MAX_SHA),
        verdict=verdict,
        message=_prose(fields, "message", MAX_MESSAGE),
        backtrace=_prose(fields, "backtrace", MAX_BACKTRACE),
    )


def _usage(line: dict[str, Any]) -> Usage:
    url, made = line.get("url"), _handle(line.get("name"))
    if made is None:
        raise Refusal(400, "name must be the plugin's name")
    return Usage(
        handle=made,
        branch=_word(line, "branch", MAX_BRANCH),
        sha=_word(line, "sha", MAX_SHA),
        url=redact(url[:MAX_URL]) if isinstance(url, str) else None,
        data=_data(line.get("data")),
    )


def _data(value: Any) -> dict[str, Any]:
    """What else a site tells, redacted: its first entries, as many as take MAX_DATA characters at the most."""
    entries: list[str] = []
    room = MAX_DATA
    for key, item in value.items() if isinstance(value, dict) else ():
        text = json.dumps({key: item})[1:-1]
        room -= len(text) + 1
        if room < 0:
            break
        entries.append(text)
    return _redacted("{" + ",".join(entries) + "}")


def _redacted(text: str) -> dict[str, Any]:
    """The object of this JSON without its secrets; nothing of it where a secret was more than a text."""
    try:
        kept = json.loads(redact(text))
    except json.JSONDecodeError:
        return {}
    return kept if len(json.dumps(kept)) <= MAX_DATA else {}


def _plugins(body: dict[str, Any]) -> list[Any]:
    plugins = body.get("plugins")
    if not isinstance(plugins, list) or not plugins:
        raise Refusal(400, "plugins must be a list of at least one plugin")
    if len(plugins) > MAX_PLUGINS:
        raise Refusal(400, f"{len(plugins)} plugins are too many; send at most {MAX_PLUGINS} at a time")
    return plugins


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refusal(400, f"{what} must be a JSON object")
    return value


def _name(line: Any, place: int) -> str:
    """The name as it was sent, which is how its error is found again; the place where there is none."""
    name = line.get("name") if isinstance(line, dict) else None
    return name if isinstance(name, str) and name else f"plugins[{place}]"


def _handle(name: Any) -> str | None:
    # A character that could not be read is dropped from a handle, which may then be another plugin's.
    if not isinstance(name, str) or REPLACEMENT in name:
        return None
    try:
        return handle(name)
    except ValueError:
        return None


def _word(fields: dict[str, Any], key: str, limit: int, within: str = "") -> str:
    """A branch, commit or domain: one printable word."""
    value = fields.get(key)
    word = value.strip() if isinstance(value, str) else ""
    if not word or len(word) > limit or not word.isprintable() or " " in word or REPLACEMENT in word:
        raise Refusal(400, f"{within}{key} must be a text of 1 to {limit} characters without spaces{_UNREADABLE}")
    return word


def _prose(fields: dict[str, Any], key: str, limit: int) -> str | None:
    """A message or backtrace (Ruby's is a list of lines), redacted and cut before anything else sees it."""
    value = fields.get(key)
    lines = value if isinstance(value, list) else [value]
    said = "\n".join(_said(line) for line in lines if line is not None)
    return without_secrets(said, limit) or None


def _said(value: Any) -> str:
    """A text, or whatever stands in its place as it was written: what a plugin fails with is worth keeping."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
