"""Parsing what people type."""

import inspect
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.actions.action import Action, Asked, Misunderstood, NoAction
from models.actions.words import LONGEST
from models.rules.status import Verdict
from tests.asking import DICTIONARY


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("/plugin status foo", ("status", {"plugin": "foo"})),
        ("status foo", ("status", {"plugin": "foo"})),
        ("/help", ("help", {})),
        ("/", ("help", {})),
        ("/status foo", ("status", {"plugin": "foo"})),
        ("/PLUGIN  Status   Foo ON Stable", ("status", {"plugin": "Foo", "branch": "Stable"})),
        (
            '/plugin status "Discourse Solved" on beta',
            ("status", {"plugin": "Discourse Solved", "branch": "beta"}),
        ),
        ("/plugin status “Discourse Solved”", ("status", {"plugin": "Discourse Solved"})),
        ("/plugin status ‘Discourse Solved’", ("status", {"plugin": "Discourse Solved"})),
        ("／ｐｌｕｇｉｎ　ｓｔａｔｕｓ　ｆｏｏ", ("status", {"plugin": "foo"})),
        ("/plugin\u00a0status\u200b foo\x00", ("status", {"plugin": "foo"})),
        ("`status foo`", ("status", {"plugin": "foo"})),
        ("```\n/plugin status foo\n```", ("status", {"plugin": "foo"})),
        ("status `foo`", ("status", {"plugin": "foo"})),
        ("info `Discourse Solved`", ("info", {"plugin": "Discourse Solved"})),
        ("info a`b", ("info", {"plugin": "a`b"})),
        ("/plugin info don't-panic", ("info", {"plugin": "don't-panic"})),
        ("/plugin status on", ("status", {"plugin": "on"})),
        ("/plugin list", ("list", {})),
        ("/plugin list tests failing", ("list", {"filter": "tests failing"})),
        ("/plugin failing", ("failing", {})),
        ("/plugin failing on stable", ("failing", {"branch": "stable"})),
        ("/plugin log foo", ("log", {"plugin": "foo"})),
        ("/plugin log 12", ("log", {"plugin": "12"})),
        ("/plugin log incident #12", ("log", {"plugin": "#12"})),
        ("/plugin 12", ("log", {"plugin": "12"})),
        ("/plugin incident 12", ("log", {"plugin": "12"})),
        ("/plugin Outbreak 3", ("log", {"plugin": "outbreak 3"})),
        ("/plugin history 投票", ("history", {"plugin": "投票"})),
        ("/plugin issues foo", ("issues", {"plugin": "foo"})),
        ("/plugin issues foo Closed", ("issues", {"plugin": "foo", "state": "closed"})),
        ("/plugin issues foo Label:Bug", ("issues", {"plugin": "foo", "labels": ("Bug",)})),
        (
            '/plugin issues foo "label:needs info"',
            ("issues", {"plugin": "foo", "labels": ("needs info",)}),
        ),
        (
            "/plugin issues foo label:“needs info” closed",
            ("issues", {"plugin": "foo", "labels": ("needs info",), "state": "closed"}),
        ),
        ("/plugin issues open", ("issues", {"plugin": "open"})),
        ("/plugin help Status", ("help", {"command": "status"})),
        ("/plugin", ("help", {})),
        ("", ("help", {})),
    ],
)
def test_what_is_written_right_is_read(text: str, asked: tuple[str, dict[str, object]]) -> None:
    read = DICTIONARY.typed(text).read
    assert isinstance(read, Asked)
    assert (read.action.name, read.values) == asked


@pytest.mark.parametrize(
    ("text", "name", "problem"),
    [
        ("/plugin status", "status", "needs the name of a plugin"),
        ('/plugin log ""', "log", "needs the number of an incident, the name of a plugin, or"),
        # An empty name is none, whatever follows it.
        ('/plugin status ""', "status", "status needs the name of a plugin"),
        ('/plugin status "" on stable', "status", "status needs the name of a plugin"),
        ('/plugin ack " " on stable', "ack", "ack needs the number of an incident, the name of"),
        ('/plugin canary run ""', "canary run", "“run” needs the name of a server"),
        ('/plugin link github "" done', "link", "Name your login on GitHub: link github LOGIN"),
        ('/plugin canary run "" trace', "canary run", "“run” needs the name of a server"),
        ('/plugin role grant guardian <@1> of solved ""', "role", "“of” was not understood"),
        ('/plugin role grant guardian <@1> of ""', "role", "“of” was not understood"),
        (
            "/plugin status foo bar",
            "status",
            "“bar” was not understood; a name with spaces needs quotes, and a host branch follows “on”",
        ),
        ("/plugin status foo on", "status", "“on” needs a host branch"),
        ("/plugin status foo on stable now", "status", "“now” was not understood"),
        ("/plugin failing stable", "failing", "a host branch follows “on”: failing on stable"),
        ("/plugin issues", "issues", "needs the name of a plugin"),
        (
            "/plugin issues foo bar",
            "issues",
            "“bar” was not understood; a name with spaces needs quotes",
        ),
        ("/plugin issues foo label:", "issues", "“label:” needs the name of a label"),
        ('/plugin issues foo label:" "', "issues", "“label:” needs the name of a label"),
        ("/plugin issues foo label:a b", "issues", "“b” was not understood"),
        ("/plugin help status list", "help", "“list” was not understood"),
        ('/plugin status "foo', "", "A quote is not closed"),
        ("/plugin status “foo", "", "A quote is not closed"),
        ("/plugin list " + "x" * 2_000, "", "too long for a command: 2,013 characters"),
    ],
)
def test_what_is_not_is_answered_with_the_problem(text: str, name: str, problem: str) -> None:
    read = DICTIONARY.typed(text).read
    assert isinstance(read, Misunderstood)
    assert (read.action.name if read.action else "") == name
    assert problem in str(read.problem)


