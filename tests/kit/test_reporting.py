"""Real hosts report to the real server, which may be away, refuse, or hear of it only after a start or two."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from sqlmodel import select

from models.database.engine import Database
from models.metadata.header import parse_header
from models.metadata.listing import ListingEntry, parse_listing
from models.operating import keys
from models.recording.github.master_list import import_listing
from models.rules.ecosystems import Ecosystem
from models.rules.kinds import KeyKind
from models.tables import Installation, Plugin, SourceVerdict
from pluginwatch_kit.guard.address import Address, AddressError, find
from pluginwatch_kit.guard.sending import HOUR, HostFacts, ReportSender
from pluginwatch_kit.guard.spool import MOST, Spool
from tests.kit.hosts import HOST, Workplace
from tests.waiting import LONG, until
from tests.webhooks.conftest import serving
from tests.world import a_plugin, make_world
from webhooks.access.throttle import PER_MINUTE

# A host that goes on until all that is due was tried: one that ends waits two seconds for that at the most.
SETTLES = f"""\
{HOST}
assert guard._loading._reporter._settled.wait(100)
"""
# A host that goes on until no failure is left to send.
GOES_ON = f"""\
{HOST}
import pathlib, os, time
reports = pathlib.Path(os.environ["PLUGINWATCH_GUARD_FOLDER"], "sample", "reports")
end = time.monotonic() + 100
while any(reports.glob("*.json")) and time.monotonic() < end:
    time.sleep(0.02)
# It may have settled while the server was away; what works is told in the round that empties the folder, or the next.
guard._loading._reporter.wake()
assert guard._loading._reporter._settled.wait(100)
"""


@pytest.fixture(autouse=True)
def that_settles(place: Workplace) -> None:
    place.code = SETTLES


@pytest.fixture
def key(database: Database, now: datetime) -> str:
    return made_key(database, now, KeyKind.SITE)


def made_key(database: Database, now: datetime, kind: KeyKind) -> str:
    make_world(database, now, "good", "bad")
    with database.write() as session:
        for plugin in session.exec(select(Plugin)):
            plugin.ecosystem = Ecosystem.PYTHON
    domain = "host.example.com" if kind is KeyKind.USER else None
    with database.write() as session:
        return keys.create(session, kind, "python-1", domain, now)


def said(database: Database, name: str = "bad") -> dict[str, Any]:
    """What the Guard said last of the plugin of Python; nothing before it spoke."""
    of_plugin = Plugin.handle == name, Plugin.ecosystem == Ecosystem.PYTHON
    with database.read() as session:
        found = session.exec(select(SourceVerdict).join(Plugin).where(*of_plugin)).first()
        return found.model_dump() if found else {}


def page(url: str) -> str:
    """What stands there. No client that reads the world's certificates first, for nothing here is encrypted."""
    with urlopen(url, timeout=LONG) as answer:
        said: str = answer.read().decode()
    return said


def use_up(address: str) -> None:
    """Send as many statistics as the server takes from one network."""
    plugin = {"name": "good", "branch": "main", "sha": "c"}
    host = {"host": "a.example.com", "branch": "stable", "sha": "b"}
    body = json.dumps({"discourse": host, "plugins": [plugin]}).encode()
    told = Request(
        f"{address}/plugin-manager/statistics", body, {"Content-Type": "application/json"}
    )
    for _ in range(PER_MINUTE):
        urlopen(told, timeout=LONG).close()
    with pytest.raises(HTTPError, match="429"):
        urlopen(told, timeout=LONG)


@contextmanager
def free_port() -> Iterator[int]:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    yield port


def test_what_broke_is_reported_without_secrets_and_so_is_its_recovery(
    place: Workplace, database: Database, key: str
) -> None:
    place.install("good")
    place.install("bad", deed="raises")
    with serving(database) as address:
        place.settings = {"PLUGINWATCH_URL": address, "PLUGINWATCH_KEY": key}
        place.start()
        found = said(database)
        assert (found["verdict"], found["plugin_branch"]) == ("incompatible", "release")
        assert found["host_branch"] == "sample"
        shown = page(f"{address}/actions/core/log?plugin=bad")
        assert "plugin 1.0 with host 1.0" in shown
        assert "guard/loading.py" not in shown
        assert said(database, "good")["verdict"] == "compatible"
        assert found["message"] == "RuntimeError: no password=[redacted secret] here"
        assert 'bad.py", line 1' in found["backtrace"]
        place.install("bad", "1.1")
        place.start()
        assert said(database)["verdict"] == "compatible"
        assert "reports that wait" not in place.ask("list")


