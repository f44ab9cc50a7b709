"""What lines of JSON say."""

import json
from typing import Any

import pytest

from models.rules.fingerprint import fingerprint
from models.rules.own_line import own_lines

ERROR = "NoMethodError: undefined method 'bake' for nil"
STACK = "/srv/app/plugins/recipe/plugin.rb:3:in `activate!'\n/srv/app/lib/plugin.rb:9:in `find'"
SAMPLES: dict[str, Any] = {
    "a service": {"time": "2026-01-02T03:04:05Z", "level": "error", "msg": ERROR, "name": "forum"},
    "Logstash": {"message": ERROR, "severity": 3, "@timestamp": "2026", "backtrace": STACK},
    "Rails": {"method": "GET", "path": "/", "status": 500, "error": ERROR},
    "Docker": {"log": f"{ERROR}\n", "stream": "stderr", "time": "2026-01-02T03:04:05.6Z"},
    "the journal": {"MESSAGE": ERROR, "_PID": "7", "PRIORITY": "3"},
    "an error beside words": {
        "msg": "it failed",
        "err": {"type": "NoMethodError", "message": ERROR[15:], "stack": f"{ERROR}\n{STACK}"},
    },
    "an error with its class": {"exception": {"name": "NoMethodError", "message": ERROR[15:]}},
    "an error in parts": {
        "message": "no",
        "error.type": "NoMethodError",
        "error.message": ERROR[15:],
    },
    "a collector of errors": {
        "exception": {"values": [{"type": "NoMethodError", "value": ERROR[15:]}]}
    },
    "an answer of an interface": {"errors": [ERROR], "error_type": "failed"},
    "a list": [{"message": ERROR, "backtrace": STACK.split("\n")}],
    "Python": {
        "event": "it failed",
        "exception": f'Traceback (most recent call last):\n  File "a.py", line 1, in b\n{ERROR}',
    },
}


@pytest.mark.parametrize("said", SAMPLES.values(), ids=SAMPLES.keys())
def test_an_error_in_json_is_shown_by_its_words(said: Any) -> None:
    assert own_lines(json.dumps(said)) == [ERROR]
    assert own_lines(json.dumps(said, indent=2)) == [ERROR]
    assert own_lines(f"Started\nforum-1 | {json.dumps(said)}\nforum-1 | {{}}")[0] == ERROR


def test_an_error_is_the_same_in_json_and_in_plain_words() -> None:
    logged = json.dumps({"level": "error", "message": ERROR, "pid": 7})
    assert fingerprint("recipe", logged, STACK) == fingerprint("recipe", ERROR, STACK)


def test_an_error_is_read_of_json_that_was_cut_off() -> None:
    assert own_lines('{"level":"error","message":"no \\"oven\\" here","backtrace":["/srv/a') == [
        'no "oven" here'
    ]
    assert own_lines('{"message":"the oven is') == ["the oven is"]


@pytest.mark.parametrize(
    "text",
    [
        '{"oven": 7}',
        "[PLUGIN recipe] it burns",
        "{oven}",
        '{"message": 7}',
        '{"message": {}}',
        "[]",
        "[" * 3_000 + "]" * 3_000,
    ],
)
def test_what_says_nothing_in_json_stays(text: str) -> None:
    assert own_lines(text) == [text[:1_000]]


def test_deep_json_is_read_no_deeper_than_errors_are() -> None:
    text = '{"error":' * 60 + '"it burns"' + "}" * 60
    assert own_lines(text) == [text[:1_000]]
