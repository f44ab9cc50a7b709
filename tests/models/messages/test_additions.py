"""What a message is about, and what extensions add to it."""

import pytest

from models.messages.additions import (
    OfferedButton,
    Subject,
    before_buttons,
    subject,
    with_buttons,
)
from models.messages.message import Block, Buttons, Links, Message, Text

CARE = OfferedButton("acmejira", "Care", "acmejira care", selection=False)
OPEN = OfferedButton("acmejira", "Open", "acmejira open", selection=True)
LOG = Buttons((("Details", "log voting"),))


@pytest.mark.parametrize(
    ("blocks", "about"),
    [
        ((Buttons((("Claim", "claim 12"), ("Mute 4 h", "mute 12 4h"))),), Subject(12)),
        ((Buttons((("Claim all", "claim outbreak 3"),)),), Subject(3, is_outbreak=True)),
        ((Links((("Incident 12", "/incidents/12"),)), LOG), Subject(12)),
        ((Links((("Incident 12", "/incidents/12"),)),), None),  # a reply, at which nobody presses
        ((Links((("Outbreak 3", "/outbreaks/3"),)), LOG), Subject(3, is_outbreak=True)),
        ((Buttons((("Claim", "claim 12"), ("Claim", "claim 13"))),), None),
        ((Buttons((("Claim", "claim voting"), ("Agree", "acmejira open 12"))),), None),
        ((Links((("Elsewhere", "https://example.com/incidents/12"),)), LOG), None),
        ((Text("incident 12"),), None),
    ],
)
def test_what_a_message_is_about(blocks: tuple[Block, ...], about: Subject | None) -> None:
    assert subject(Message("Broken", blocks=blocks)) == about


def test_buttons_stand_behind_our_own() -> None:
    card = Message("Broken", blocks=(Text("Since noon"), LOG))
    both = with_buttons(card, Subject(12), [CARE, OPEN]).blocks[-1]
    added = (("Care", "acmejira care 12"), ("Open", "acmejira open 12"))
    assert both == Buttons((*LOG.buttons, *added))
    outbreak = with_buttons(card, Subject(3, is_outbreak=True), [CARE, OPEN]).blocks[-1]
    assert outbreak == Buttons((*LOG.buttons, ("Open", "acmejira open outbreak 3")))
    assert with_buttons(card, Subject(12), []) is card


def test_blocks_stand_before_the_buttons() -> None:
    more = Text("OPS-1")
    assert before_buttons(Message("", blocks=(LOG,)), [more]).blocks == (more, LOG)
    assert before_buttons(Message("", blocks=(Text("a"),)), [more]).blocks == (Text("a"), more)