def test_a_report_outlives_an_absent_server_and_a_killed_host(
    place: Workplace, database: Database, key: str
) -> None:
    place.patience = 0.5
    place.install("bad", deed="hangs")
    with free_port() as port:
        place.settings = {"PLUGINWATCH_URL": f"http://127.0.0.1:{port}", "PLUGINWATCH_KEY": key}
        place.start_and_kill("Timeout")
        place.patience = LONG  # for what works, and is slow on a busy machine
        assert "loaded and up" in place.start()
        listed = place.ask("list", "--backtraces")
        assert "reports that wait: 1" in listed
        assert "bad.py" in listed
        assert "reporting.py" not in listed
        place.install("bad", "1.1")
        # It goes on without the server, and tells it once it is there.
        host = place.begin(code=GOES_ON)
        with serving(database, port=port) as address:
            host.communicate(timeout=LONG)
            until(lambda: said(database).get("verdict") == "compatible")
            history = page(f"{address}/plugins/bad")
            assert "this plugin hangs" in history


def test_a_site_with_a_user_key_registers_first(
    place: Workplace, database: Database, now: datetime
) -> None:
    key = made_key(database, now, KeyKind.USER)
    place.install("bad", deed="exits")
    place.install("good")
    with serving(database) as address:
        place.settings = {
            "PLUGINWATCH_URL": address,
            "PLUGINWATCH_KEY": key,
            "PLUGINWATCH_DOMAIN": "host.example.com",
        }
        place.start(code=GOES_ON)
        assert "reports that wait" not in place.ask("list")
    with database.read() as session:
        heard = session.exec(select(Installation.plugin_sha, Installation.verdict)).all()
    assert sorted(heard) == [("1.0", "compatible"), ("1.0", "incompatible")]


def test_a_plugin_that_the_server_does_not_know_waits_until_it_does(
    place: Workplace, database: Database, key: str, now: datetime
) -> None:
    place.install("unknown", deed="raises")
    place.install("bad", deed="raises")
    with serving(database) as address:
        place.settings = {"PLUGINWATCH_URL": address, "PLUGINWATCH_KEY": key}
        place.start()
        until(lambda: said(database).get("verdict") == "incompatible")
        assert "unknown: is not in the master list" in place.ask("list")
        with database.write() as session:
            plugin = a_plugin("unknown", now)
            plugin.ecosystem = Ecosystem.PYTHON
            session.add(plugin)
        place.start(code=GOES_ON)
        assert said(database, "unknown")["verdict"] == "incompatible"


def test_a_package_of_the_master_list_is_watched_and_the_plugin_managers_clients_are_not_told(
    place: Workplace, database: Database, key: str, now: datetime
) -> None:
    listing = parse_listing(
        '[{"repo": "shelf/maps", "ecosystem": "python", "fields": {"name": "shelf-maps"}}]'
    )
    with database.write() as session:
        import_listing(session, listing.entries, now)
    place.install("shelf-maps", deed="raises")
    with serving(database) as address:
        place.settings = {"PLUGINWATCH_URL": address, "PLUGINWATCH_KEY": key}
        place.start(code=GOES_ON)
        shown = page(f"{address}/actions/core/status?plugin=shelf-maps")
        assert "shelf-maps does not load on sample" in shown
        assert json.loads(page(f"{address}/plugin-manager/status"))["statuses"] == []


def test_a_plugin_of_python_is_not_taken_for_one_of_discourse_of_the_same_name(
    place: Workplace, database: Database, key: str, now: datetime
) -> None:
    solved = ListingEntry("discourse/bad", parse_header("# name: bad"))
    with database.write() as session:
        result = import_listing(session, [solved], now)
        session.add(a_plugin("poll", now))
    assert result.renamed == [("bad", "python:bad")]
    place.install("bad", deed="raises")
    place.install("poll", deed="raises")
    with serving(database) as address:
        place.settings = {"PLUGINWATCH_URL": address, "PLUGINWATCH_KEY": key}
        place.start()
        until(lambda: said(database, "python:bad").get("verdict") == "incompatible")
        assert "poll: is in the master list as a plugin of discourse" in place.ask("list")
        shown = page(f"{address}/actions/core/status?plugin=bad")
        assert "no report yet" in shown
        assert "The same name in another ecosystem: python:bad" in shown
        shown = page(f"{address}/actions/core/status?plugin=Python:Bad")
        assert "python:bad does not load on sample" in shown
        assert "python:bad does not load" in page(f"{address}/plugins/python:bad")
        assert 'href="/plugins/python%3Abad"' in page(f"{address}/plugins/bad")


def test_a_key_that_is_not_valid_is_said(place: Workplace, database: Database) -> None:
    place.install("bad", deed="raises")
    with serving(database) as address:
        place.settings = {"PLUGINWATCH_URL": address, "PLUGINWATCH_KEY": "pw_site_" + "x" * 40}
        told = place.start()
        listed = place.ask("list")
    assert "reports that wait: 1; /status/validate-key.json: HTTP 400" in listed
    assert "pw_site_" not in told + listed


