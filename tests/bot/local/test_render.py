"""Any message can be drawn, and nothing from outside becomes markup."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local.render import LONG_CODE, MAX_CODE, html, plain
from models.messages.message import (
    Block,
    Buttons,
    Code,
    Facts,
    Items,
    Links,
    Message,
    Table,
    Text,
    Tone,
)

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "https://evil.example/?<b>",
    "{{ 7 * 7 }}{% raw %}",
    "</pre></details><h1>",
    "&lt;b&gt; &amp;",
    "' onclick='alert(1)",
    "\u202egnp.exe\x00\x1b[31m",
)

words = st.text(max_size=60) | st.sampled_from(HOSTILE)
pairs = st.lists(st.tuples(words, words), max_size=4).map(tuple)
row = st.lists(words, max_size=4).map(tuple)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Text, words, st.booleans()),
    st.builds(Facts, pairs),
    st.builds(Table, row, st.lists(row, max_size=4).map(tuple)),
    st.builds(Code, words | words.map(lambda line: f"{line}\n" * (LONG_CODE + 1)), words),
    st.builds(Links, pairs),
    st.builds(Items, row),
    st.builds(Buttons, pairs),
)
messages = st.builds(Message, words, st.sampled_from(Tone), st.lists(blocks, max_size=5).map(tuple))

TAGS = {
    "div",
    "h3",
    "span",
    "p",
    "a",
    "ul",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
TAGS |= {"button", "details", "summary", "figure", "figcaption", "pre", "code"}
ATTRIBUTES = {
    "data-column",
    "class",
    "data-tone",
    "dir",
    "aria-hidden",
    "aria-label",
    "role",
    "tabindex",
    "scope",
}


class Read(HTMLParser):
    """What a browser would make of it: its tags, their attributes, and the text between."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def said(message: Message) -> list[str]:
    found = [message.title]
    for block in message:
        match block:
            case Text(text):
                found.append(text)
            case Facts(pairs) | Links(pairs) | Buttons(pairs):
                found += [word for pair in pairs for word in pair]
            case Table(header, rows):
                found += [cell for line in (header, *rows) for cell in line]
            case Code(text, label):
                found += [text, label]
            case Items(items):
                found += items
    return found


@given(messages)
def test_plain_keeps_every_word(message: Message) -> None:
    drawn = plain(message)
    assert all(word in drawn for word in said(message))


@given(messages)
def test_html_holds_only_our_own_markup(message: Message) -> None:
    drawn = Read(html(message))
    assert not drawn.open
    assert {tag for tag, _ in drawn.tags} <= TAGS
    for tag, attributes in drawn.tags:
        if tag == "a":
            assert attributes.keys() == {"href", "rel", "target"}
            assert (attributes["href"] or "").lower().startswith(("http://", "https://"))
            assert (attributes["rel"], attributes["target"]) == ("noopener noreferrer", "_blank")
        elif tag == "button":
            assert attributes.keys() == {"type", "data-command"}
            assert attributes["type"] == "button"
        else:
            assert attributes.keys() <= ATTRIBUTES


@given(messages)
def test_html_shows_every_word(message: Message) -> None:
    drawn = Read(html(message))
    links = " ".join(
        attributes.get("href") or attributes.get("data-command") or ""
        for _, attributes in drawn.tags
    )
    assert all(word in drawn.text or word in links for word in said(message))


@given(words)
def test_an_address_outside_links_is_no_link(text: str) -> None:
    everywhere = Message(
        text, blocks=(Text(text), Facts(((text, text),)), Items((text,)), Code(text, text))
    )
    assert "a" not in {tag for tag, _ in Read(html(everywhere)).tags}


@pytest.mark.parametrize(
    ("address", "linked"),
    [
        ("https://github.com/discourse/discourse", True),
        ("http://localhost:8000/", True),
        ("javascript:alert(1)", False),
        ("data:text/html,<script>", False),
        ("//evil.example", False),
        ("https://", False),
        ("https://[", False),
        (" https://evil.example", False),
    ],
)
def test_only_web_addresses_become_links(address: str, linked: bool) -> None:
    drawn = Read(html(Message("see", blocks=(Links((("there", address),)),))))
    assert ("a" in {tag for tag, _ in drawn.tags}) is linked
    assert "there" in drawn.text


@pytest.mark.parametrize("tone", Tone)
def test_a_tone_is_never_told_by_colour_alone(tone: Tone) -> None:
    drawn = Read(html(Message("discourse-events", tone)))
    assert drawn.tags[0][1]["data-tone"] == tone.value
    assert drawn.text.split()[1].lower() == tone.value


def test_a_table_names_its_rows_and_columns() -> None:
    grid = Table(("Branch", "Guard"), (("stable", "✓ compatible"),))
    scopes = [
        attributes["scope"]
        for tag, attributes in Read(html(Message("x", blocks=(grid,)))).tags
        if tag == "th"
    ]
    assert scopes == ["col", "col", "row"]


def test_long_code_is_folded_and_very_long_code_is_cut_in_the_middle() -> None:
    short, long = Code("one\ntwo"), Code("frame\n" * (LONG_CODE + 1), "Backtrace")
    assert "<details" not in html(Message("x", blocks=(short,)))
    assert "<summary>Backtrace" in html(Message("x", blocks=(long,)))
    drawn = plain(Message("x", blocks=(Code("a" * MAX_CODE + "b" * MAX_CODE),)))
    assert len(drawn) < MAX_CODE + 100
    assert "20,000 characters left out" in drawn
    assert drawn.endswith("b")
