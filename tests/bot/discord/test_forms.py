"""A form as a modal on Discord, over the gateway."""

import asyncio
import threading
from typing import Any

from models.actions.asking import Asker
from models.messages.message import Message
from tests.bot.discord.conftest import listening
from tests.bot.forms import COMMAND, FILLED, answer
from tests.servers.discord import Discord, until
from tests.waiting import LONG

MODAL, MODAL_SUBMIT = 9, 5


def rows(values: dict[str, str]) -> list[dict[str, Any]]:
    """What Discord tells of a modal's texts."""
    return [
        {"type": 1, "components": [{"type": 4, "custom_id": name, "value": value}]}
        for name, value in values.items()
    ]


async def sent(server: Discord, custom_id: str) -> dict[str, Any]:
    answers = await server.interact(
        MODAL_SUBMIT, {"custom_id": custom_id, "components": rows(FILLED)}
    )
    await until(lambda: bool(answers))
    return answers[0]


async def test_a_form_opens_as_a_modal_and_comes_back_even_after_a_restart(server: Discord) -> None:
    asked: list[tuple[str, Asker]] = []

    def respond(text: str, asker: Asker) -> Message:
        asked.append((text, asker))
        return answer(text, dict(asker.filled))

    async with listening(server, respond):
        await server.connected()
        answers = await server.command("report", plugin="discourse-events")
        await until(lambda: bool(answers))
        modal = answers[0]
        assert modal["type"] == MODAL
        texts = [row["components"][0] for row in modal["data"]["components"]]
        assert [text["custom_id"] for text in texts] == list(FILLED)
        assert [text["required"] for text in texts] == [True, True, True, False, False]
        assert texts[3]["value"] == "tests-passed at abc1234"
        assert all(len(text["label"]) <= 45 for text in texts)
        thanks = await sent(server, modal["data"]["custom_id"])
        assert thanks["data"]["embeds"][0]["title"] == "Thanks for 5 answers"
        assert thanks["data"]["flags"] == 64
    assert (asked[-1][0], dict(asked[-1][1].filled)) == (COMMAND, FILLED)
    async with listening(server, respond):
        await server.again()
        again = await sent(server, modal["data"]["custom_id"])
    assert again["data"]["embeds"][0]["title"] == "Thanks for 5 answers"


async def test_a_form_that_comes_too_late_is_a_button(server: Discord) -> None:
    gate = threading.Event()

    def respond(text: str, asker: Asker) -> Message:
        gate.wait(LONG)
        return answer(text, dict(asker.filled))

    async with listening(server, respond, patience=0.05):
        await server.connected()
        answers = await server.command("report", plugin="discourse-events")
        await until(lambda: bool(answers))
        gate.set()
        await until(lambda: len(answers) > 1)
        await asyncio.sleep(0)
    assert answers[1]["edits"]["components"][0]["components"][0]["custom_id"] == f"pw:{COMMAND}"
