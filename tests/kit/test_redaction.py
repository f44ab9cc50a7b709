"""What the Guard takes out of a failure is what Pluginwatch would take out, letter for letter."""

import json
from collections.abc import Iterator
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.redact import redact as of_the_server
from pluginwatch_kit.guard.redaction import redact, without_secrets
from tests.kit import renew_secrets
from tests.models.rules import test_known_tokens as tokens
from tests.models.rules import test_redact as secrets

PIECES = [*secrets.SECRETS, *secrets.NAMES, *secrets.SIGNS, *secrets.ALMOST, *tokens.PIECES]


def samples(module: ModuleType) -> Iterator[str]:
    """The first argument of each parametrized test."""
    for test in vars(module).values():
        for mark in getattr(test, "pytestmark", ()):
            for case in mark.args[1]:
                yield case[0] if isinstance(case, tuple) else case


def test_the_rules_are_those_of_the_server() -> None:
    kept = json.loads(renew_secrets.TARGET.read_text(encoding="utf-8"))
    assert kept == json.loads(json.dumps(renew_secrets.rules())), "make tokens writes them"
    own, theirs = renew_secrets.TARGET, renew_secrets._SHAPES
    licences = [path.with_suffix(".LICENSE").read_text() for path in (own, theirs)]
    assert licences[0] == licences[1]


def test_each_sample_of_the_servers_tests_ends_the_same() -> None:
    texts = [*samples(secrets), *samples(tokens)]
    whole = [begin + rest for begin, rest in tokens.TOKENS.items()]
    texts += [around.format(token) for token in whole for around in tokens.AROUND]
    assert len(texts) > 500
    assert [redact(text) for text in texts] == [of_the_server(text) for text in texts]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text())
def test_anything_ends_the_same(text: str) -> None:
    assert redact(text) == of_the_server(text)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("a++b", "(?=(?P<a1>a+))(?P=a1)b"),
        (r"[\w.]{1,8}+", r"(?=(?P<a1>[\w.]{1,8}))(?P=a1)"),
        (r"(?:x|\+)*+", r"(?=(?P<a1>(?:x|\+)*))(?P=a1)"),
        ("(?P<q>['\"])?+(?(q)a|b+)", "(?=(?P<a1>(?P<q>['\"])?))(?P=a1)(?(q)a|b+)"),
        ("a+?[+]+", "a+?[+]+"),
    ],
)
def test_possessive_quantifiers(pattern: str, expected: str) -> None:
    assert renew_secrets.without_possessives(pattern) == expected


def test_of_a_long_text_both_ends_are_kept_and_no_half_of_a_secret() -> None:
    text = "begin " + "x " * 2_000 + f"password={'Zx9' * 400} " + "y " * 2_000 + "end"
    cut = without_secrets(text, 1_000)
    assert len(cut) <= 1_000
    assert cut.startswith("begin")
    assert cut.endswith("end")
    assert "Zx9" not in "".join(without_secrets(text, limit) for limit in range(200, 3_000, 71))
