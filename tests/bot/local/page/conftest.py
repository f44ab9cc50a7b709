"""The room's page in a real browser."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.async_api import Page, ViewportSize, async_playwright, expect

from models.database.engine import Database
from tests.bot.local.conftest import Room

CHROMIUM = "/usr/bin/chromium"

OpenPage = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session", autouse=True)
def _chromium() -> None:
    if not Path(CHROMIUM).exists():
        pytest.skip("needs Debian's package chromium")


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """The page cannot tell the databases apart, so one is enough."""
    path = tmp_path / "room.sqlite3"
    shutil.copy(sqlite_template, path)
    with closing(Database(f"sqlite:///{path}")) as database:
        yield database


@pytest.fixture
async def opening() -> AsyncIterator[OpenPage]:
    """Opens the room's page, and checks at the end that the browser complained of nothing."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        args = ["--no-sandbox", "--disable-dev-shm-usage"]
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=args)

        async def open_page(room: Room, *, dark: bool = False, width: int = 1100) -> Page:
            context = await chromium.new_context(
                color_scheme="dark" if dark else "light",
                viewport=ViewportSize(width=width, height=800),
            )
            context.set_default_timeout(10_000)
            page = await context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on(
                "console",
                lambda said: (
                    complaints.append(said.text)
                    if said.type == "error" and "WebSocket" not in said.text
                    else None
                ),
            )
            await page.goto(room.url)
            await expect(page.locator("#connection")).to_have_text("Connected")
            return page

        yield open_page
        await chromium.close()
    assert not complaints
