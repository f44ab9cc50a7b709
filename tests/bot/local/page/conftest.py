"""The room's page in a real browser."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from models.database.engine import Database
from tests.bot.local.conftest import Room, opened

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


# A browser takes longer to start than most of these tests take, so a process has one. It lives in one event loop,
# in which the tests must be, too.
@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        args = ["--no-sandbox", "--disable-dev-shm-usage"]
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=args)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def room(database: Database) -> AsyncIterator[Room]:
    async with opened(database) as room:
        yield room


@pytest_asyncio.fixture(loop_scope="session")
async def opening(chromium: Browser) -> AsyncIterator[OpenPage]:
    """Opens the room's page, and checks at the end that the browser complained of nothing."""
    complaints: list[str] = []
    async with AsyncExitStack() as contexts:

        async def open_page(room: Room, *, dark: bool = False, width: int = 1100) -> Page:
            context = await contexts.enter_async_context(
                await chromium.new_context(
                    color_scheme="dark" if dark else "light",
                    viewport=ViewportSize(width=width, height=800),
                )
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
    assert not complaints
