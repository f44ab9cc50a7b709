"""A site's admin asks for a key in a real browser, which the pages' own policy must let go back to the site."""

import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from jobs.domain_proofs import look_at_domains
from models.database.engine import Database
from models.settings import Settings
from tests.servers.requester import requesting
from tests.webhooks.conftest import serving
from tests.world import make_world

CHROMIUM = "/usr/bin/chromium"
HERE = "127.0.0.1"


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """The page cannot tell the databases apart, so one is enough."""
    path = tmp_path / "keys.sqlite3"
    shutil.copy(sqlite_template, path)
    with closing(Database(f"sqlite:///{path}")) as database:
        yield database


def test_there_and_back_in_a_browser(database: Database) -> None:
    if not Path(CHROMIUM).exists():
        pytest.skip("needs Debian's package chromium")
    make_world(database, datetime.now(UTC))
    complaints: list[str] = []
    with (
        requesting() as forum,
        serving(database, private_hosts=frozenset({HERE})) as address,
        sync_playwright() as playwright,
        closing(
            playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
        ) as chromium,
    ):
        page = chromium.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text))
        page.goto(address + forum.question)
        expect(page.locator("h1")).to_have_text("127.0.0.1 asks for a key")
        page.get_by_role("button", name="Go on").click()
        expect(page.locator("h1")).to_have_text("Show that 127.0.0.1 is yours")
        (forum.text,) = set(re.findall("pluginwatch-[0-9a-f]{16}", page.content()))
        page.get_by_role("button", name="The file is there").click()
        expect(page.get_by_role("status")).to_contain_text("looked for now")
        look_at_domains(database, Settings(webhook_private_hosts=HERE))
        page.get_by_role("link", name="See what came of it").click()
        page.get_by_role("button", name="Go back to 127.0.0.1").click()
        expect(page).to_have_title("Back")
        assert forum.read(page.url)["key"].startswith("pw_user_")
    assert complaints == []
