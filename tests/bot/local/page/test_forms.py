"""A form on the room's page, in a real browser."""

import pytest
from playwright.async_api import expect

from bot.local.listener import LocalListener
from models.actions.asking import Asker
from models.messages.message import Message
from tests.asking import DICTIONARY, by_text
from tests.bot.forms import COMMAND, FILLED, answer
from tests.bot.local.conftest import NAMES, Room
from tests.bot.local.page.conftest import OpenPage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_form_is_filled_in_and_sent(room: Room, opening: OpenPage) -> None:
    asked: list[Asker] = []

    def respond(text: str, asker: Asker) -> Message:
        asked.append(asker)
        return answer(text, dict(asker.filled))

    local = LocalListener(room.database, DICTIONARY, by_text(respond), lambda: NAMES)
    await local.start(port=0)
    try:
        room.room = local
        page = await opening(room)
        await page.get_by_role("combobox").fill(f"/plugin {COMMAND}")
        await page.get_by_role("combobox").press("Enter")
        form = page.get_by_role("group", name="Report a bug in discourse-events")
        await expect(form.get_by_label("Host version")).to_have_value("tests-passed at abc1234")
        await form.get_by_role("button", name="Send").click()
        assert len(asked) == 1  # the browser itself asks for what must be filled in
        for label, name in (
            ("What happened", "happened"),
            ("What you expected", "expected"),
            ("Steps", "steps"),
        ):
            await form.get_by_label(label).fill(FILLED[name])
        await form.get_by_role("button", name="Send").click()
        await expect(page.locator("#timeline")).to_contain_text("Thanks for 5 answers")
        assert dict(asked[-1].filled) == FILLED | {"host": "tests-passed at abc1234"}
    finally:
        await local.stop()
