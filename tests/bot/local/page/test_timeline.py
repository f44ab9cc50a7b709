"""The timeline: alerts, threads, hostile words, and a lost connection."""

import pytest
from playwright.async_api import expect

from models.database.engine import Database
from models.messages.message import Buttons, Code, Facts, Items, Links, Message, Table, Text, Tone
from tests.bot.local.conftest import BROKEN, FIXED, Room, opened
from tests.bot.local.page.conftest import OpenPage

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">\u202egnp.exe https://evil.example"


async def test_an_alert_arrives_live_and_is_edited_in_place(room: Room, opening: OpenPage) -> None:
    page = await opening(room)
    await expect(page.get_by_text("All quiet")).to_be_visible()
    card = await room.post(BROKEN)
    shown = page.locator(".card")
    await expect(shown).to_contain_text(BROKEN.title)
    await expect(shown).to_have_attribute("data-tone", "broken")
    await expect(shown.locator(".tone")).to_have_text("✖ Broken")
    await expect(shown.locator(".edited")).to_be_hidden()
    await expect(page.get_by_text("All quiet")).to_be_hidden()
    await room.edit(card, FIXED)
    await expect(shown).to_contain_text(FIXED.title)
    await expect(shown).to_have_attribute("data-tone", "healthy")
    await expect(shown.locator(".edited")).to_be_visible()
    await expect(shown).to_have_count(1)


async def test_a_thread_opens_and_a_broadcast_reply_leads_to_it(
    room: Room, opening: OpenPage
) -> None:
    card = await room.post(BROKEN)
    await room.reply(card, Message("Backtrace", blocks=(Code("frame\n" * 30, "Backtrace"),)))
    page = await opening(room)
    toggle = page.get_by_role("button", name="1 reply")
    await expect(toggle).to_have_attribute("aria-expanded", "false")
    await expect(page.locator(".thread")).to_be_hidden()
    await toggle.press("Enter")
    await expect(page.locator(".thread")).to_be_visible()
    await page.locator(".thread summary").press("Enter")
    await expect(page.locator(".thread pre")).to_be_visible()
    await toggle.press("Enter")
    await room.reply(card, FIXED, broadcast=True)
    await expect(page.locator(".toggle-words")).to_have_text("2 replies")
    await page.locator(".line").get_by_role("link", name=FIXED.title).click()
    await expect(page.locator(".reply").last).to_be_focused()
    await expect(page.locator(".reply").last).to_be_visible()


async def test_hostile_words_do_nothing(room: Room, opening: OpenPage) -> None:
    page = await opening(room)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    blocks = (
        Text(HOSTILE),
        Facts(((HOSTILE, HOSTILE),)),
        Table((HOSTILE,), ((HOSTILE,),)),
        Code(HOSTILE, HOSTILE),
        Items((HOSTILE,)),
        Links((("there", "javascript:document.title='owned'"), ("here", "https://github.com/x"))),
    )
    card = await room.post(Message(HOSTILE, Tone.BROKEN, blocks))
    await room.reply(card, Message(HOSTILE), broadcast=True)
    await page.keyboard.type(f"/plugin {HOSTILE}")
    await page.keyboard.press("Enter")
    await expect(page.locator(".line, .answer")).to_have_count(2)
    assert await page.title() == "Pluginwatch · local room"
    for tag in ("script", "img", "iframe"):
        await expect(page.locator(f"#timeline {tag}")).to_have_count(0)
    links = page.locator(".body a")
    await expect(links).to_have_count(1)
    await expect(links).to_have_attribute("href", "https://github.com/x")
    await expect(page.locator(".card > .body .title")).to_contain_text("<U+202E>gnp.exe")
    assert not requests


async def test_after_a_lost_connection_nothing_is_missing_or_there_twice(
    database: Database, opening: OpenPage
) -> None:
    async with opened(database) as room:
        card = await room.post(BROKEN)
        await room.reply(card, FIXED, broadcast=True)
        page = await opening(room)
        await expect(page.locator(".card")).to_have_count(1)
        port = room.room.port or 0
    await expect(page.locator("#connection")).to_have_text("Reconnecting…")
    await page.keyboard.type("/plugin help")
    await page.keyboard.press("Enter")
    await expect(page.locator("#notice")).to_contain_text("Not connected")
    await expect(page.get_by_role("combobox")).to_have_value("/plugin help")
    async with opened(database, port) as room:
        await room.edit(card, FIXED)
        await room.post(Message("A new one"))
        await expect(page.locator("#connection")).to_have_text("Connected")
        await expect(page.locator(".card > .body .title")).to_have_text(
            [f"✔ Healthy {FIXED.title}", "i Info A new one"]
        )
        await expect(page.locator(".line")).to_have_count(1)
        await expect(page.locator("#notice")).to_be_empty()


async def test_who_reads_earlier_messages_is_not_moved_but_told(
    room: Room, opening: OpenPage
) -> None:
    for number in range(20):
        await room.post(Message(f"card {number}", blocks=(Text("words"),)))
    page = await opening(room)
    scroller = page.locator("#scroller")
    await expect(page.locator(".card").last).to_be_in_viewport()
    await scroller.evaluate("(element) => { element.scrollTop = 0; }")
    await expect(page.get_by_role("button", name="Jump to newest")).to_be_visible()
    await room.post(Message("the newest"))
    await page.get_by_role("button", name="1 new, jump to newest").click()
    await expect(page.locator(".card").last).to_be_in_viewport()
    await expect(page.locator("#jump")).to_be_hidden()


ACT = Message(
    "discourse-events does not load",
    Tone.BROKEN,
    (Buttons((("Acknowledge", "ack 1"), ("Claim", "slow claim 1"))),),
)
ACTED = Message(
    "discourse-events does not load",
    Tone.BROKEN,
    (Buttons((("Release", "release 1"), ("Details", "log x"))),),
)


async def test_a_button_asks_its_command_and_waits_for_the_answer(
    room: Room, opening: OpenPage
) -> None:
    card = await room.post(ACT)
    page = await opening(room)
    await expect(
        page.get_by_role("group", name="What you can do: discourse-events does not load")
    ).to_be_visible()
    await page.get_by_role("button", name="Acknowledge").press("Enter")
    await expect(page.locator(".answer .asked")).to_have_text("You asked: /plugin ack 1")
    slow = page.get_by_role("button", name="Claim")
    room.answering.clear()
    await slow.click()
    await expect(slow).to_have_attribute("aria-disabled", "true")
    await slow.press("Enter")
    await expect(slow).to_be_focused()
    await expect(page.locator(".pending")).to_have_count(1)
    room.answering.set()
    await expect(slow).to_have_attribute("aria-disabled", "false")
    await expect(page.locator(".answer")).to_have_count(2)
    await room.edit(card, ACTED)
    await expect(page.get_by_role("button", name="Details")).to_be_focused()


async def test_a_button_without_a_connection_does_nothing_and_says_so(
    room: Room, opening: OpenPage
) -> None:
    await room.post(ACT)
    page = await opening(room)
    await room.room.stop()
    await expect(page.locator("#connection")).to_contain_text("Reconnecting")
    button = page.get_by_role("button", name="Acknowledge")
    await button.click()
    await expect(page.locator("#notice")).to_contain_text("nothing was done")
    await expect(button).not_to_have_attribute("aria-disabled", "true")
