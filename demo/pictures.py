"""Take the pictures of the README again: `python -m demo.pictures FOLDER`, with a Chromium at hand."""

import shlex
import shutil
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from demo.cast import MASTER_LIST, make_cast
from demo.day import HEALTHY, PARADE, SCENES
from demo.processes import Service, serving
from models.database.engine import Database

# Long enough for the bot to send each step before the next one, so that cards are edited as in real life.
_PACE_SECONDS = 0.3
_WIDE = ViewportSize(width=1000, height=860)
_TALL = ViewportSize(width=1000, height=1120)
_NARROW = ViewportSize(width=390, height=760)

# At which time of the day a picture is taken: its name, the title of the card that it shows, and the window.
_MOMENTS = {
    "05:40": ("open", "does not load", _WIDE),
    "08:40": ("resolved", "works on stable again", _TALL),
    "12:50": ("updated", "plugins broke", _TALL),
    "17:50": ("reopened", "discourse-badge-parade (main) does not load on tests-passed", _TALL),
}


def main() -> None:
    """Play the day and take each picture at its time."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures")
    preparation = f"python -m models plugins import {shlex.quote(str(MASTER_LIST))}"
    with (
        tempfile.TemporaryDirectory(prefix="pluginwatch-pictures-") as house_folder,
        serving(Path(house_folder), preparation) as service,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport=_WIDE)
        page.goto(service.room)
        _day(service, page, folder)
        _evening(page, folder)
        browser.close()


def _day(service: Service, page: Page, folder: Path) -> None:
    """Pictures of alerts as they come, each named after the time of the step that it shows."""
    with closing(Database(service.database_url)) as database:
        cast = make_cast(database, service.web.removeprefix("http://"))
    for scene in SCENES:
        for clock, _ in scene.play(cast):
            time.sleep(_PACE_SECONDS)
            if clock in _MOMENTS:
                _take_card(page, folder, *_MOMENTS[clock])


def _evening(page: Page, folder: Path) -> None:
    """Pictures of answers, of the dark room and of a narrow one."""
    page.set_viewport_size(_WIDE)
    _ask(page, f"/plugin status {PARADE}")
    _take(page, folder, "status-broken")
    _ask(page, f"/plugin status {HEALTHY}")
    _take(page, folder, "status-healthy")
    page.emulate_media(color_scheme="dark")
    _ask(page, "/plugin failing")
    _take(page, folder, "dark")
    _take_card(page, folder, "narrow", "plugins work again", _NARROW)


def _take_card(page: Page, folder: Path, name: str, title: str, size: ViewportSize) -> None:
    """A picture that begins with the last card whose title holds `title`."""
    page.set_viewport_size(size)
    card = page.locator("article", has=page.get_by_role("heading", name=title)).last
    card.evaluate("card => card.scrollIntoView({block: 'start'})")
    _take(page, folder, name)


def _ask(page: Page, question: str) -> None:
    articles = page.locator("article")
    before = articles.count()
    page.get_by_role("combobox").fill(question)
    page.get_by_role("button", name="Ask").click()
    expect(articles).to_have_count(before + 1)


def _take(page: Page, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    page.wait_for_timeout(_PACE_SECONDS * 1000)
    page.screenshot(path=folder / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    main()
