"""What /openapi.json says of a body is what its parser does: what keeps the schema is taken, what breaks it is told."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.events import Reporter
from models.rules.kinds import KeyKind, SiteKind
from tests.canaries import SERVER
from tests.webhooks.schema_bodies import bodies, broken
from webhooks import heartbeats
from webhooks.access.verified import Verified
from webhooks.canary import endpoints as canary
from webhooks.canary.parsing import parse_run
from webhooks.canary.shape import RUN
from webhooks.github.deliveries import HEADERS
from webhooks.guard import parsing as guard
from webhooks.refusal import Refusal
from webhooks.shapes import WORD_PATTERN, is_word

EXAMPLES = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
REPORTER = Reporter(1, SiteKind.CANARY, "canary.example.com")
CANARY_KEY = Verified(2, KeyKind.CANARY, SERVER, SERVER)


def reported(body: Any) -> list[str]:
    """What a Guard is told of its report: nothing where all of it is taken."""
    try:
        guard.DOMAIN.read(guard.REPORT.of(body))
        read = guard.parse_report(body, REPORTER)
    except Refusal as refusal:
        return [refusal.reason]
    assert len(read.observations) + len(read.rejected) == len(body["plugins"])
    return [error.reason for error in read.rejected]


def run(body: Any) -> list[str]:
    """What a canary is told of its run."""
    try:
        read = parse_run(body, "r1", CANARY_KEY, NOW)
    except Refusal as refusal:
        return [refusal.reason]
    return [error.reason for error in read.ignored]


def registered(body: Any) -> list[str]:
    """What a client site is told of its registration; of a name that is left out it is told by its absence."""
    try:
        guard.DOMAIN.read(guard.REGISTRATION.of(body))
        read = guard.parse_registration(body, REPORTER)
    except Refusal as refusal:
        return [refusal.reason]
    return ["plugins"] * (len(body["plugins"]) - len(read.names))


def counted(body: Any) -> list[str]:
    """What is told of statistics; a line that is left out is told of nowhere, so that its absence counts."""
    try:
        read = guard.parse_statistics(body)
    except Refusal as refusal:
        return [refusal.reason]
    return ["left out"] * (len(body["plugins"]) - len(read.usages))


def of_one_server(body: dict[str, Any]) -> dict[str, Any]:
    """A run that this key may report, in which no plugin stands twice and whose end does not lie before its start."""
    plugins = {line["name"].casefold(): line for line in body["plugins"]}
    return {**body, "server": SERVER, "plugins": list(plugins.values())[:1], "finished_at": None}


def of_each_plugin_once(body: dict[str, Any]) -> dict[str, Any]:
    """A report of which no two lines say the same of a plugin: of those the last counts alone."""
    plugins = {line["name"].casefold(): line for line in body["plugins"]}
    return {**body, "plugins": list(plugins.values())}


REPORTS = bodies(guard.REPORT.schema).map(of_each_plugin_once)
RUNS = bodies(RUN.schema).map(of_one_server)
DOORS = {
    "report": (guard.REPORT.schema, REPORTS, reported),
    "registration": (guard.REGISTRATION.schema, bodies(guard.REGISTRATION.schema), registered),
    "statistics": (guard.STATISTICS.schema, bodies(guard.STATISTICS.schema), counted),
    "run": (RUN.schema, RUNS, run),
}
# A rule that only a body with all its parts can break, by which it is seen that they are tried.
INNERMOST = {
    "report": ("status", "enum"),
    "registration": ("plugins", "pattern"),
    "statistics": ("host", "maxLength"),
    "run": ("duration_ms", "maximum"),
}


@pytest.mark.parametrize("name", DOORS)
def test_what_keeps_the_schema_is_taken(name: str) -> None:
    _, kept, told = DOORS[name]

    @EXAMPLES
    @given(kept)
    def check(body: Any) -> None:
        assert told(body) == []

    check()


@pytest.mark.parametrize("name", DOORS)
def test_what_breaks_one_rule_is_told(name: str) -> None:
    schema, kept, told = DOORS[name]
    tried: set[tuple[str, str]] = set()

    @settings(EXAMPLES, max_examples=15, derandomize=True)
    @given(kept)
    def check(body: Any) -> None:
        for each in broken(schema, body):
            said = told(each.body)
            assert len(said) == 1, each
            if name in {"report", "run"} and each.rule not in {"type", "maxItems"}:
                assert each.field in said[0], (each, said)
            tried.add((each.field, each.rule))

    check()
    assert tried >= {INNERMOST[name], ("plugins", "maxItems"), ("the body", "type")}


@settings(EXAMPLES, max_examples=200)
@given(st.characters())
def test_the_pattern_of_a_word_says_what_is_a_word(letter: str) -> None:
    category = unicodedata.category(letter)
    assert WORD_PATTERN == r"^[^\p{C}\p{Z}\uFFFD]+$"
    assert is_word(letter) == (category[0] not in "CZ" and letter != "\ufffd")


def test_the_patterns_of_addresses_and_headers_are_those_that_read_them() -> None:
    signal = re.compile(heartbeats.SIGNAL_SCHEMA["pattern"])
    assert [
        word
        for word in ("start", "fail", "0", "255", "stop", "-1", "1000", "starts")
        if signal.search(word)
    ] == [*("start", "fail", "0", "255")]
    assert re.search(canary.RUN_ID_SCHEMA["pattern"], "run-1.2_3")
    assert not re.search(canary.RUN_ID_SCHEMA["pattern"], "run 1")
    for header in HEADERS:
        pattern = header.parameter["schema"]["pattern"]
        sent = {"X-Hub-Signature-256": "sha256=" + "0f" * 32, "X-GitHub-Event": "push"}.get(
            header.name, "a-b-1"
        )
        assert re.search(pattern, sent)
        assert header.read([(header.name.lower().encode(), sent.encode())]) == sent.encode()
        assert not re.search(pattern, f"{sent} {sent}")
        with pytest.raises(Refusal, match=f"send one header {header.name}"):
            header.read([(header.name.lower().encode(), f"{sent} {sent}".encode())])


def test_a_branch_is_known_by_its_own_name_whoever_says_it() -> None:
    loaded = {"name": "solved", "branch": "refs/heads/main", "sha": "a1"}
    host = {"branch": "origin/stable", "sha": "c0"}
    said = guard.parse_report({"plugins": [{**loaded, "status": 1}], "discourse": host}, REPORTER)
    assert (said.host_branch, said.observations[0].branch) == ("stable", "main")
    body = {
        "server": SERVER,
        "host": host,
        "started_at": "2026-11-21T11:00:00Z",
        "steps": [{"name": "open", "result": "passed", "duration_ms": 1}],
        "plugins": [loaded],
    }
    seen = parse_run(body, "r1", CANARY_KEY, NOW)
    assert (seen.host_branch, seen.plugins[0].branch) == ("stable", "main")
