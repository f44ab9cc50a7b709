"""Answers in the room: where reading begins, and what can be sent once only."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, expect

from bot.local.listener import LocalListener
from models.actions.asking import Asker
from models.messages.message import Code, Items, Message, Table, Tone
from tests.asking import DICTIONARY, by_text
from tests.bot.forms import COMMAND, FORM
from tests.bot.local.conftest import BROKEN, NAMES, Room
from tests.bot.local.page.conftest import OpenPage

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG = Message("All of it", blocks=(Items(tuple(f"line {number}" for number in range(200))),))
WIDE = Message(
    "Broken now",
    blocks=(
        Table(
            ("Plugin", "Host branch", "Status", "Incident", "Error"),
            (
                (
                    "discourse-category-experts (main)",
                    "tests-passed",
                    "✗ incompatible for 2 hours (acknowledged by sam)",
                    "2",
                    "NameError: " + "e" * 69,
                ),
            ),
        ),
        Table(("Plugin",), (("discourse-solved",),)),
        Code("one", "Backtrace"),
        Code("two", "Backtrace"),
    ),
)
# How many lines the text of an element takes.
LINES = """element => {
  const text = document.createRange();
  text.selectNodeContents(element);
  return text.getClientRects().length;
}"""
# Names that several landmarks have, as a screen reader lists them.
SAME_NAMES = """() => {
  const named = (id) => document.getElementById(id)?.textContent;
  const landmarks = "section, form, nav, [role=region], [role=form], [role=log]";
  const names = [...document.querySelectorAll(landmarks)]
    .filter((one) => one.checkVisibility())
    .map((one) => one.getAttribute("aria-label") ?? named(one.getAttribute("aria-labelledby")))
    .filter(Boolean);
  return names.filter((name, place) => names.indexOf(name) !== place);
}"""


@asynccontextmanager
async def answered(
    room: Room, opening: OpenPage, answer: Callable[[Asker], Message], width: int = 1100
) -> AsyncIterator[Page]:
    """A page of the room in which every question has this answer."""
    local = LocalListener(
        room.database, DICTIONARY, by_text(lambda _, asker: answer(asker)), lambda: NAMES
    )
    await local.start(port=0)
    room.room = local
    try:
        yield await opening(room, width=width)
    finally:
        await local.stop()


async def ask(page: Page, text: str) -> None:
    await page.get_by_role("combobox").fill(text)
    await page.get_by_role("combobox").press("Enter")


async def test_a_long_answer_is_read_from_its_top(room: Room, opening: OpenPage) -> None:
    async with answered(room, opening, lambda _: LONG) as page:
        await ask(page, "/plugin failing")
        answer = page.locator(".answer")
        await expect(answer.locator(".title")).to_be_in_viewport()
        await expect(answer.get_by_text("line 199")).not_to_be_in_viewport()
        await expect(page.locator("#jump")).to_be_visible()
        await page.locator("#jump").click()
        await expect(answer.get_by_text("line 199")).to_be_in_viewport()
        await ask(page, "/plugin list")
        await expect(answer).to_have_count(2)
        await expect(answer.nth(1).locator(".title")).to_be_in_viewport()


async def test_a_short_answer_stays_at_the_end(room: Room, opening: OpenPage) -> None:
    for _ in range(8):
        await room.post(BROKEN)
    async with answered(room, opening, lambda _: Message("Short")) as page:
        await ask(page, "/plugin failing")
        await expect(page.locator(".answer")).to_be_in_viewport(ratio=1)
        await expect(page.locator("#jump")).to_be_hidden()


async def test_a_form_is_sent_once(room: Room, opening: OpenPage) -> None:
    sent: list[dict[str, str]] = []
    answers = [Message("Not complete", Tone.WARNING), Message("Thanks"), Message("Twice")]

    def answer(asker: Asker) -> Message:
        if not asker.filled:
            return FORM
        sent.append(dict(asker.filled))
        return answers[len(sent) - 1]

    async with answered(room, opening, answer) as page:
        await ask(page, f"/plugin {COMMAND}")
        form = page.locator("form.wizard")
        await expect(form).to_be_visible()
        for box in await form.get_by_role("textbox").all():
            await box.fill("words")
        await form.get_by_role("button", name="Send").click()
        await expect(page.locator("#timeline")).to_contain_text("Not complete")
        await form.get_by_role("button", name="Send").click()  # what was refused can be sent again
        await expect(page.locator("#timeline")).to_contain_text("Thanks")
        done = form.get_by_role("button", name="Sent")
        await expect(done).to_have_attribute("aria-disabled", "true")
        await done.click(force=True)
        await form.get_by_label("Host version").press("Enter")
        await ask(page, f"/plugin {COMMAND}")
        await expect(page.locator("form.wizard")).to_have_count(2)
        assert len(sent) == 2
        assert await page.evaluate(SAME_NAMES) == []


async def test_a_wide_table_is_read_without_scrolling(room: Room, opening: OpenPage) -> None:
    for width, lines in ((390, 1), (1000, 2), (1100, 1)):
        async with answered(room, opening, lambda _: WIDE, width) as page:
            await ask(page, "/plugin failing")
            cell = page.locator(".answer tbody th").first
            await expect(cell).to_have_text("discourse-category-experts (main)")
            assert await cell.evaluate(LINES) <= lines
            assert await page.evaluate("scroller.scrollWidth - scroller.clientWidth") <= 0
            table = page.locator(".answer .scroll").first
            assert await table.evaluate("it => it.scrollWidth - it.clientWidth") <= 0
            await expect(table.get_by_text("NameError")).to_be_in_viewport(ratio=1)
            assert await page.evaluate(SAME_NAMES) == []
