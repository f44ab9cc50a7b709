"""Whatever a message holds, its blocks are within Slack's limits, keep its ends, and ping, link and format nothing."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.render import MAX_BYTES, MAX_FALLBACK, blocks, fallback
from models.messages.message import (
    Block,
    Buttons,
    Code,
    Facts,
    Items,
    Links,
    Mention,
    Message,
    Table,
    Text,
    Tone,
)
from tests.models.messages.samples import HOSTILE
from tests.servers.slack_limits import pinged, problems

# By their places, for Hypothesis writes out what it samples from.
long = st.sampled_from(range(len(HOSTILE))).map(HOSTILE.__getitem__)
words = st.sampled_from(range(4)).map(HOSTILE.__getitem__) | st.text(max_size=60)
few, many = st.lists(words, max_size=5), st.lists(words, max_size=5).map(lambda some: some * 20)
pairs = st.lists(st.tuples(words, words), max_size=4).map(lambda some: tuple(some * 20))
kinds: st.SearchStrategy[Block] = st.one_of(
    st.builds(Text, words | long, st.booleans()),
    st.builds(Facts, pairs),
    st.builds(
        Table,
        few.map(tuple),
        st.lists(few.map(tuple), max_size=4).map(lambda rows: tuple(rows * 20)),
    ),
    st.builds(Code, words | long, words),
    st.builds(Links, pairs | st.just((("Repository", "https://github.com/discourse/discourse"),))),
    st.builds(Items, many.map(tuple)),
    st.builds(Buttons, pairs),
)
some = st.lists(kinds, max_size=8) | st.lists(st.builds(Text, words), max_size=2).map(
    lambda one: one * 60
)
shared = st.sampled_from(["", "status x", "x", "活"]).map(
    lambda text: text * (2000 if len(text) == 1 else 1)
)
messages = st.builds(Message, words | long, st.sampled_from(Tone), some.map(tuple))


def strings(value: Any) -> Iterator[str]:
    """The words that people see."""
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


@settings(max_examples=60, deadline=None)
@given(messages, shared)
def test_any_message_is_within_the_limits_and_pings_nobody(message: Message, share: str) -> None:
    drawn = blocks(message, share=share)

    assert problems(drawn) == []
    assert pinged(drawn) == []
    assert len(json.dumps(drawn, ensure_ascii=False).encode()) <= MAX_BYTES
    assert not share or any(
        button["value"] == share
        for block in drawn
        if block["type"] == "actions"
        for button in block["elements"]
    )
    assert len(fallback(message)) <= MAX_FALLBACK * 5
    assert not set("<>") & set(fallback(message))


@settings(max_examples=30, deadline=None)
@given(words | long)
def test_only_links_link(text: str) -> None:
    everywhere = Message(
        text, blocks=(Text(text), Facts(((text, text),)), Items((text,)), Code(text, text))
    )
    assert '"link"' not in json.dumps(blocks(everywhere))


@pytest.mark.parametrize("block", [Text, Code])
def test_what_is_cut_keeps_its_ends(block: type[Text] | type[Code]) -> None:
    said = f"the cause {'x' * 50_000} the entry"
    drawn = " ".join(strings(blocks(Message("m", blocks=(block(said),)))))
    assert "the cause" in drawn
    assert "the entry" in drawn
    assert "left out" in drawn


def test_many_long_blocks_keep_the_first_and_the_last() -> None:
    message = Message(
        "m", blocks=tuple(Text(f"paragraph {number} {'y' * 3000}") for number in range(200))
    )
    drawn = " ".join(strings(blocks(message)))
    assert "paragraph 0 " in drawn
    assert "paragraph 199" in drawn
    assert "parts left out" in drawn


def test_a_long_list_says_how_much_it_leaves_out() -> None:
    message = Message("m", blocks=(Items(tuple(f"plugin-{number}" for number in range(500))),))
    drawn = list(strings(blocks(message)))
    assert {"plugin-0", "plugin-499", "[… 441 more …]"} <= set(drawn)


def test_a_title_of_any_length_is_a_header() -> None:
    (header,) = blocks(Message("a " * 500, Tone.BROKEN))
    assert len(header["text"]["text"]) <= 150
    assert header["text"]["text"].startswith("❌ a a")
    assert blocks(Message("", Tone.INFO))[0]["text"]["text"] == "…"


def test_a_mention_and_a_link_in_words_are_words() -> None:
    hostile = "<!channel> <@U1> @here <https://evil.example|click> *bold* :skull:"
    message = Message(hostile, blocks=(Text(hostile), Text(hostile, quiet=True), Items((hostile,))))
    drawn = blocks(message)
    assert [block["type"] for block in drawn] == ["header", "rich_text", "context", "rich_text"]
    many = blocks(Message("m", blocks=(Text("x"),) * 60))
    assert [block["type"] for block in many] == [
        "header",
        "rich_text",
    ]  # joined, as so many blocks are not taken
    assert all(text == hostile for text in strings(drawn))
    assert fallback(message).startswith(
        "&lt;!channel&gt; &lt;@U1&gt; @here &lt;https://evil.example|click&gt;"
    )


def test_only_web_addresses_are_linked() -> None:
    links = Links(
        (
            ("good", "https://github.com/a/b"),
            ("bad", "javascript:alert(1)"),
            ("", "https://x.example"),
            ("odd", "\n https://y.example"),
        )
    )
    drawn = json.dumps(blocks(Message("m", blocks=(links,))))
    assert '"url": "https://github.com/a/b"' in drawn
    assert drawn.count('"url"') == 1


def test_buttons_carry_their_commands_and_too_long_ones_are_told() -> None:
    message = Message("m", blocks=(Buttons((("Acknowledge", "ack 12"), ("Long", "x" * 2001))),))
    _, actions, rest = blocks(message)
    assert [(button["text"]["text"], button["value"]) for button in actions["elements"]] == [
        ("Acknowledge", "ack 12")
    ]
    assert "Long: /plugin xxx" in " ".join(strings(rest))


def test_a_table_too_wide_for_columns_is_told_row_by_row() -> None:
    table = Table(
        ("Plugin", "Status", "Error"), (("solved", "✗ incompatible", "e" * 70), ("voting", "✓", ""))
    )
    first, second = "".join(strings(blocks(Message("", blocks=(table,)))[1])).split("\n")
    assert first == f"solved Status: ✗ incompatible · Error: {'e' * 70}"
    assert second.startswith("voting Status: ✓")
    told = Table(("Type", "To see"), (("/plugin status NAME", "Whether it works " * 9),))
    assert "".join(strings(blocks(Message("", blocks=(told,)))[1])).startswith(
        "/plugin status NAME Whether it works"
    )


@pytest.mark.parametrize(
    ("whom", "element"),
    [
        (Mention("U0123"), {"type": "user", "user_id": "U0123"}),
        (Mention("S0123", is_group=True), {"type": "usergroup", "usergroup_id": "S0123"}),
    ],
)
def test_whom_a_message_calls_has_an_element_that_notifies(
    whom: Mention, element: dict[str, str]
) -> None:
    drawn = blocks(Message("Unassigned", blocks=(Text("<@U9>"),), calls=whom))
    assert (problems(drawn), pinged(drawn)) == ([], [whom.id])
    assert drawn[1] == {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [element]}],
    }
