import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from models.extensions.manifest import ManifestError, read_handles
from models.extensions.manifest.words import satisfies
from models.version import VERSION
from tests.models.extensions.samples import HANDLES, LEAST, MANIFEST, manifest

ROOT = Path(__file__).parents[3]
TAKING = """
[[action]]
name = "a"
kind = "question"
summary = "A"
run = "a"
takes = [
  {{ name = "{first}", type = "text", about = "A" }},
  {{ name = "{second}", type = "name", about = "B" }},
]
"""


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(ManifestError) as caught:
        manifest(text)
    return caught.value.problems


def test_a_manifest_that_says_everything_is_read() -> None:
    read = manifest(MANIFEST)
    assert (read.handle, read.version, read.may.memory) == ("acmejira", Version("1.2.0"), 256 << 20)
    assert read.table["ticket"].columns["incident"].refers_to == "incident"
    assert read.table["ticket"].columns["seen_at"].optional
    assert read.table["ticket"].index == ("key",)
    assert read.option["token"].sent_to == "jira.example.com"
    assert read.panel[0].every == timedelta(minutes=5)
    assert read.handlers == {
        *("open_tickets", "tickets", "opened", "told", "panel", "page"),
        *("sync", "step", "tell", "decorate"),
    }


def test_the_least_that_a_manifest_must_say() -> None:
    assert manifest(LEAST).may.read == "nothing"
    for line in LEAST.splitlines():
        field = line.partition(" ")[0]
        assert f"{field}: is missing" in problems(LEAST.replace(line, ""))


def test_every_problem_is_named_at_once_with_what_would_be_right() -> None:
    wrong = MANIFEST
    for right, instead in (
        ('"1.2.0"', "12"),
        ('page = "tickets"', 'page = "x"'),
        ('memory = "256', 'memry = "256'),
        ('on = "incident"', 'on = "x"'),
        ('"time?"', '"tim?"'),
        ('every = "1 h"', 'every = "1 s"'),
        ('publisher = "ACME"', 'publisher = "Evil"'),
        ('"incident.opened"', '"thing.opened"'),
    ):
        assert right in wrong
        wrong = wrong.replace(right, instead)
    assert problems(wrong) == (
        "handle: handle 'acmejira' is ACME's, not Evil's",
        'version: must be a version in quotes, such as "1.2.0"',
        "may.memry: is not known here; known are read, fetch, memory",
        "table.ticket: seen_at must be one of text, integer, real, flag, time, json, -> plugin, -> incident, "
        "-> outbreak, with ? where it may be empty",
        "panel 1.on: it should be 'board', 'plugin', 'incident', 'mine' or 'menu'",
        'job 1.every: must be between "1 min" and "1 d"',
        "decorate 1.on: it should be 'incident'",
        "menu 1: page 'x' is no page of its own",
        "hears 1: 'thing' is none of incident, outbreak, plugin, issue, release, push, ci, canary, person, role, "
        "key, follow, extension, error, and no extension that it needs",
    )


@pytest.mark.parametrize(
    ("line", "instead", "problem"),
    [
        (
            'handle = "acmejira"',
            'handle = "status"',
            "handle: 'status' is a word of Pluginwatch's own",
        ),
        ('handle = "acmejira"', 'handle = "incident"', "handle: 'incident' is a word of"),
        ('handle = "acmejira"', 'handle = "slack"', "handle: 'slack' is a word of"),
        (
            'handle = "acmejira"',
            'handle = "other"',
            "handle: handle 'other' is Other's, not ACME's",
        ),
        ('handle = "acmejira"', 'handle = "nobodys"', "handle: handle 'nobodys' is not allocated"),
        *(
            (
                'handle = "acmejira"',
                f'handle = "{each}"',
                f"handle: is {each!r}; it must be 3 to 32",
            )
            for each in ("AcmeJira", "acme-jira", "acmejira2", "acm\u0435jira", "ac", "a" * 33)
        ),
        (
            'status = "stable"',
            'status = "deprecated"',
            "reason: is missing; a deprecated extension",
        ),
        ('website = "https:', 'website = "javascript:', "website: it should match pattern"),
        ('needs = ">=0.2"', 'needs = "newest"', "host.needs: must name versions in quotes"),
        ("api = 1", "api = 2\nnew = 1", "api: is 2; this Pluginwatch knows 1"),
        ("api = 1", 'api = "1"', "api: it should be a valid integer"),
        ("2026-11-01", '"2026-11-01"', "created: it should be a valid date"),
    ],
)
def test_what_is_wrong_is_said(line: str, instead: str, problem: str) -> None:
    assert line in LEAST
    found = problems(LEAST.replace(line, instead))
    assert [each for each in found if each.startswith(problem)], found


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("requires = { acmejira = '*' }", "requires: an extension cannot need itself"),
        ("may = { fetch = ['option:server'] }", "may.fetch: 'option:server' names no option of"),
        ("may = { fetch = ['http://x.y'] }", "may.fetch 1: is 'http://x.y'; it must be a host"),
        (
            "option.key = { type = 'secret', for = 'a.example' }",
            "option.key: is for 'a.example', which",
        ),
        ("option.key = { type = 'secret' }", "option.key: a secret needs `for`"),
        ("option.n = { type = 'integer', default = true }", "option.n: its default is no integer"),
        ("table.t = { id = 'text' }", "table.t: 'id' cannot be a column's name"),
        ("table.t = {}", "table.t: has no column"),
        ("table.t = { a = 'text', index = ['b'] }", "table.t: index names 'b', which is no column"),
        ("[[page]]\nname='a'\ntitle='A'\nrun='a'\n" * 2, "page: name 'a' stands 2 times"),
        ("[[report]]\ntitle='A'\nquestion='a'", "report 1: question 'a' is no question of its own"),
        (
            TAKING.format(first="which", second="which"),
            "action 1.takes: 'which' stands 2 times",
        ),
        (
            TAKING.format(first="which", second="call"),
            "action 1.takes: 'call' is passed to every handler",
        ),
        (
            TAKING.format(first="self", second="which"),
            "action 1.takes: 'self' is passed to every handler",
        ),
        (
            TAKING.format(first="from", second="which"),
            "action 1.takes: 'from' is passed to every handler, or is a word of Python",
        ),
        (
            "[[wizard]]\nname='a'\ntitle='A'\nrun='a'\nfields=[{name='call',type='text',about='A'}]",
            "wizard 1.fields: 'call' is passed to every handler",
        ),
        (
            "[[destination]]\nname='a'\nabout='a'\naddress='a'\nrun='a'\n"
            "[[destination]]\nname='b'\nabout='a'\naddress='a'\nrun='a'",
            "destination: stands twice",
        ),
        (
            "[[panel]]\non='plugin'\ntitle=[{a=1}]\nrun='a'",
            "panel 1.title: it should be a valid string",
        ),
        ("[[place]]\nname='a'\nthrough='a'", "place 1: through 'a' is no source or job of its own"),
        (
            "[[filter]]\nprefix='A-'\nrest='word'\nlink='https://{rest}.example/'",
            "filter 1.link: must be an address such as",
        ),
        (
            "[[source]]\nname='a'\nid='X'\nrun='a'\nsays=['fine']\nverify={recipe='hmac',secret='s',header='X'}",
            "source 1.says: names fine; verdicts are compatible, tests_failing",
        ),
    ],
)
def test_what_refers_to_nothing_is_said(more: str, problem: str) -> None:
    found = problems(LEAST + more)
    assert [each for each in found if each.startswith(problem)], found


