"""Packages of extensions fetched from a server on loopback: only the very one that was meant."""

import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from jobs.fetching_packages import FetchError, fetch_package
from tests.models.extensions.packages import package
from tests.servers.serving import Silent, serving

ROOT = Path(__file__).parents[2]

PACKAGE = package()
HASH = sha256(PACKAGE).hexdigest()
HERE = frozenset({"127.0.0.1"})


class _Publisher(Silent, BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/moved/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/moved"))
        elif self.path.startswith("/away/"):
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/jira.zip")
        elif self.path == "/jira.zip":
            self.send_response(200)
            self.send_header("Content-Length", str(len(PACKAGE)))
            self.end_headers()
            self.wfile.write(PACKAGE)
            return
        elif self.path == "/large.zip":
            self.send_response(200)
            self.end_headers()
            for _ in range(65):
                self.wfile.write(b"\0" * (1 << 20))
            return
        else:
            self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture
def publisher() -> Iterator[str]:
    with serving(_Publisher) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("path", ["/jira.zip", "/moved/jira.zip", "/moved/moved/jira.zip"])
def test_the_very_package_that_was_meant_lies_in_incoming(
    publisher: str, tmp_path: Path, path: str
) -> None:
    incoming = tmp_path / "incoming"
    made = fetch_package(f"{publisher}{path}", HASH.upper(), incoming, HERE)
    assert made == incoming / "jira.zip"
    assert made.read_bytes() == PACKAGE
    assert list(incoming.iterdir()) == [made]


@pytest.mark.parametrize(
    ("path", "expected", "reason"),
    [
        ("/jira.zip", "0" * 64, f"has the SHA-256 {HASH}, and so is another one"),
        ("/other.zip", HASH, "answered with status 404"),
        ("/large.zip", HASH, "did not send it"),
        ("/away/jira.zip", HASH, "169.254.169.254"),
        ("/moved" * 7 + "/jira.zip", HASH, "did not send it: TooManyRedirects"),
        ("/jira.tar.gz", HASH, "must end with the package's name"),
        ("/..%2fjira.zip", HASH, "must end with the package's name"),
        ("/.jira.zip", HASH, "must end with the package's name"),
    ],
)
def test_anything_else_leaves_nothing(
    publisher: str, tmp_path: Path, path: str, expected: str, reason: str
) -> None:
    with pytest.raises(FetchError, match=reason):
        fetch_package(f"{publisher}{path}", expected, tmp_path / "incoming", HERE)
    assert not list(tmp_path.rglob("*.zip*"))


def test_only_https_and_only_public_hosts(publisher: str, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="must begin with https"):
        fetch_package(f"{publisher}/jira.zip", HASH, tmp_path, frozenset())
    with pytest.raises(FetchError, match=r"127\.0\.0\.1"):
        fetch_package("https://127.0.0.1/jira.zip", HASH, tmp_path, frozenset())


def test_from_the_command_line(
    publisher: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # A process of its own, for the command sets up the log of the whole process.
    given = {**os.environ, "WEBHOOK_PRIVATE_HOSTS": "127.0.0.1", "PYTHONPATH": str(ROOT)}
    fetch = [sys.executable, "-m", "jobs", "fetch", f"{publisher}/jira.zip", "--sha256"]
    done = subprocess.run([*fetch, "00"], env=given, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.split(":")[0]) == (1, "Nothing was fetched")
    done = subprocess.run([*fetch, HASH], env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith("extensions/incoming/jira.zip is there.")
