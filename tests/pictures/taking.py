"""Takes a picture of a page in a real Chromium."""

import shutil
from pathlib import Path

from playwright.async_api import ViewportSize, async_playwright

CHROMIUM = shutil.which("chromium")


async def take(html: str, path: Path, width: int) -> tuple[str, int]:
    """Save the picture; return the words on the page, and by how many pixels it is wider than the window."""
    async with async_playwright() as playwright:
        args = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=args)
        page = await browser.new_page(
            viewport=ViewportSize(width=width, height=600), device_scale_factor=1
        )
        await page.set_content(html)
        await page.screenshot(path=path, full_page=True)
        words = await page.inner_text("body")
        wider = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        await browser.close()
    return words, int(wider)
