"""Markdown in which nothing from outside pings, links or formats."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.deliver.render import escaped, html, markdown, plain
from models.messages.message import Code, Facts, Items, Links, Message, Table, Text

HOSTILE = "@team <script> [a](https://x) ![i](u) #12 o/r#3 GH-4 www.evil.example `c` **b** :smile: https://evil.example"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("discourse-solved (main) works.", r"discourse-solved \(main\) works."),
        ("ask @team or a@b.example", "ask @&#8203;team or a@&#8203;b.example"),
        ("see #12, o/r#3 and GH-4", r"see \#&#8203;12, o/r\#&#8203;3 and GH-&#8203;4"),
        ("https://evil.example www.evil.example", r"https\://evil.example www\.evil.example"),
        ("# title", r"\# title"),
        ("  - item", r"\- item"),
        ("1. item", r"1\. item"),
        ("<b>&amp;</b>", r"\<b\>\&amp;\</b\>"),
        ("a_b*c*`d`", r"a\_b\*c\*\`d\`"),
        ("Host: 12:30, :smile:", r"Host: 12:30, \:smile:"),
        ("one\ntwo", "one  \ntwo"),
    ],
)
def test_words_are_shown_letter_for_letter(text: str, drawn: str) -> None:
    assert escaped(text) == drawn


def test_every_block_is_drawn_and_only_links_are_links() -> None:
    blocks = (
        Text(HOSTILE),
        Facts(((HOSTILE, HOSTILE),)),
        Table((HOSTILE,), ((HOSTILE,),)),
        Code(f"``` \n{HOSTILE}", HOSTILE),
        Items((HOSTILE,)),
        Links(((HOSTILE, "https://github.com/example/x"),)),
    )
    drawn = markdown(Message("x", blocks=blocks), 65_536)
    outside = re.sub(r"(`{4,}).*?\1", "", drawn, flags=re.DOTALL).replace("&#8203;", "\u200b")
    assert re.findall(r"(?<!\\)\]\(<(.*?)>\)", outside) == ["https://github.com/example/x"]
    assert not re.search(r"@\w|(?<!\\)<script|(?<!\\)`|(?<!\\)!\\?\[i\]|#\d|GH-\d", outside)
    assert "<script" not in html(Message(HOSTILE, blocks=blocks))
    assert html(Message("x", blocks=blocks)).count("<a ") == 1
    assert HOSTILE in plain(Message("x", blocks=blocks))


def test_a_table_names_its_columns_and_what_has_no_label_gets_none() -> None:
    message = Message("x", blocks=(Table(("Host",), (("<b>",), ("---",))), Code("boom")))
    assert (
        markdown(message, 500) == "| Host |\n| --- |\n| \\<b\\> |\n| \\--- |\n\n```text\nboom\n```"
    )
    drawn = html(message)
    assert "<tr><th>Host</th></tr><tr><td>&lt;b&gt;</td></tr>" in drawn
    assert "</table>\n<pre>boom</pre>" in drawn


@settings(max_examples=50, deadline=None)
@given(text=st.text(max_size=2_000), limit=st.integers(300, 5_000))
def test_nothing_is_longer_than_it_may_be(text: str, limit: int) -> None:
    message = Message("x", blocks=(Text("first"), Code(text, "Error"), Code(text * 5)))
    drawn = markdown(message, limit)
    assert len(drawn) <= limit
    fences = [line for line in drawn.splitlines() if re.fullmatch(r"`{3,}(text)?", line)]
    assert fences or limit < len(text) + 400
