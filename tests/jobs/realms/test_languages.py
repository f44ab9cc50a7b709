"""A channel has a language, which extensions speak there if they can."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from models.extensions.catalogues import compiled
from models.extensions.refusal import PackageError
from models.extensions.wizard import steps_used
from models.messages.drawing import in_words
from models.messages.message import Buttons, Message
from models.outbox.places import destination
from models.rules.places import Place
from models.tables import CardDecoration
from tests.asking import ANYONE
from tests.jobs.realms.chatting import Chat, announced, until
from tests.jobs.realms.test_adding import chat, world
from tests.world import BAD, World, saw

__all__ = ["chat", "world"]
THERE = replace(ANYONE, channel="elsewhere", channel_name="Elsewhere")


def buttons(message: Message) -> list[tuple[str, str]]:
    return [each for block in message if isinstance(block, Buttons) for each in block.buttons]


def test_a_german_channel(chat: Chat, world: World) -> None:
    with chat.database.write() as session:
        destination(session, Place("local", "elsewhere", "Elsewhere"))
    chat.ask("use helloworld", THERE)
    assert "Language: de" in in_words(chat.ask("channel language DE"))
    hello = chat.ask("helloworld hello Ada")
    assert hello.title == "Hallo Ada!"
    assert "Zählen" in in_words(hello)
    assert chat.ask("helloworld greet Ada").title == "Hallo Ada! Es ist gezählt."
    assert chat.ask("helloworld hello Ada", THERE).title == "Hello Ada!"
    for language, title in (("fr", "Hello Ada!"), ("de-at", "Hallo Ada!"), ("de", "Hallo Ada!")):
        chat.ask(f"channel language {language}")
        assert chat.ask("helloworld hello Ada").title == title
    assert "needs the tag of one" in chat.ask("channel language German").title

    for sha in ("p1", "p2"):
        world.report(saw("solved" if sha == "p1" else "voting", sha, BAD))

    def said() -> dict[tuple[int, str], str]:
        with chat.database.read() as session:
            rows = session.exec(select(CardDecoration)).all()
            return {(row.incident_id, row.language): row.message for row in rows}

    until(lambda: len(said()) == 4, "each incident's card is decorated in both languages")
    assert "solved ging einmal kaputt, seit ich zusehe" in said()[1, "de"]
    card = next(each for each in announced(chat.database) if "solved" in each.title)
    with chat.database.read() as session:
        for asker, label in ((ANYONE, "Darum kümmern"), (THERE, "Care for it")):
            where = asker.platform, asker.channel, asker.user
            shown = chat.responder.additions.to_answer(session, card, *where)
            assert (label, "helloworld care 1") in buttons(shown)
        here = Place(ANYONE.platform, ANYONE.channel, "Room")
        (step,) = steps_used(session, here, ANYONE.user)
    assert (step.title, step.fields[0][1]) == ("Wie schlimm es ist", "Wie es dir damit geht")
    assert "solved broke once since I watch" in said()[1, "en"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('msgid "a', "lang/de.po: "),
        ('msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[5] "d"\n', "lang/de.po: "),
        ('#, python-format\nmsgid "%(a)s"\nmsgstr "%(c)s"\n', "lang/de.po: line "),
    ],
)
def test_a_catalogue_that_makes_no_sense_is_not_packed(text: str, why: str) -> None:
    with pytest.raises(PackageError, match=why):
        compiled("de.po", text.encode())


def test_the_sample_s_catalogue_is_sound() -> None:
    sample = Path(__file__).parents[3] / "bundled" / "helloworld" / "lang" / "de.po"
    assert compiled("de.po", sample.read_bytes())[:4] == b"\xde\x12\x04\x95"
