"""The public pages over real HTTP, and once in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import sqlalchemy
from playwright.sync_api import Browser, ViewportSize, sync_playwright
from sqlmodel import select

from models.database.engine import Database
from models.rules.inert import inert
from models.rules.sources import DESCRIPTORS
from models.tables import Alias, Plugin
from tests.bot.local.page.test_answers import LINES, SAME_NAMES
from tests.bot.local.page.test_reading import TOO_FAINT
from tests.hub import a_release, a_repository, an_issue, follow
from tests.webhooks.conftest import Door, line, report, serving
from tests.world import a_plugin

CHROMIUM = "/usr/bin/chromium"
HOSTILE = '"><script>alert(1)</script>\u202e\x1b[31m{{7*7}} https://evil.example/ @everyone'
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_a_newcomer_is_told_what_to_do(database: Database) -> None:
    with serving(database) as address:
        page = httpx.get(address).text
    assert "No plugin in the master list yet" in page
    assert "python -m models plugins import FILE" in page
    assert "Broken now" not in page
    assert "compatible</" not in page


def test_without_a_report_nothing_looks_healthy(door: Door) -> None:
    page = _page(door, "/")
    assert "No recent report" in page
    assert "3 plugins without a recent report" in page
    assert "✓" not in page


def test_what_is_broken_comes_first(door: Door) -> None:
    _break(door, "solved", message="NoMethodError: undefined method 'x'\nand more")
    page = _page(door, "/")
    assert "<title>1 plugin broken · Pluginwatch</title>" in page
    broken, plugins = page.split('id="list"')
    assert re.search(r'href="/plugins/solved#incident-\d+">solved</a>', broken)
    assert "<bdi>main</bdi> on <bdi>tests-passed</bdi>" in broken
    assert re.search(
        r'<time datetime="[\d-]+T[\d:]+Z">just now <span class="absolute">[\d-]+ [\d:]+ UTC', broken
    )
    assert "NoMethodError: undefined method &#39;x&#39;" in broken
    assert "and more" not in broken
    assert "Suspect: the plugin. Seen by a canary server." in broken
    assert "✗ incompatible" in plugins
    assert (
        plugins.index("/plugins/solved")
        < plugins.index("/plugins/chat-extra")
        < plugins.index("/plugins/voting")
    )


def test_of_a_backtrace_alone_its_frame_in_the_plugin_is_shown(door: Door) -> None:
    traced = "/srv/lib/plugin.rb:494\n/srv/plugins/solved/oven.rb:2:in 'bake'"
    door.post("/status", report(line("solved", status=2, backtrace=traced)))
    shown = "<code>/srv/plugins/solved/oven.rb:2:in &#39;bake&#39;</code>"
    assert shown in _page(door, "/").split('id="list"')[0]
    assert "Skip to all plugins" not in _page(door, "/")


def test_each_host_branch_has_its_column(door: Door) -> None:
    door.post("/status", report(line("solved"), line("voting"), branch="stable"))
    door.post("/status", report(line("solved", status=2), branch="my-fork"))
    page = _page(door, "/")
    columns = re.findall(r'<th role="columnheader"[^>]*>([^<]+)<', page)
    assert columns == ["Plugin", "Worst", "stable", "my-fork"]
    row = next(row for row in page.split('<tr role="row">')[1:] if "/plugins/solved" in row)
    assert re.findall(r"[✓✗] \w+", row) == ["✗ incompatible", "✓ compatible", "✗ incompatible"]


def test_an_outbreak_is_one_card(door: Door) -> None:
    names = ("solved", "voting", "chat-extra")
    door.post("/status", report(*map(line, names)))
    door.post(
        "/status", report(*(line(name, 2, message="boom") for name in names), host="c0ffee11")
    )
    page = _page(door, "/")
    assert "3 plugins broke on tests-passed after one host change" in page
    assert 'href="https://github.com/discourse/discourse/compare/c0ffee00...c0ffee11"' in page
    assert page.count("Suspect: the host") == 1
    assert page.count("<code>boom</code>") == 1
    assert "Other incidents" not in page
    door.post("/status", report(line("voting", 2, message="bang"), host="c0ffee11"))
    door.post("/status", report(line("voting", 2, message="bang"), host="c0ffee12"))
    page = _page(door, "/")
    assert (page.count("<code>boom</code>"), page.count("<code>bang</code>")) == (2, 1)


def test_when_all_works_it_says_so(door: Door) -> None:
    door.post("/status", report(line("solved"), line("voting")))
    page = _page(door, "/")
    assert "Nothing is known to be broken" in page
    assert "1 plugin without a recent report: whether it works is not known." in page


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("VOT", ["voting"]),
        ("incompatible", ["solved"]),
        ("broken", ["solved"]),
        ("example/chat", ["chat-extra"]),
    ],
)
def test_the_list_is_filtered_as_everywhere(door: Door, wanted: str, found: list[str]) -> None:
    _break(door, "solved")
    page = _page(door, "/", filter=f" {wanted} ")
    assert _listed(page) == found
    assert "1 plugin matching" in page
    assert f'value="{wanted}"' in page


def test_a_filter_that_finds_nothing_says_what_a_filter_is(door: Door) -> None:
    page = _page(door, "/", filter=HOSTILE)
    assert "No plugin matches." in page
    _assert_inert(page)


def test_a_long_list_has_pages(door: Door) -> None:
    with door.world.database.write() as session:
        session.add_all([a_plugin(f"p-{number:03}", door.world.now) for number in range(200)])
    first, last = _page(door, "/"), _page(door, "/", page=5)
    assert len(_listed(first)) == 50
    assert "Page 1 of 5" in first
    assert 'rel="next" href="/?page=2#list"' in first
    assert 'rel="prev"' not in first
    assert len(_listed(last)) == 3
    assert 'rel="next"' not in last
    for wrong, right in (
        ("0", first),
        ("-5", first),
        ("x", first),
        ("9" * 5_000, first),
        ("99", last),
    ):
        assert _listed(_page(door, "/", page=wrong)) == _listed(right)
    assert "Page 1 of 4" in _page(door, "/", filter="p-")


def test_a_plugin_has_a_page_with_all_that_is_known(door: Door) -> None:
    with door.world.database.write() as session:
        plugin = session.exec(select(Plugin).where(Plugin.handle == "solved")).one()
        plugin.version, plugin.required_version, plugin.authors = "1.2.3", "3.1.0", "Ada"
        plugin.contact_emails, plugin.tags = "ada@example.com", ["answers"]
        session.add(Alias(handle="solved-old", plugin_id=plugin.id))
    door.post("/status", report(line("solved", branch="next"), branch="stable"))
    backtrace = "\n".join(f"/plugins/solved/lib/a.rb:{number}:in 'x'" for number in range(2_000))
    _break(door, "solved", message="Boom: <b>", backtrace=backtrace)
    page = _page(door, "/plugins/solved")
    assert "solved does not load on tests-passed" in page
    assert re.findall(r'<th role="columnheader"[^>]*>([^<]+)<', page) == [
        *("Host branch", "Plugin branch", "Together"),
        *(about.column for about in DESCRIPTORS.values()),
    ]
    assert "Open incidents <small>1</small>" in page
    assert "Suspect: the plugin. Since it last worked, only the plugin has changed" in page
    assert 'href="https://github.com/example/solved/compare/a1b2c3d4...a1b2c3d5"' in page
    assert "Boom: &lt;b&gt;" in page
    folded = page[page.index("<details") :]
    assert "Backtrace" in folded
    assert "left out …]" in folded
    for said in (
        "1.2.3",
        "3.1.0 or newer",
        "Ada",
        "answers",
        "solved-old",
        'href="https://github.com/example/solved"',
    ):
        assert said in page
    assert "ada@example.com" not in page
    assert 'href="/plugin-manager/plugin/solved"' in page
    assert "No incident has ended yet." in page


def test_incidents_that_ended_are_its_history(door: Door) -> None:
    _break(door, "solved", message="Boom: it was")
    door.post("/status", report(line("solved", sha="a1b2c3d6")))
    page = _page(door, "/plugins/solved")
    assert "Open incidents" not in page
    assert "incompatible for less than a minute" in page
    assert re.search(r"Incident \d+, resolved:", page)
    assert "Boom: it was" in page[page.index('id="history"') :]


def test_a_plugin_that_nobody_reported_on(door: Door) -> None:
    page = _page(door, "/plugins/voting")
    assert "voting: no report yet" in page
    assert "No incident was ever recorded." in page
    assert "✓" not in page


def test_a_plugins_page_tells_how_its_repository_is_on_github(door: Door) -> None:
    with door.world.database.write() as session:
        follow(session, "solved", repository=a_repository(archived=True))
        session.add_all([an_issue(number, door.world.now) for number in (1, 2)])
        session.add(a_release("v1.2", door.world.now))
    for reported in (False, True):
        if reported:
            door.post("/status", report(line("solved")))
        page = _page(door, "/plugins/solved")
        assert re.search(
            r'href="https://github.com/example/solved/issues"[^>]*>2 open issues<', page
        )
        assert re.search(
            r'href="https://github.com/example/solved/releases/tag/v1.2"[^>]*>Release v1.2<', page
        )
        assert '<span class="hidden">repository </span>archived</span></h1>' in page
        assert "The repository is archived" in page
    assert "archived" not in _page(door, "/plugins/voting")
    with door.world.database.write() as session:
        session.merge(a_repository(deleted=True))
    page = _page(door, "/plugins/solved")
    assert '<span class="hidden">repository </span>deleted</span></h1>' in page
    assert "open issues" not in page


def test_the_front_page_marks_repositories_that_are_archived_or_deleted(door: Door) -> None:
    with door.world.database.write() as session:
        follow(session, "solved", repository=a_repository(archived=True))
        follow(session, "voting", repository=a_repository("voting", 12, deleted=True))
    rows = _page(door, "/").split('<tr role="row">')[2:]
    marks = {
        _listed(row)[0]: re.findall(r'<span class="hidden">repository </span>(\w+)<', row)
        for row in rows
    }
    assert marks == {"chat-extra": [], "solved": ["archived"], "voting": ["deleted"]}


def test_no_page_asks_more_queries_for_more_plugins(door: Door) -> None:
    def asked(path: str) -> int:
        statements: list[str] = []
        with door.world.database.read() as session:
            engine = session.connection().engine
        listen = ("before_cursor_execute", lambda *said: statements.append(said[2]))
        sqlalchemy.event.listen(engine, *listen)
        _page(door, path)
        sqlalchemy.event.remove(engine, *listen)
        # Which extensions are on is looked at all the time, whatever is asked.
        return sum("SELECT" in sql and "FROM extension" not in sql for sql in statements)

    paths = ("/", "/?filter=p-", "/plugins/solved")
    before = [asked(path) for path in paths]
    with door.world.database.write() as session:
        session.add_all([a_plugin(f"p-{number:03}", door.world.now) for number in range(60)])
        session.flush()
        for number in range(60):
            follow(
                session, f"p-{number:03}", repository=a_repository(f"p-{number:03}", 100 + number)
            )
    assert [asked(path) for path in paths] == before
    assert 0 < before[0] <= 22


@pytest.mark.parametrize("spelling", ["Solved", "SOLVED", "%20solved", "former_name", "so%00lved"])
def test_any_spelling_leads_to_the_handle(door: Door, spelling: str) -> None:
    with door.world.database.write() as session:
        plugin = session.exec(select(Plugin).where(Plugin.handle == "solved")).one()
        session.add(Alias(handle="former-name", plugin_id=plugin.id))
    answer = door.http.get(f"/plugins/{spelling}")
    assert (answer.status_code, answer.headers["Location"]) == (308, "/plugins/solved")
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_name_in_any_script_has_a_page(door: Door) -> None:
    with door.world.database.write() as session:
        session.add(a_plugin("活动-日历.v2", door.world.now))
    (address,) = re.findall(r'href="(/plugins/%E6[^"]+)"', _page(door, "/"))
    assert '<h1 dir="auto">活动-日历.v2' in _page(door, address)


def test_an_unknown_plugin_gets_a_guess(door: Door) -> None:
    answer = door.http.get("/plugins/solvd")
    assert answer.status_code == 404
    assert "No plugin is called “solvd”" in answer.text
    assert 'href="/plugins/solved"' in answer.text
    answer = door.http.get(f"/plugins/{quote(HOSTILE.replace('/', ''))}")
    assert answer.status_code == 404
    _assert_inert(answer.text)


def test_a_slash_at_the_end_leads_to_the_page_without_it(door: Door) -> None:
    for path, leads_to in (
        ("/plugins/solved/", "/plugins/solved"),
        ("/history//", "/history"),
        ("//evil.example/", "/evil.example"),
    ):
        address = httpx.URL(str(door.http.base_url)).copy_with(raw_path=path.encode())
        answer = door.http.get(address, headers=BROWSER)
        assert (answer.status_code, answer.headers["Location"]) == (308, leads_to)
    assert door.http.get("/plugins/solved/").status_code == 404


def test_a_browser_gets_a_page_where_there_is_none_and_a_program_json(door: Door) -> None:
    for path in ("/nowhere", "/plugins/a/b", "/plugin-manager/nowhere", "/static/nowhere.css"):
        page = door.http.get(path, headers=BROWSER)
        assert (page.status_code, page.headers["Vary"]) == (
            404,
            "Accept, Accept-Language",
        )
        assert "There is no page here" in page.text
        plain = door.http.get(path)
        assert (plain.status_code, plain.json()["failed"]) == (404, "FAILED")
    refused = door.http.post("/nowhere", headers=BROWSER)
    assert (refused.status_code, refused.json()["failed"]) == (404, "FAILED")
    assert door.http.post("/", headers=BROWSER).status_code == 405


NOTHING_RUNS_ON = [
    "/",
    "/docs",
    "/plugins/solved",
    "/plugins/nobody",
    "/static/frame.css",
    "/static/icon.svg",
]


def test_the_browser_is_told_to_run_nothing(door: Door, subtests: pytest.Subtests) -> None:
    for path in NOTHING_RUNS_ON:
        with subtests.test(path):
            answer = door.http.get(path)
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self';")
            assert "frame-ancestors 'none'" in policy
            assert "script-src" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cache-Control"] == "no-cache"
            head = door.http.head(path)
            assert (head.status_code, head.content) == (answer.status_code, b"")
            assert head.headers["Content-Length"] == answer.headers["Content-Length"]
            assert "<script" not in answer.text
            assert "style=" not in answer.text


def test_the_interface_is_described_for_people_without_anything_from_elsewhere(door: Door) -> None:
    page = _page(door, "/docs")
    for path, doors in door.http.get("/openapi.json").json()["paths"].items():
        for method in doors:
            assert f"<code>{method.upper()} {path}</code>" in page
    assert "X-Hub-Signature-256" in page
    assert "Asks for a site key or a user key." in page
    headings = re.findall(r'<h2 id="(section-\d+)" class="heading">([^<]+)</h2>', page)
    assert "GitHub" in dict(headings).values()
    assert "Healthz" not in page
    assert "named as “plugins[][name]”" in page
    assert "`" not in page
    assert set(re.findall(r'(?:src|href)="([^"]*)"', page)) <= {
        *(f"#{id_}" for id_, _ in headings),
        *(
            "#main",
            "/",
            "/check",
            "/history",
            "/site",
            "/jobs",
            "/extensions",
            "/docs",
            "/openapi.json",
            "/feed.atom",
        ),
        *("/static/icon.svg", "/static/frame.css", "/static/content.css"),
    }
    assert door.http.get("/redoc").status_code == 404


def test_the_style_sheet_is_fetched_once(door: Door) -> None:
    first = door.http.get("/static/content.css")
    assert first.headers["Content-Type"].startswith("text/css")
    again = door.http.get("/static/content.css", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_what_comes_from_outside_neither_hides_nor_acts(door: Door) -> None:
    with door.world.database.write() as session:
        plugin = a_plugin("evil", door.world.now)
        plugin.name = plugin.about = plugin.version = plugin.authors = plugin.required_version = (
            plugin.label
        ) = HOSTILE
        plugin.repository, plugin.url, plugin.tags = HOSTILE, "javascript:alert(1)", [HOSTILE]
        plugin.meta_topic_id, plugin.compatibility = HOSTILE, f"< 3.1.0: {HOSTILE}"
        session.add(plugin)
    _break(door, "evil", message=HOSTILE, backtrace=f"{HOSTILE}\n" * 9, branch=_branch())
    for path in ("/", "/plugins/evil"):
        page = _page(door, path)
        _assert_inert(page)
        assert "&lt;script&gt;" in page
        assert "&lt;U+202E&gt;" in page
    door.post("/status", report(line("evil", sha="a1b2c3d6", branch=_branch())))
    _assert_inert(_page(door, "/plugins/evil"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("needs Debian's package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.mark.parametrize(
    "database_url", ["sqlite"], indirect=True
)  # a browser cannot tell the databases apart
def test_the_pages_read_well_in_a_browser(door: Door, chromium: Browser, tmp_path: Path) -> None:
    long = "w" * 75
    with door.world.database.write() as session:
        session.add(a_plugin(long, door.world.now))
    names = ("solved", "voting", "chat-extra", long)
    door.post("/status", report(*map(line, names)))
    door.post(
        "/status", report(*(line(name, 2, message="x" * 300) for name in names), host="c0ffee11")
    )
    door.post("/status", report(line("solved", branch=long, sha="b" * 40), branch="stable"))
    door.post("/status", report(line("voting", sha="b" * 40), host="c0ffee12"))
    with door.world.database.write() as session:
        follow(session, "solved", repository=a_repository(archived=True))
        session.add(an_issue(1, door.world.now))
        session.add(a_release("v" * 150, door.world.now))
    _look(chromium, door, tmp_path, dark=False, width=360)
    _look(chromium, door, tmp_path, dark=True, width=1600)


LOOKED_AT = (
    "/",
    "/docs",
    "/extensions",
    "/?filter=solved",
    "/?tag=chat&order=sites",
    "/history",
    "/check",
    "/plugins/solved",
    "/plugins/voting",
    f"/plugins/{'w' * 75}",
    "/incidents/1",
    "/incidents/4",
    "/outbreaks/1",
)


def _look(chromium: Browser, door: Door, folder: Path, *, dark: bool, width: int) -> None:
    context = chromium.new_context(
        base_url=str(door.http.base_url),
        color_scheme="dark" if dark else "light",
        viewport=ViewportSize(width=width, height=800),
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    for path in LOOKED_AT:
        answer = page.goto(path)
        assert answer
        assert answer.ok, path
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert page.evaluate(TOO_FAINT) == [], path
        assert page.evaluate(SAME_NAMES) == [], path
        assert len(page.screenshot(path=folder / "page.png")) > 5_000
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(18, 19, 23)" if dark else "rgb(245, 245, 248)")
    page.set_viewport_size(ViewportSize(width=240, height=800))
    for pill in page.locator("header nav a, .pill").all():
        assert pill.evaluate(LINES) == 1
    page.set_viewport_size(ViewportSize(width=width, height=800))
    page.goto("/")
    page.get_by_role("searchbox").fill("vot")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("table").get_by_role("link", name="voting").click()
    assert page.url.endswith("/plugins/voting")
    assert complaints == []
    context.close()


def _page(door: Door, path: str, **query: Any) -> str:
    answer = door.http.get(path, params=query or None)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    for address in re.findall(r'(?:href|src|action)="([^"]*)"', answer.text):
        assert re.match(r"/(?!/)|#|https://(github|meta\.discourse)\.(com|org)/", address), address
    return answer.text


def _break(door: Door, name: str, message: str = "Boom", branch: str = "main", **how: Any) -> None:
    """A report of it working, then one of it failing at a newer commit of the plugin."""
    for seen in (
        line(name, branch=branch),
        line(name, 2, "a1b2c3d5", message=message, branch=branch, **how),
    ):
        assert door.post("/status", report(seen)).json()["success"] == "OK"


def _branch() -> str:
    return "feature/<i>&\"'"


def _listed(page: str) -> list[str]:
    return re.findall(r'href="/plugins/([^"#]+)"', page)


def _assert_inert(page: str) -> None:
    assert inert(page) == page
    assert "<script" not in page
    assert "<i>" not in page
    assert 'href="https://evil' not in page
