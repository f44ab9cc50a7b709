"""Any message can be drawn within Discord's limits, keeps its ends, and is read as it is."""

import re
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord import render
from bot.discord.fitting import ends, lines, shares, size
from bot.discord.markdown import code, escape, link
from bot.discord.render import Drawn, draw, thread_name
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
from tests.models.messages.samples import HOSTILE

MARKUP = (
    "@everyone <@1> <@&2> <#3> <t:1:R> </a:4> <id:guide> <:a:5> :smile: ||x|| **b** __u__ ~~s~~ `c` ```d```",
    "[pay](https://evil.example) <https://evil.example> https://evil.example discord://x",
    "# big\n## less\n-# small\n> quote\n>>> all\n- list\n+ list\n* list\n1. list\n2) list",
    "```",
    "`" * 50,
    "\\",
    "𝕏" * 9_000,
    "😀\n" * 9_000,
    "a b " * 9_000,
)
words = st.sampled_from((*HOSTILE, *MARKUP)) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=60
)
pairs = st.lists(st.tuples(words, words), max_size=4).map(tuple)
row = st.lists(words, max_size=4).map(tuple)
short = st.sampled_from(MARKUP[:3]) | st.text(max_size=20)
many_pairs = st.lists(st.tuples(short, short), min_size=30, max_size=40).map(tuple)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Text, words, st.booleans()),
    st.builds(Facts, pairs),
    st.builds(Table, row, st.lists(row, max_size=4).map(tuple)),
    st.builds(Code, words, words),
    st.builds(Links, pairs | st.just((("CI run", "https://github.com/a/b/actions/runs/1"),))),
    st.builds(Items, row | st.just(("x",) * 5_000)),
    st.builds(Buttons, pairs | many_pairs),
)
many_blocks = st.lists(blocks, max_size=4) | st.lists(
    st.builds(Text, short), min_size=30, max_size=90
)
messages = st.builds(Message, words, st.sampled_from(Tone), many_blocks.map(tuple))

# What a mark would be if it was not behind a backslash, outside of code.
_LIVE = re.compile(r"(?<!\\)(?:\\\\)*(@everyone|@here|<[@#/:tia]|https?://|\|\||:[a-z]+:)")
_HEADING = re.compile(r"^\s*(?:[-*>]\s+)?#{1,3}\s", re.MULTILINE)
_OUR_LINK = re.compile(r"\]\(https://[^\s()<>]+\)")


def descriptions(drawn: Drawn) -> list[str]:
    return [embed.description or "" for embed in drawn.embeds]


def outside_code(text: str) -> str:
    parts = text.split("```")
    assert len(parts) % 2 == 1, "a block of code is not closed"
    return _OUR_LINK.sub("]", "".join(parts[::2]))


@settings(max_examples=40, deadline=None)
@given(messages)
def test_any_message_is_within_the_limits(message: Message) -> None:
    drawn = draw(message)
    assert 1 <= len(drawn.embeds) <= render.MAX_EMBEDS
    assert drawn.embeds[0].title
    assert drawn.embeds[0].title.strip()
    assert size(drawn.embeds[0].title) <= render.MAX_TITLE
    assert all(size(text) <= render.MAX_DESCRIPTION for text in descriptions(drawn))
    assert all(text.strip() for text in descriptions(drawn)[1:])
    assert size("".join([drawn.embeds[0].title, *descriptions(drawn)])) <= render.MAX_TOTAL
    assert len(drawn.buttons) <= render.MAX_BUTTONS
    for label, custom_id in drawn.buttons:
        assert 1 <= size(label.strip()) <= size(label) <= render.MAX_LABEL
        assert 1 <= size(custom_id) <= render.MAX_CUSTOM_ID
    assert len({custom_id for _, custom_id in drawn.buttons}) == len(drawn.buttons)
    assert 1 <= size(thread_name(message.title)) <= render.MAX_THREAD_NAME


@settings(max_examples=40, deadline=None)
@given(messages)
def test_nothing_in_a_message_is_markup_but_ours(message: Message) -> None:
    drawn = draw(message)
    for text in chain(descriptions(drawn), [drawn.embeds[0].title or ""]):
        shown = outside_code(text)
        assert not _LIVE.search(shown)
        assert not _HEADING.search(shown)


