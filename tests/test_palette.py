"""The room and the pages look alike: each has its own style sheet, and both name the same colours."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHEETS = ("bot/local/page/room.css", "webhooks/pages/static/frame.css")
_BLOCK = re.compile(r":root \{(.*?)\}", re.DOTALL)
_PROPERTY = re.compile(r"--([\w-]+): ([^;]+);")
# How wide what is read gets: a page has tables.
_OWN = {"column"}


def palettes(sheet: str) -> list[dict[str, str]]:
    """The custom properties by day and by night."""
    css = (ROOT / sheet).read_text(encoding="utf-8")
    blocks = [dict(_PROPERTY.findall(block)) for block in _BLOCK.findall(css)]
    return [{name: value for name, value in block.items() if name not in _OWN} for block in blocks]


def tones(sheet: str) -> list[str]:
    """The rules that give each tone its colour."""
    return re.findall(r"^\[data-tone=.*", (ROOT / sheet).read_text(encoding="utf-8"), re.MULTILINE)


def test_room_and_pages_have_the_same_colours() -> None:
    room, pages = map(palettes, SHEETS)
    assert room == pages
    by_day, by_night = room
    assert set(by_night) <= set(by_day)
    assert len(by_day) > len(by_night) > 10


def test_room_and_pages_have_the_same_tones() -> None:
    room, pages = map(tones, SHEETS)
    assert room == pages
    assert len(room) == 5
