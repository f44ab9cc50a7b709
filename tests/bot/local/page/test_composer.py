"""The question box: completion, history, and the keyboard."""

import pytest
from playwright.async_api import expect

from tests.bot.local.conftest import Room
from tests.bot.local.page.conftest import OpenPage

pytestmark = pytest.mark.asyncio(loop_scope="session")

# What is offered for what is typed.
COMPLETIONS = {
    "": [],
    "/": [
        "/plugin status ",
        "/plugin failing ",
        "/plugin issues ",
        "/plugin canary ",
        "/plugin follow ",
        "/plugin help ",
    ],
    "fai": ["/plugin failing "],
    "/plugin HE": ["/plugin help "],
    "/plugin help st": ["/plugin help status"],
    "/plugin status locat": ["/plugin status discourse-locations "],
    "/plugin status x o": ["/plugin status x on "],
    "/plugin status x on ": ["/plugin status x on tests-passed", "/plugin status x on stable"],
    "/plugin status x on stable": [],
    "/plugin issues x ": ["/plugin issues x open ", "/plugin issues x closed "],
    "/plugin issues x cl": ["/plugin issues x closed "],
    "/plugin issues x open ": [],
    "/plugin canary ": ["/plugin canary run ", "/plugin canary beta", "/plugin canary stable"],
    "/plugin canary run s": ["/plugin canary run stable "],
    "/plugin canary stable ": [],
    "/plugin canary run stable ": ["/plugin canary run stable trace"],
    "/plugin failing ": ["/plugin failing on "],
    "/plugin nonsense ": [],
    "hello there": [],
}
_SUGGESTED = """async (typed) => {
  const words = await (await fetch("/completions")).json();
  const { suggestions } = await import("/completion.js");
  return typed.map((text) => [text, suggestions(text, words).map((one) => one.value)]);
}"""


async def test_a_question_is_asked_and_answered_by_keyboard_alone(
    room: Room, opening: OpenPage
) -> None:
    page = await opening(room)
    box = page.get_by_role("combobox", name="Ask about plugins")
    await expect(box).to_be_focused()
    await page.keyboard.type("/plugin st")
    options = page.get_by_role("option")
    await expect(options).to_have_count(1)
    await page.keyboard.press("Tab")
    await expect(box).to_have_value("/plugin status ")
    await expect(options).to_have_text(
        ["discourse-events plugin", "discourse-locations plugin", "活动日历 plugin"]
    )
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    await expect(box).to_have_attribute("aria-activedescendant", "suggestion-1")
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("/plugin status discourse-locations ")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(box).to_have_value("/plugin status discourse-locations on tests-passed")
    await expect(box).to_have_attribute("aria-expanded", "false")
    await page.keyboard.press("Enter")
    answer = page.locator(".answer")
    await expect(answer).to_contain_text("Only visible to you")
    await expect(answer).to_contain_text(
        "You asked /plugin status discourse-locations on tests-passed"
    )
    await expect(page.locator(".pending")).to_have_count(0)
    await expect(box).to_have_value("")
    await expect(box).to_be_focused()


async def test_earlier_questions_come_back_even_after_a_reload(
    room: Room, opening: OpenPage
) -> None:
    page = await opening(room)
    for question in ("/plugin failing ", "/plugin help"):
        await page.keyboard.type(question)
        await page.keyboard.press("Enter")
    await expect(page.locator(".answer")).to_have_count(2)
    await page.reload()
    box = page.get_by_role("combobox")
    await page.keyboard.type("dra")
    await page.keyboard.press("Escape")
    for key, text in (
        ("ArrowUp", "/plugin help"),
        ("ArrowUp", "/plugin failing"),
        ("ArrowUp", "/plugin failing"),
        ("ArrowDown", "/plugin help"),
        ("ArrowDown", "dra"),
    ):
        await page.keyboard.press(key)
        await expect(box).to_have_value(text)


_PASTE = """(box, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


async def test_a_pasted_file_keeps_its_lines(room: Room, opening: OpenPage) -> None:
    page = await opening(room)
    box = page.get_by_role("combobox")
    await page.keyboard.type("/plugin check stable: ")
    await box.evaluate(_PASTE, "first==1.0  \r\n\r\nsecond>=2 # a comment\n")
    shown = "/plugin check stable: first==1.0 ↵ second>=2 # a comment"
    await expect(box).to_have_value(shown)
    await page.keyboard.press("Enter")
    asked = "/plugin check stable: first==1.0\nsecond>=2 # a comment"
    await expect(page.locator(".answer .asked code")).to_have_text(asked, use_inner_text=True)
    await page.keyboard.press("ArrowUp")
    await expect(box).to_have_value(shown)


async def test_escape_closes_the_list_and_tab_then_leaves_the_box(
    room: Room, opening: OpenPage
) -> None:
    page = await opening(room)
    await page.keyboard.type("/plugin ")
    await expect(page.get_by_role("listbox")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("listbox")).to_be_hidden()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Ask", exact=True)).to_be_focused()


async def test_completions(room: Room, opening: OpenPage) -> None:
    page = await opening(room)
    found = await page.evaluate(_SUGGESTED, list(COMPLETIONS))
    assert dict(found) == COMPLETIONS


async def test_an_example_is_asked_by_a_click(room: Room, opening: OpenPage) -> None:
    page = await opening(room)
    await page.get_by_role("button", name="/plugin status discourse-events").click()
    await expect(page.locator(".answer")).to_contain_text(
        "You asked /plugin status discourse-events"
    )


async def test_whom_and_what_to_follow_is_completed(room: Room, opening: OpenPage) -> None:
    page = await opening(room)
    box, options = page.get_by_role("combobox"), page.get_by_role("option")
    await page.keyboard.type("/plugin follow ")
    plugins = ["discourse-events plugin", "discourse-locations plugin", "活动日历 plugin"]
    beyond = ["all", "mine", "tag: plugins with a tag", *plugins]
    await expect(options).to_have_text(["me", *beyond, "tag:official tag"])
    await page.keyboard.type("me ta")
    await page.keyboard.press("Tab")
    await expect(box).to_have_value("/plugin follow me tag:")
    await expect(options).to_have_text(["tag:official tag", "tag:third-party tag"])
    await page.keyboard.press("Tab")
    await expect(box).to_have_value("/plugin follow me tag:official ")
    await expect(options.first).to_have_text("on")