def test_statistics_are_told_where_the_host_says_so(place: Workplace) -> None:
    place.install("good")
    heard: list[tuple[str, Any, Any]] = []
    with recording(heard) as address:
        place.settings = {"PLUGINWATCH_URL": address, "PLUGINWATCH_KEY": "pw_site_x"}
        place.start()
        assert not [path for path, _, _ in heard if path.endswith("/statistics")]
        place.install("good", "1.1")
        place.start(code=SETTLES.replace("patience=", "statistics=True, patience="))
    _, headers, told = next(each for each in heard if each[0].endswith("/statistics"))
    assert told["plugins"][0]["sha"] == "1.1"
    assert told["plugins"][0]["data"]["python"].startswith("3.")
    assert "Api-Key" not in headers


def test_no_report_waits_for_statistics_that_the_server_does_not_take(
    tmp_path: Path, database: Database, key: str
) -> None:
    """What strangers send of them may use up what is taken, and that must cost no report anything."""
    line = {"name": "good", "branch": "sample", "sha": "1.0", "status": 1}
    with serving(database) as address:
        host = HostFacts("sample", "1.0", tells_statistics=True)
        sender = ReportSender(Spool(tmp_path), Address(address, key), host)
        use_up(address)
        assert sender.round([line]) == HOUR
        assert said(database, "good")["verdict"] == "compatible"


def test_what_was_said_lately_is_not_said_again(place: Workplace) -> None:
    place.install("good")
    heard: list[tuple[str, Any, Any]] = []
    with recording(heard) as address:
        place.settings = {"PLUGINWATCH_URL": address, "PLUGINWATCH_KEY": "pw_site_x"}
        place.start()
        place.start()
    assert [path.rpartition("/")[2] for path, _, _ in heard] == ["validate-key.json", "status.json"]


def test_no_redirect_is_followed_with_a_key(place: Workplace) -> None:
    place.install("bad", deed="raises")
    heard: list[tuple[str, Any, Any]] = []
    with recording(heard) as elsewhere, recording([], moved=elsewhere) as address:
        place.settings = {"PLUGINWATCH_URL": address, "PLUGINWATCH_KEY": "pw_site_x"}
        place.start()
    assert heard == []
    assert "HTTP 307" in place.ask("list")


def test_what_is_quarantined_already_is_no_news(place: Workplace) -> None:
    place.install("a", more="import b")
    place.install("b", deed="raises")
    with free_port() as port:
        place.settings = {"PLUGINWATCH_URL": f"http://127.0.0.1:{port}", "PLUGINWATCH_KEY": "k"}
        place.start()
        place.install("a", more="# another line\nimport b")
        place.start()
    assert "reports that wait: 1;" in place.ask("list")


def test_it_is_tried_again_ever_more_seldom(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.add("1", {"name": "bad"})
    with free_port() as port:
        sender = ReportSender(
            spool, Address(f"http://127.0.0.1:{port}", "k"), HostFacts("sample", "1")
        )
        gaps = []
        for _ in range(13):
            gaps.append(sender.round([]))
            assert 0 < sender.round([]) <= gaps[-1]  # it is too early
            spool.keep({**spool.progress(), "not_before": 0})
    assert gaps == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]
    assert len(spool.waiting()) == 1


def test_the_spool_is_bounded_and_says_nothing_twice(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for number in (*range(MOST + 20), MOST):
        spool.add("1", {"name": f"plugin-{number}"})
    names = [each.line["name"] for each in spool.waiting()]
    assert names == [f"plugin-{number}" for number in range(20, MOST + 20)]


def test_the_address_comes_from_arguments_environment_or_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert find() is None
    (tmp_path / "pluginwatch").mkdir()
    file = tmp_path / "pluginwatch" / "guard.ini"
    file.write_text("[pluginwatch]\nurl = https://a.example/\nkey = pw_site_%a\n")
    assert find() == Address("https://a.example", "pw_site_%a")
    monkeypatch.setenv("PLUGINWATCH_KEY", "pw_user_b")
    monkeypatch.setenv("PLUGINWATCH_DOMAIN", "b.example")
    assert find() == Address("https://a.example", "pw_user_b", "b.example")
    assert find(url="http://c.example", key="k") == Address("http://c.example", "k", "b.example")
    for wrong in ({"url": "a.example"}, {"key": "two words"}, {"file": str(tmp_path / "none")}):
        with pytest.raises(AddressError):
            find(**wrong)
    file.write_text("key = pw_site_secret\n")
    with pytest.raises(AddressError, match="must hold") as raised:
        find()
    assert "secret" not in str(raised.value)


@contextmanager
def recording(heard: list[tuple[str, Any, Any]], moved: str = "") -> Iterator[str]:
    """A server that takes everything, or sends everyone elsewhere; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(None)

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self.answer(json.loads(self.rfile.read(length)))

        def answer(self, body: Any) -> None:
            heard.append((self.path, dict(self.headers), body))
            self.send_response(307 if moved else 200)
            self.send_header("Location", f"{moved}{self.path}")
            self.end_headers()
            self.wfile.write(b'{"success": "OK"}')

        def log_message(self, *_words: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
