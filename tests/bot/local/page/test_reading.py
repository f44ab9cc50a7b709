"""The page can be read: light and dark, narrow and wide, and by a screen reader."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from models.messages.message import Code, Facts, Links, Message, Table, Text, Tone
from tests.bot.local.conftest import BROKEN, FIXED, Room
from tests.bot.local.page.conftest import OpenPage

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 1600])
async def test_it_fits_and_reads_well(
    room: Room, opening: OpenPage, tmp_path: Path, *, dark: bool, width: int
) -> None:
    grid = Table(
        ("Host branch", "Guard", "Canary", "Tests"),
        (("tests-passed", *["✓ compatible, 20 h ago"] * 3),),
    )
    blocks = (
        Text("quiet", quiet=True),
        Facts((("Label", "x" * 200),)),
        grid,
        Code("x" * 500),
        Links((("a", "http://a/"),)),
    )
    for tone in Tone:
        await room.reply(await room.post(Message("y" * 200, tone, blocks)), FIXED, broadcast=True)
    page = await opening(room, dark=dark, width=width)
    await page.keyboard.type("/plugin help")
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer")).to_be_visible()
    await page.get_by_role("button", name="1 reply").last.click()
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert await page.evaluate("scroller.scrollWidth - scroller.clientWidth") <= 0
    assert await page.evaluate(TOO_FAINT) == []
    assert len(await page.screenshot(path=tmp_path / "room.png")) > 10_000
    ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(18, 19, 23)" if dark else "rgb(245, 245, 248)")


async def test_a_screen_reader_hears_new_alerts_only(room: Room, opening: OpenPage) -> None:
    await room.post(BROKEN)
    page = await opening(room)
    await expect(page.locator(".card")).to_have_count(1)
    log = page.get_by_role("log", name="Alerts and answers")
    await expect(log).to_have_attribute("aria-live", "polite")
    await page.get_by_role("link", name="Skip to the question box").press("Enter")
    await expect(page.get_by_role("combobox")).to_be_focused()
    assert await page.locator("html").get_attribute("lang") == "en"


# Every visible text, and every hint in an empty field, whose contrast with what lies below it is under WCAG's 4.5:1,
# and every field whose edge is under 3:1. A canvas turns any colour into sRGB.
TOO_FAINT = """() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  const rgb = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (parts) => parts
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (element) => getComputedStyle(element).backgroundColor;
  const below = (element) => (element ? [...below(element.parentElement), ground(element)] : []);
  const faint = [];
  const check = (element, colour, under, least, words) => {
    const [one, two] = [[colour], []].map((top) => light(rgb([...below(under), ...top])));
    const contrast = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (contrast < least) faint.push([element.className || element.tagName, words, contrast]);
  };
  const edged = (box) => (parseFloat(getComputedStyle(box).borderTopWidth) ? box : edged(box.parentElement));
  for (const element of document.querySelectorAll("body *")) {
    if (!element.checkVisibility()) continue;
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (says) check(element, getComputedStyle(element).color, element, 4.5, element.textContent.slice(0, 20));
    const hint = element.placeholder;
    if (hint) check(element, getComputedStyle(element, "::placeholder").color, element, 4.5, hint);
    if (!element.matches("input, select, textarea")) continue;
    const box = edged(element);
    check(element, getComputedStyle(box).borderTopColor, box.parentElement, 3, "its edge");
  }
  return faint;
}"""
