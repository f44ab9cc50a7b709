"""Addresses are built from pieces that fit, or not at all."""

import re
from urllib.parse import parse_qs

import pytest
from hypothesis import given

from models.messages import links
from models.rules.sources import DESCRIPTORS, JudgingSource, RunPage
from tests.models.messages import samples

RUN_PAGE = DESCRIPTORS[JudgingSource.TESTS].run_page or RunPage("", "")


def test_addresses() -> None:
    assert links.repository("Discourse/my_plugin.rb") == "https://github.com/Discourse/my_plugin.rb"
    assert links.commit("a/b", "abcdef1") == "https://github.com/a/b/commit/abcdef1"
    assert (
        links.compare("a/b", "abcdef1", "abcdef2")
        == "https://github.com/a/b/compare/abcdef1...abcdef2"
    )
    version = "https://github.com/discourse/discourse/blob/abcdef1/lib/version.rb"
    assert links.host_version("abcdef1") == version
    assert links.meta_topic("30155") == "https://meta.discourse.org/t/30155"


@pytest.mark.parametrize(
    "full_name",
    [
        "",
        "a",
        "a/",
        "/b",
        "a/..",
        "a/.",
        "a/b/c",
        "-a/b",
        "a/b?x",
        "a/b#x",
        "a/b\n",
        "a@evil.example/b",
        "ａ/b",
        "a" * 40 + "/b",
    ],
)
def test_a_repository_that_github_cannot_have_has_no_address(full_name: str) -> None:
    assert links.repository(full_name) is None
    assert links.commit(full_name, "abcdef1") is None


@pytest.mark.parametrize(
    "sha", ["", "abcdef", "g" * 40, "a" * 65, "../../x", "abcdef1\n", "１２３４５６７", "HEAD"]
)
def test_what_is_no_commit_has_no_address(sha: str) -> None:
    assert links.commit("a/b", sha) is None
    assert links.compare("a/b", "abcdef1", sha) is None
    assert links.host_version(sha) is None


def test_nothing_lies_between_a_commit_and_itself() -> None:
    assert links.compare("a/b", "abcdef1", "abcdef1") is None


@pytest.mark.parametrize("topic", ["", "TODO", "1/../2", "٣", "1" * 11])
def test_what_is_no_number_is_no_topic(topic: str) -> None:
    assert links.meta_topic(topic) is None


def test_addresses_of_what_github_tells() -> None:
    assert (
        links.ci_run("a/b", "actions/runs/123", RUN_PAGE)
        == "https://github.com/a/b/actions/runs/123"
    )
    assert links.ci_run("a/b", "runs/123", RUN_PAGE) == "https://github.com/a/b/runs/123"
    assert links.issue("a/b", 7) == "https://github.com/a/b/issues/7"
    assert links.issues("a/b") == "https://github.com/a/b/issues"
    assert links.issues("a/b", "closed") == "https://github.com/a/b/issues?q=is%3Aissue+is%3Aclosed"
    assert links.release("a/b", "v1.2+x") == "https://github.com/a/b/releases/tag/v1.2%2Bx"
    assert links.release("a/b", "@a/b@1.0") == "https://github.com/a/b/releases/tag/%40a%2Fb%401.0"


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "actions/runs/",
        "runs/1/2",
        "runs/../1",
        "runs/1?x",
        "runs/1\n",
        "runs/１",
        "/runs/1",
        "run-1",
        "runs/" + "1" * 21,
    ],
)
def test_what_is_no_run_has_no_address(reference: str) -> None:
    assert links.ci_run("a/b", reference, RUN_PAGE) is None


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "@",
        ".a",
        "a..b",
        "a//b",
        "a/.b",
        "a/",
        "a.",
        "a.lock",
        "a.lock/b",
        "a b",
        "a\n",
        "a?b",
        "a#b",
        "../../x",
        "-a",
        "v１",
        "a" * 201,
    ],
)
def test_a_tag_that_is_not_a_plain_ref_has_no_address(tag: str) -> None:
    assert links.release("a/b", tag) is None


@given(title=samples.texts, line=samples.texts)
def test_the_form_of_an_issue_holds_any_words_in_letters_that_no_address_reads(
    title: str, line: str
) -> None:
    address = links.new_issue("a/b", title[:30], [line[:30]]) or ""
    assert re.fullmatch(
        r"https://github.com/a/b/issues/new\?title=[\w.~%-]*&body=[\w.~%-]*", address, re.ASCII
    )
    told = parse_qs(address.partition("?")[2], keep_blank_values=True)
    assert told == {"title": [_sent(title[:30])], "body": [_sent(line[:30])]}


def _sent(words: str) -> str:
    return words.encode(errors="replace").decode()
