"""What may be known by whoever opens a page or reads the JSON: what is public, and nothing else."""

from collections.abc import Iterator

import httpx
import pytest

from models.database.engine import Database
from tests.canaries import SERVER
from tests.known import found, make_known
from tests.webhooks.conftest import serving

HANDLES = ("solved", "filed", "hidden", "quiet")
PATHS = (
    *("/", "/jobs", "/?filter=broken", "/?page=2", "/metrics", "/healthz", "/readyz"),
    *(f"/plugins/{handle}" for handle in (*HANDLES, "hidde")),
    *(f"/plugin-manager/plugin/{handle}" for handle in HANDLES),
    *(f"/plugin-manager/status/{handle}" for handle in HANDLES),
    *("/plugin-manager/status.json", "/plugin-manager/plugin.json", "/plugin-manager/plugin?order=status"),
    *(f"/canary/runs/run-1/{kind}" for kind in ("console-log", "screenshot", "trace")),
)


@pytest.fixture
def http(database: Database) -> Iterator[httpx.Client]:
    make_known(database, "slack")
    with serving(database) as address, httpx.Client(base_url=address, timeout=20) as client:
        yield client


def test_pages_and_json_tell_what_is_public(http: httpx.Client) -> None:
    answers = {path: http.get(path, headers={"Accept": "text/html"}) for path in PATHS}
    assert {path for path, answer in answers.items() if found(answer.text) - {"public"}} == set()
    assert found(answers["/plugins/solved"].text) == {"public"}  # so that the rest could be found
    assert {answer.status_code for answer in answers.values()} <= {200, 403, 404}


def test_sources_are_counted_and_not_named(http: httpx.Client) -> None:
    page, jobs = http.get("/").text, http.get("/jobs").text
    for title in ("Plugin Guards of canary servers", "Browser canaries", "Cron jobs"):
        assert f'scope="row">{title}</th>' in page
    assert "browser canary 1" in jobs
    assert SERVER not in page + jobs
    told = http.get("/plugin-manager/plugin/solved").json()["plugin"]
    assert (told["contact_emails"], told["url"]) == (None, "https://github.com/example/solved")
    hidden = http.get("/plugin-manager/plugin/hidden").json()["plugin"]
    assert [hidden[name] for name in ("url", "authors", "about", "version", "contact_emails", "owner")] == [None] * 6
