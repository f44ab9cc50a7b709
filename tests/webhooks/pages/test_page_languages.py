"""Pages are in the language that a browser asks for, where there is a catalogue of it."""

from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.database.engine import Database
from models.messages.message import Message
from models.rules.speaking import speaking
from tests.languages import bracketed, languages, unmarked
from tests.waiting import LONG
from tests.webhooks.conftest import Door, line, report, serving
from tests.webhooks.pages.test_shared import Pages, answers, asked
from tests.world import make_world
from webhooks.pages.language import languages_asked
from webhooks.pages.render import draw
from webhooks.shared_answers import SharedAnswers

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
GERMAN = f'{HEAD}msgid "Plugin status"\nmsgstr "Wie Plugins stehen"\n'
# What no catalogue has: names, addresses, times, what sites said, how the interface is called; and the first half of
# a sentence that was cut in two after it was translated.
DATA = (
    "Pluginwatch", "JSON", "API", "UTC", "solved", "voting", "chat-extra", "main", "tests-passed", "example", "Boom",
    "canary", "canary-1", "you", "beta", "stable", "discourse-compatibility", "⟦Suspect: the plugin",
)  # fmt: skip
PATHS = (
    "/", "/?filter=nothing", "/?tag=topics&filter=b", "/plugins/solved", "/plugins/nobody", "/incidents/1",
    "/incidents/9", "/history", "/history?cause=me", "/history?plugin=nobody", "/check", "/check?plugins=solved",
    "/site", "/jobs", "/extensions", "/sites", "/servers/nobody", "/nowhere", "/unsubscribe/nobody",
)  # fmt: skip
HEAD_OF_PAGE = '<!doctype html>\n<html lang="xx">\n'


class _Words(HTMLParser):
    """What is read of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._is_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_code = tag in {"code", "time"}
        self.words += (
            value or "" for name, value in attrs if name in {"alt", "aria-label", "title"}
        )

    def handle_endtag(self, tag: str) -> None:
        self._is_code = self._is_code and tag not in {"code", "time"}

    def handle_data(self, data: str) -> None:
        if not self._is_code:
            self.words.append(data)


def _left_in_english(page: str) -> list[str]:
    read = _Words()
    read.feed(page)
    return unmarked(Message("\n".join(read.words)), *DATA)


@pytest.fixture
def speaks(tmp_path: Path) -> Any:
    with languages(tmp_path, xx=bracketed(), de=GERMAN):
        yield


@pytest.mark.usefixtures("speaks")
def test_a_page_is_in_the_language_of_its_reader(door: Door) -> None:
    for seen in (line("solved"), line("solved", 2, "a1b2c3d5", message="Boom")):
        door.post("/status", report(seen))
    asked_for = {"Accept-Language": "fr, xx;q=0.9, en;q=0.5", "Accept": "text/html"}
    pages = {path: door.http.get(path, headers=asked_for) for path in PATHS}
    assert {page.text.partition("<head>")[0] for page in pages.values()} == {HEAD_OF_PAGE}
    assert [path for path in PATHS if "Accept-Language" not in pages[path].headers["Vary"]] == []
    left = {path: _left_in_english(page.text) for path, page in pages.items()}
    assert {path: words for path, words in left.items() if words} == {}


@pytest.mark.usefixtures("speaks")
def test_a_page_is_kept_for_readers_of_its_language_alone(database: Database, now: Any) -> None:
    make_world(database, now, "solved")
    wanted = ["de", "en", "de-AT, en;q=0.9", "xx", "en, de;q=0.9", "DE", "fr", "*", "de;q=0", ""]
    with (
        serving(database, seconds=60) as address,
        httpx.Client(base_url=address, timeout=LONG) as http,
    ):
        for _ in range(2):
            found = [
                http.get("/", headers={"Accept-Language": each}).text.split('lang="')[1][:2]
                for each in wanted
            ]
            assert found == ["de", "en", "de", "xx", "en", "de", "en", "en", "en", "en"]
        german = http.get("/", headers={"Accept-Language": "de"})
        assert "<title>Wie Plugins stehen · Pluginwatch</title>" in german.text


@pytest.mark.usefixtures("speaks")
def test_what_is_made_in_one_language_is_not_shown_in_another() -> None:
    shared_answers, pages = SharedAnswers(60), Pages()
    for language in ("de", "en", "xx", "de"):
        with speaking(language):
            answers(shared_answers, pages, asked("/"))
            assert shared_answers.part("title", lambda said=language: said) == language
    assert pages.made == 3


@pytest.mark.usefixtures("speaks")
def test_programs_are_answered_in_english(door: Door) -> None:
    asked_for = {"Accept-Language": "xx"}
    for path in (
        "/api/v2/status.json",
        "/feed.atom",
        "/plugin-manager/plugin/solved",
        "/openapi.json",
    ):
        assert "⟦" not in door.http.get(path, headers=asked_for).text


def test_a_translation_adds_no_markup(tmp_path: Path) -> None:
    text = f"""{HEAD}
msgid "Did you mean"
msgstr "\\"><script>alert(1)</script>\u202e"

msgid "The reason: <span lang=\\"en\\">%(reason)s</span>."
msgstr "<b onclick=x>Grund</b>: <span lang=\\"en\\">%(reason)s</span>\\"."
"""
    with languages(tmp_path, de=text), speaking("de"):
        lost = draw("lost", 404, title="a", meant=("b",)).body.decode()
        refused = draw("refused", 403, title="a", reason="<i>\u202e").body.decode()
    assert "&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;U+202E&gt;" in lost
    assert "&lt;b onclick=x&gt;Grund&lt;/b&gt;: " in refused
    assert '<span lang="en">&lt;i&gt;&lt;U+202E&gt;</span>&#34;.' in refused
    assert unescape(refused).count("<span") == refused.count("<span")


@given(st.text("abc-,;q=. *01", max_size=40))
def test_what_a_browser_asks_for_is_never_too_strange(header: str) -> None:
    assert set(languages_asked(header)) <= {
        each.partition(";")[0].strip() for each in header.split(",")
    }


def test_a_browser_asks_for_languages_by_their_weight() -> None:
    header = "da, en-gb;q=0.8, de;q=0.9, fr ; q=1.000, *;q=0.1, xx;q=0, yy;q=2, <b>, ,"
    assert languages_asked(header) == ["da", "fr", "de", "en-gb"]
    assert len(languages_asked("aa," * 100_000)) == 50