_DIGEST = "say daily, weekly or off, and perhaps when: daily at 09:00 in Europe/Berlin"
_QUOTES = "; a name with spaces needs quotes"
_LONG = "l" * 101


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("follow Solved on", "“on” needs a host branch, such as tests-passed or stable"),
        (f"follow solved on {_LONG}", "“on” needs a host branch, such as tests-passed or stable"),
        ("ack Solved on", "“on” needs a host branch, such as tests-passed, beta or stable"),
        ("log solved Now", f"“Now” was not understood{_QUOTES}"),
        (f"follow solved {_LONG}", f"“{_LONG[:100]}” was not understood{_QUOTES}"),
        ("following Me Me", "“Me” was not understood"),
        (
            "filing solved Later",
            f"“later” was not understood; say auto or manual, close or keep{_QUOTES}",
        ),
        (
            "channel Loud",
            "“loud” was not understood: say thread or flat, broadcast or quiet, digest, reminders, "
            "escalations, mention, language or private",
        ),
        (
            "channel digest in Europe/Berln",
            "“europe/berln” is no time zone: did you mean Europe/Berlin or Europe/Dublin?",
        ),
        ("digest Solved", _DIGEST),
        ('digest ""', _DIGEST),
        (
            "digest daily Weekly",
            "“Weekly” was not understood: say daily, weekly or off, at 09:00, in Europe/Berlin",
        ),
        ('digest at ""', "“” is no time of the day: write it as 09:00, up to 23:59"),
        (
            "mute 1 4h on stable",
            "“on” was not understood; how long is 30m, 4h, 1d, “until 2030-12-31” or “until fixed”, and a reason "
            "follows “because”",
        ),
        ("link github mona done done", "“done” was not understood"),
        ("role grant guardian U1 now", "“now” was not understood"),
        ("role grant maintainer U1 solved", "A maintainer is one of a plugin: add “of NAME”"),
        ('role grant maintainer U1 of ""', "A maintainer is one of a plugin: add “of NAME”"),
        ("role grant maintainer U1 of a b", f"“b” was not understood{_QUOTES}"),
    ],
)
def test_each_action_says_in_its_own_words_what_was_not_understood(text: str, problem: str) -> None:
    read = DICTIONARY.typed(text).read
    assert isinstance(read, Misunderstood)
    assert str(read.problem) == problem


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("channel from incompatible from tests failing", {"least": Verdict.TESTS_FAILING}),
        ("channel flat thread", {"flat": False}),
        ("digest at 9:00 at 10:00", {"at": 600}),
        ('ack 1 on ""', {"incident": "1", "branch": ""}),
        ("issues solved open closed", {"plugin": "solved", "state": "closed"}),
        ("role list of all", {}),
    ],
)
def test_what_is_given_again_or_left_blank_is_read(text: str, values: dict[str, object]) -> None:
    read = DICTIONARY.typed(text).read
    assert isinstance(read, Asked)
    assert read.values == values


def test_a_word_that_names_no_action_may_be_a_plugin_whose_status_is_meant() -> None:
    read = DICTIONARY.typed("/plugin foo on beta").read
    assert isinstance(read, NoAction)
    assert read.words == ("foo", "on", "beta")
    assert isinstance(read.status, Asked)
    assert read.status.values == {"plugin": "foo", "branch": "beta"}


@pytest.mark.parametrize("dash", "‐‑‒–—―−")
def test_every_dash_reads_as_one(dash: str) -> None:
    for text in (
        "status discourse-solved",
        "follow me a-b only issues -label:x -bot",
        "issues a-b label:x",
    ):
        typed, plain = (DICTIONARY.typed(each).read for each in (text.replace("-", dash), text))
        assert isinstance(typed, Asked)
        assert typed == plain


@pytest.mark.parametrize("action", list(DICTIONARY), ids=lambda action: action.name)
def test_every_example_is_understood(action: Action) -> None:
    for example in action.examples:
        read = DICTIONARY.typed(f"/plugin {action.name} {example}").read
        assert isinstance(read, Asked)
        assert read.action.name.split()[0] == action.name.split()[0]
        assert set(read.values) <= {argument.name for argument in read.action.takes}


@pytest.mark.parametrize("action", list(DICTIONARY), ids=lambda action: action.name)
def test_a_function_takes_the_arguments_of_its_action(action: Action) -> None:
    """Whatever is read can be handed over: the required alone, and every one of them."""
    for takes in ([each for each in action.takes if each.required], action.takes):
        values = {argument.name: None for argument in takes}
        inspect.signature(action.run).bind(object(), **values)
        if action.form:
            inspect.signature(action.form).bind(object(), **values)


words = st.sampled_from(
    ["/plugin", "status", "list", "on", "help", '"', "'", "“", " ", "\u3000", "\n", "foo", "\ud800"]
)


@settings(max_examples=500)
@given(st.text(st.characters(), max_size=10_000) | st.lists(words, max_size=20).map(" ".join))
def test_any_text_at_all_is_read_as_something(text: str) -> None:
    assert isinstance(DICTIONARY.typed(text).read, Asked | Misunderstood | NoAction)


@pytest.mark.parametrize("piece", ["\u0301", "\ufdfa", '"', "'a", " a", "/plugin "])
def test_no_text_takes_long(piece: str) -> None:
    start = time.perf_counter()
    DICTIONARY.typed((piece * LONGEST)[:LONGEST])
    assert time.perf_counter() - start < 0.5
