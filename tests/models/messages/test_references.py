"""References in answers: only whole ones, each once, and nothing of a stranger is a pattern."""

import pytest

from models.messages.message import Buttons, Code, Links, Message, Table, Text
from models.messages.references import Reference, with_links

OPS = Reference("acmejira", "OPS-", "number", "https://jira.example.com/browse/OPS-{rest}")
WORD = Reference("acmewiki", "wiki:(", "word", "https://wiki.example.com/{rest}")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("see OPS-12, OPS-7 and OPS-12", ["OPS-12", "OPS-7"]),
        ("DEVOPS-12 OPS-12a OPS-x OPS- ops-1", []),
        (f"OPS-{'1' * 30}", []),
        ("wiki:(Home) and wiki:Home", ["wiki:(Home"]),
        (" ".join(f"OPS-{number}" for number in range(20)), [f"OPS-{n}" for n in range(10)]),
    ],
)
def test_whole_references_are_led(words: str, found: list[str]) -> None:
    made = with_links(Message("title", blocks=(Text(words),)), [OPS, WORD])
    links = [block for block in made if isinstance(block, Links)]
    labels = [label for label, _ in links[0].links] if links else []
    assert labels == found


def test_they_stand_before_the_buttons_wherever_they_were() -> None:
    buttons = Buttons((("Again", "status x"),))
    table = Table(("A",), (("OPS-1",),))
    made = with_links(Message("OPS-2", blocks=(table, Code("OPS-3"), buttons)), [OPS])
    assert made.blocks[-1] == buttons
    assert made.blocks[-2] == Links(
        tuple((f"OPS-{n}", f"https://jira.example.com/browse/OPS-{n}") for n in (2, 1, 3))
    )
    plain = Message("nothing")
    assert with_links(plain, [OPS]) is plain