@given(st.data())
def test_whatever_stands_in_a_manifest_it_is_read_or_refused_with_reasons(
    data: st.DataObject,
) -> None:
    lines = MANIFEST.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        field = lines[at].partition("=")[0]
        lines[at] = data.draw(
            st.one_of(
                st.text(max_size=20),
                st.sampled_from(
                    ["-1", "[]", "{}", "true", '"x"', "1979-01-01", "[{a=1}]", "[[1]]"]
                ).map(lambda value, field=field: f"{field} = {value}"),
            )
        )
    found = _problems_if_any("\n".join(lines))
    assert all(each.isprintable() for each in found)


def _problems_if_any(text: str) -> tuple[str, ...]:
    try:
        manifest(text)
    except ManifestError as error:
        return error.problems or ("a refusal without a reason\n",)
    return ()


@pytest.mark.parametrize("text", ["a = [" * 5_000, "\x00", "a" * 300_000, "a = 1\na = 2"])
def test_what_is_no_toml_is_said_once(text: str) -> None:
    assert len(problems(text)) == 1


def test_a_prerelease_of_ours_satisfies_what_it_leads_to() -> None:
    assert satisfies(Version("0.2.0.dev0"), SpecifierSet(">=0.2"))
    assert satisfies(Version("0.2.0.dev0"), SpecifierSet(">=0.2,<1"))
    assert not satisfies(Version("0.2.0.dev0"), SpecifierSet(">=0.3"))
    assert not satisfies(Version("0.2.0.dev0"), SpecifierSet("<0.2"))
    assert satisfies(Version("2.0rc1"), SpecifierSet(">=2"))


def test_our_version_is_the_one_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION


def test_the_list_of_handles_is_read_and_an_operators_adds_to_it() -> None:
    ours = read_handles((ROOT / "models/extensions/handles.toml").read_text())
    assert ours.publishers["helloworld"] == "Pluginwatch"
    more = ours.with_more(read_handles('[handles]\nhelloworld = "Evil"\nacme = "ACME"'))
    assert more.trouble("helloworld", "Evil") == "handle 'helloworld' is Pluginwatch's, not Evil's"
    assert more.trouble("acme", "ACME") == ""


@pytest.mark.parametrize(
    "text", ["[handle]", "[handles]\nA = 'x'", "[handles]\nacme = 1", "keys = 1", "a ="]
)
def test_a_list_of_handles_that_makes_no_sense_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"handle|\[keys\]"):
        read_handles(text)


def test_a_key_of_ours_is_not_replaced() -> None:
    assert HANDLES.with_more(read_handles("[keys]\nACME = 'x'")).keys == {"ACME": "x"}


@pytest.mark.parametrize("every", ["1 s", "59 s", "25 h", "2 d"])
@pytest.mark.parametrize(("kind", "usual"), [("panel 1", "5 min"), ("job 1", "1 h")])
def test_what_is_called_again_and_again_has_bounds(every: str, kind: str, usual: str) -> None:
    wrong = MANIFEST.replace(f'every = "{usual}"', f'every = "{every}"')
    assert problems(wrong) == (f'{kind}.every: must be between "1 min" and "1 d"',)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ('[[decorate]]\non = "incident"\nrun = "other"', "decorate: on 'incident' stands 2 times"),
        (
            '[[panel]]\non = "incident"\ntitle = "Ticket"\nrun = "other"',
            "panel: on 'incident' the title 'Ticket' stands 2 times",
        ),
        (
            '[[report]]\ntitle = "Others"\nquestion = "tickets"',
            "report: question 'tickets' stands 2 times",
        ),
        ('[[panel]]\non = "plugin"\ntitle = "Ticket"\nrun = "other"', None),
    ],
)
def test_what_would_overwrite_each_other_is_refused(more: str, problem: str | None) -> None:
    if problem is None:
        assert manifest(f"{MANIFEST}\n{more}\n").panel
    else:
        assert problems(f"{MANIFEST}\n{more}\n") == (problem,)