@settings(max_examples=60, deadline=None)
@given(words)
def test_escaped_text_is_shown_letter_for_letter(text: str) -> None:
    shown = re.sub(r"\\([^0-9A-Za-z\s])", r"\1", escape(text))
    assert shown == re.sub(r"\n(?:[^\S\n]*\n){2,}", "\n\n", text.strip())


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("discourse_solved", r"discourse\_solved"),
        ("at 03:15 UTC, #12 (main), v1.2-beta", "at 03:15 UTC, #12 (main), v1.2-beta"),
        ("https://evil.example", r"https\://evil.example"),
        (":smile:", r"\:smile:"),
        ("@everyone <@1>", r"\@everyone \<\@1\>"),
        ("# a\n- b\n2. c", "\\# a\n\\- b\n2\\. c"),
    ],
)
def test_only_what_is_a_mark_is_escaped(text: str, escaped: str) -> None:
    assert escape(text) == escaped


def test_code_ends_where_it_ends() -> None:
    assert code("a```b````c").count("```") == 2
    assert code("`x`") == "```\n`x`\n```"


def test_a_link_cannot_be_ended_early() -> None:
    assert link("a](b", "https://x/a)b c") == r"[a\](b](https://x/a%29b%20c)"


def test_a_link_that_is_too_long_leaves_its_label() -> None:
    address = f"https://github.com/a/b/issues/new?body={'x' * 5_000}"
    (text,) = descriptions(draw(Message("x", blocks=(Links((("Open issue", address),)),))))
    assert text == "Open issue"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "//evil.example", "https://[", "ftp://x/", " https://x.example"],
)
def test_what_is_no_web_address_is_no_link(address: str) -> None:
    (text,) = descriptions(draw(Message("x", blocks=(Links((("there", address),)),))))
    assert "](" not in text
    assert "there" in text


def test_a_backtrace_keeps_both_ends_and_the_rest_stays_whole() -> None:
    trace = "\n".join(f"plugins/a/plugin.rb:{number}" for number in range(2_000))
    facts = Facts((("Last worked", "plugin a1b2c3d with host 9f9f9f9"),))
    drawn = draw(
        Message("x" * 300, blocks=(Text("Broken since noon."), Code(trace, "Backtrace"), facts))
    )
    told = "\n".join(descriptions(drawn))
    assert "plugin.rb:0\n" in told
    assert "plugin.rb:1999" in told
    assert "left out" in told
    assert "Broken since noon." in told
    assert "**Last worked:** plugin a1b2c3d with host 9f9f9f9" in told
    assert size(told) > 4_000


def test_a_list_that_is_cut_says_how_much() -> None:
    cut = lines([f"item {number}" for number in range(1_000)], str, 100)
    assert cut.startswith("item 0\n")
    assert cut.endswith("item 999")
    assert "… 989 more …" in cut


def test_a_narrow_table_is_a_grid_and_a_wide_one_is_written_row_by_row() -> None:
    header, good = ("Host branch", "Guard", "Tests"), ("stable", "✓", "—")
    (grid,) = descriptions(draw(Message("x", blocks=(Table(header, (good, ("活动", "✗", "—"))),))))
    assert grid.splitlines()[1:-1] == [
        "Host branch  Guard  Tests",
        "───────────  ─────  ─────",
        "stable       ✓      —",
        "活动         ✗      —",
    ]
    wide = ("tests-passed", "✗ incompatible, 5 minutes ago", "✗ tests failing, 5 minutes ago")
    (rows,) = descriptions(draw(Message("x", blocks=(Table(header, (wide,)),))))
    assert (
        rows
        == "**tests-passed** Guard: ✗ incompatible, 5 minutes ago · Tests: ✗ tests failing, 5 minutes ago"
    )


def test_what_is_no_button_can_be_typed() -> None:
    long = f"mute 12 4h because {'x' * 90}"
    buttons = Buttons((("Acknowledge", "ack 12"), ("Mute", long), ("Again", "ack 12")))
    drawn = draw(Message("x", blocks=(buttons,)))
    assert drawn.buttons == (("Again", "pw:ack 12"),)
    assert descriptions(drawn) == [f"- Mute: /plugin {long}"]


@pytest.mark.parametrize("tone", [Tone.BROKEN, Tone.WARNING, Tone.HEALTHY, Tone.UNKNOWN])
def test_a_tone_is_never_told_by_colour_alone(tone: Tone) -> None:
    (embed,) = draw(Message("discourse-events", tone)).embeds
    assert not (embed.title or "").startswith("discourse-events")


def test_fitting() -> None:
    assert ends("abcdefghij", 5) == "ab…ij"
    assert ends("a\n b", 5) == "a b"
    assert shares([10, 1000, 1000], 500) == [10, 245, 245]
    assert size("😀a") == 3
