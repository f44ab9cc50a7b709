"""Whatever a message says is harmless, in every part of every block."""

from collections.abc import Callable

import pytest

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
)
from models.rules.inert import inert
from tests.models.messages.samples import strings

BLOCKS: list[Callable[[str], Block]] = [
    Text,
    Code,
    lambda words: Code("", words),
    lambda words: Facts((("", words),)),
    lambda words: Facts(((words, ""),)),
    lambda words: Table((words,), ()),
    lambda words: Table(("",), (("",), (words,))),
    lambda words: Links((("", words),)),
    lambda words: Items(("", words)),
    lambda words: Buttons((("", words),)),
]


@pytest.mark.parametrize(
    "hidden",
    ["\x00", "\b", "\f", "\r", "\r\n", "\x1b[31m", "\x7f", "\x85", "\u200b", "\u202e", "\ud800"],
)
def test_what_is_hidden_is_shown_wherever_it_stands(hidden: str) -> None:
    words = f"plain\t`words`\n\\u {hidden} and more"
    for block in BLOCKS:
        assert inert(words) in strings(Message("", blocks=(block(words),)))
    assert Message(words).title == inert(words)


@pytest.mark.parametrize(
    "plain", ["two\n\tlines", "C:\\users\\rita", '"quoted"', "naïve 漢字 ❤\ufe0f"]
)
def test_what_is_plain_stays_as_it_is_and_is_read_again_as_it_was_stored(plain: str) -> None:
    said = Message(plain, blocks=tuple(block(plain) for block in BLOCKS))
    assert said.title == plain
    assert said.blocks == tuple(block(plain) for block in BLOCKS)
    assert Message.from_json(said.to_json()) == said
