"""Which breakages have one cause."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.rules.blame import Suspect
from models.rules.causes import Breakage, cause_in_other_words, causes, is_telling

START = datetime(2026, 1, 1, tzinfo=UTC)
HOST, PLUGIN, BOTH = Suspect.HOST, Suspect.PLUGIN, Suspect.BOTH


def broken(number: int, words: str, suspect: Suspect = HOST, **more: Any) -> Breakage:
    """Plugin `number` fails in these words since tests-passed was at h2."""
    said: dict[str, Any] = {
        "host_branch": "tests-passed",
        "bad_host_sha": "h2",
        "opened_at": START,
        "founds": True,
    }
    said |= {"plugin_id": number} | more
    return Breakage(number=number, fingerprint=words, suspect=suspect, **said)


def groups(fresh: list[Breakage], known: list[Breakage] | None = None) -> list[list[int]]:
    """The numbers that share a cause, those of more than one."""
    named = causes(fresh, known or [])
    shared = {cause for cause in named.values() if cause}
    found = [[number for number in sorted(named) if named[number] == cause] for cause in shared]
    return sorted(group for group in found if len(group) > 1)


def test_unlike_words_of_one_range_have_one_cause_while_they_are_the_only_one() -> None:
    assert groups([broken(1, "a"), broken(2, "a"), broken(3, "b")]) == [[1, 2, 3]]


def test_a_range_with_two_bad_commits_is_split_by_words() -> None:
    found = groups([broken(n, "a" if n < 3 else "b") for n in range(1, 5)])
    assert found == [[1, 2], [3, 4]]


def test_where_all_moved_unlike_words_have_nothing_in_common_and_like_ones_neither() -> None:
    assert groups([broken(1, "a", BOTH), broken(2, "b", BOTH), broken(3, "a", BOTH)]) == []


def test_both_joins_by_the_words_of_one_that_stood_still() -> None:
    assert groups([broken(1, "a", BOTH), broken(2, "a"), broken(3, "b", BOTH)]) == [[1, 2]]


def test_what_opened_before_joins_when_it_turns_out_to_be_one_of_them() -> None:
    assert groups([broken(2, "a")], [broken(1, "a", BOTH)]) == [[1, 2]]


def test_a_plugin_that_broke_itself_is_no_part_of_what_the_host_broke() -> None:
    assert groups([broken(1, "a"), broken(2, "a"), broken(3, "a", PLUGIN)]) == [[1, 2]]


def test_the_same_plugin_and_words_on_another_branch_have_the_cause_that_is_known() -> None:
    known = [broken(1, "a", cause="host/tests-passed/h2")]
    stable = broken(9, "a", plugin_id=1, host_branch="stable", bad_host_sha="s1")
    other = broken(8, "b", host_branch="stable", bad_host_sha="s1")
    assert groups([stable, other], known) == [[1, 9]]


def test_unlike_words_follow_the_range_where_sites_had_told_of_the_cause_before() -> None:
    sites = broken(1, "a", Suspect.UNKNOWN, bad_host_sha="h1", cause="fingerprint/a")
    assert groups([broken(2, "a"), broken(3, "a"), broken(4, "b")], [sites]) == [[1, 2, 3, 4]]


@pytest.mark.parametrize(("days", "together"), [(6, [[1, 2]]), (8, [])])
def test_what_breaks_much_later_says_the_same_by_chance(
    days: int, together: list[list[int]]
) -> None:
    later = broken(2, "a", bad_host_sha="h9", opened_at=START + timedelta(days=days))
    assert groups([later], [broken(1, "a", cause="host/tests-passed/h2")]) == together


def test_common_words_join_within_one_host_range_only() -> None:
    one, other = broken(1, "a", founds=False), broken(2, "a", founds=False)
    assert groups([one, other]) == [[1, 2]]
    later = broken(2, "a", founds=False, bad_host_sha="h9")
    assert groups([later], [broken(1, "a", founds=False, cause="host/tests-passed/h2")]) == []


@pytest.mark.parametrize(
    "message",
    [
        "NoMethodError: undefined method 'id' for nil",
        "undefined method `id' for nil:NilClass (NoMethodError)",
        "ArgumentError: wrong number of arguments (given 3, expected 1..2)",
        "NoMethodError: undefined method `each' for false:FalseClass",
        "TypeError: nil can't be coerced into Integer",
        "ZeroDivisionError: divided by 0",
        "LoadError: Could not find gem 'a'",
        "Gem::MissingSpecError: Could not find 'a' (>= 0) among 312 total gem(s)",
        "Bundler::GemNotFound: Could not find a-0.4.4 in locally installed gems",
        "TypeError: Cannot read properties of undefined (reading 'x')",
        "TypeError: null is not an object (evaluating 'e.model')",
        "TypeError: this.rows is not iterable",
        "RangeError: Maximum call stack size exceeded",
        "open /latest: Timeout 30000ms exceeded waiting for selector '.topic-list'",
        "Script error.",
        "RuntimeError: unhandled exception",
        "RuntimeError",
        "SyntaxError: plugin.rb:3: syntax error, unexpected end-of-input",
        "ci / backend_tests failed",
        "",
        None,
    ],
)
def test_words_that_any_plugin_may_say_found_nothing(message: str | None) -> None:
    assert not is_telling(message)


GONE = "NameError: uninitialized constant Discourse::Gone"
DRESSES = [
    "rake aborted!\n{}\nplugins/a/plugin.rb:1:in `activate!'",
    "open /latest: Timeout 30000ms exceeded waiting for selector '.topic-list'\nUncaught {}\n    at https://x.example",
    "** INCOMPATIBLE PLUGIN **\n\nYou are unable to build Discourse\n\n{}\n\nplugins/a/plugin.rb:1:in `activate!'",
]


@pytest.mark.parametrize("dress", DRESSES)
def test_an_errors_own_words_count_and_not_what_surrounds_them(dress: str) -> None:
    common = "NoMethodError: undefined method 'id' for nil"
    assert not is_telling(dress.format(common))
    assert is_telling(dress.format(GONE))


@pytest.mark.parametrize(
    "message",
    [
        "NoMethodError: undefined method 'nilly' for an instance of Topic",
        "NoMethodError: undefined method 'x' for class Falsehood",
        "LoadError: cannot load such file -- discourse/lib/gone",
        "Could not find module `discourse/lib/gone`",
        "Ember::Error: the outlet user-card-contents was removed",
    ],
)
def test_words_that_name_what_is_gone_found_something(message: str) -> None:
    assert is_telling(message)


def test_words_of_its_own_found_something_but_not_ci_without_frames() -> None:
    assert is_telling(GONE)
    assert not is_telling(GONE, by_ci_without_frames=True)


def test_what_browsers_see_is_another_cause_than_what_does_not_load() -> None:
    unloaded = [broken(n, "a") for n in range(1, 4)]
    seen = [broken(n, word, in_browser=True) for n, word in enumerate("bcd", start=4)]
    assert groups([*unloaded, *seen]) == [[1, 2, 3], [4, 5, 6]]


def test_unlike_words_in_the_browser_join_nothing_that_does_not_load() -> None:
    assert groups([broken(1, "a"), broken(2, "a"), broken(3, "b", in_browser=True)]) == [[1, 2]]


def test_what_says_the_same_in_the_browser_joins() -> None:
    assert groups([broken(1, "a"), broken(2, "a", in_browser=True)]) == [[1, 2]]


@pytest.mark.parametrize(
    ("other", "joins"),
    [
        ({}, True),
        ({"plugin_id": 1, "host_branch": "beta"}, True),  # the same plugin on another branch
        ({"fingerprint": "b"}, False),
        ({"cause": ""}, False),
        ({"opened_at": START - timedelta(days=2)}, False),  # ten days before it began to say so
        ({"suspect": PLUGIN}, False),
    ],
)
@pytest.mark.parametrize("suspect", [HOST, BOTH, PLUGIN])
def test_what_fails_in_other_words_now_has_the_cause_of_those_who_do(
    other: dict[str, Any], suspect: Suspect, *, joins: bool
) -> None:
    each = broken(1, "a", suspect, bad_host_sha="h1", opened_at=START - timedelta(days=30))
    said = {"fingerprint": "a", "cause": "host/tests-passed/h2"} | other
    known = broken(2, said.pop("fingerprint"), **said)
    expected = "host/tests-passed/h2" if joins and suspect is not PLUGIN else ""
    assert cause_in_other_words(each, [known], START + timedelta(days=6)) == expected
