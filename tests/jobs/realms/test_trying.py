"""`python -m jobs try`: a real extension in its jail asks, fetches through the host, and never holds a secret."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.extensions.bundled import copy_sample
from tests.servers.receiver import receiver
from tests.waiting import LONG

MANIFEST = """\
api = 1
handle = "sample"
name = "Sample"
version = "{version}"
status = "beta"
created = 2026-11-01
publisher = "ACME"
website = "https://acme.example"
description = "A sample."
licence = "MIT"
host = {{ needs = ">=0.1" }}
may = {{ read = "public", fetch = ["option:server"] }}
option.server = {{ type = "server", required = true }}
option.token = {{ type = "secret", for = "option:server" }}
action = [
  {{ name = "list", kind = "question", summary = "All", run = "plugins" }},
  {{ name = "send", kind = "question", summary = "Post", run = "send", takes = [
    {{ name = "to", type = "text", about = "Where" }},
  ] }},
]
"""
CODE = """
def plugins(call):
    return call.ask("list")

def send(call, to=""):
    answer = call.fetch(to or call.options["server"] + "/x", method="POST",
        headers={"Authorization": "Bearer {option:token}"}, body="hi")
    return f"{answer.status} {sorted(call.options)}"
"""
SECRET = "tripwire-5b1e9f07aa"


def run(
    folder: Path, *words: str, server: str, version: str = "1.0"
) -> "subprocess.CompletedProcess[str]":
    site = folder / "site"
    (site / "sample-1.0.dist-info").mkdir(parents=True, exist_ok=True)
    (folder / "extension.toml").write_text(MANIFEST.format(version=version))
    (site / "sample.py").write_text(CODE)
    (site / "sample-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: sample\nVersion: 1.0\n"
    )
    (site / "sample-1.0.dist-info" / "entry_points.txt").write_text(
        "[pluginwatch.extensions]\nsample = sample\n"
    )
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder}/x.sqlite3",
        "EXTENSION_SAMPLE_SERVER": server,
        "EXTENSION_SAMPLE_TOKEN": SECRET,
        "WEBHOOK_PRIVATE_HOSTS": "127.0.0.1",
    }
    command = [sys.executable, "-m", "jobs", "try", str(folder), *words]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=LONG, check=False
    )


def test_it_greets_asks_and_fetches(tmp_path: Path) -> None:
    with receiver() as there, receiver() as elsewhere:
        server = f"http://127.0.0.1:{there.port}"
        asked = run(tmp_path, "list", server=server)
        assert asked.returncode == 0, asked
        assert "greets as its manifest says" in asked.stdout
        sent = run(tmp_path, "send", server=server)
        assert "204 ['server']" in sent.stdout, sent
        ((path, headers, body),) = there.received
        assert (path, headers["authorization"], body) == ("/x", f"Bearer {SECRET}", b"hi")
        refused = run(tmp_path, "send", f"http://127.0.0.1:{elsewhere.port}/", server=server)
        assert refused.returncode == 1
        assert "is not declared" in refused.stderr
        assert "\nTraceback (most recent call last):\n" in refused.stdout, "as an author reads it"
        misspelt = run(tmp_path, "lst", server=server)
        assert "has no such action; there are: list, send" in misspelt.stderr
        assert elsewhere.received == []
        for each in (asked, sent, refused):
            assert SECRET not in each.stdout + each.stderr


def test_it_is_tried_again_when_a_file_changes(tmp_path: Path) -> None:
    assert run(tmp_path, server="https://a.example").returncode == 0, "it is made"
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}.sqlite3",
        "EXTENSION_SAMPLE_SERVER": "https://a.example",
        "EXTENSION_SAMPLE_TOKEN": SECRET,
    }
    # What is never heard must not be waited for without end.
    command = ["timeout", "60", sys.executable, "-m", "jobs", "try", str(tmp_path), "--watch"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        try:
            assert process.stdout
            heard = iter(process.stdout.readline, "")
            assert any("It brings sample 1.0" in line for line in heard)
            (tmp_path / "extension.toml").write_text(MANIFEST.format(version="2.0"))
            assert any("its wheel is version 1.0" in line for line in heard)
            (tmp_path / "extension.toml").write_text(MANIFEST.format(version="1.0"))
            assert any("It brings sample 1.0" in line for line in heard)
        finally:
            process.terminate()


@pytest.mark.parametrize(
    ("server", "version", "words"),
    [
        ("", "1.0", "EXTENSION_SAMPLE_SERVER is missing"),
        ("https://a.example", "2.0", "its wheel is version 1.0"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, server: str, version: str, words: str) -> None:
    done = run(tmp_path, server=server, version=version)
    assert done.returncode == 1
    assert words in done.stderr


def test_in_the_same_process_a_debugger_stops_in_the_folder_that_one_works_in(
    tmp_path: Path,
) -> None:
    copy_sample("acmehello", "Me", tmp_path / "acmehello")
    code = tmp_path / "acmehello" / "acmehello" / "__init__.py"
    begins = "    name = whom or"
    original = code.read_text()
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3"}

    def tried(inserted: str) -> "subprocess.CompletedProcess[str]":
        code.write_text(original.replace(begins, f"    {inserted}\n{begins}"))
        command = [sys.executable, "-m", "jobs", "try", f"{tmp_path}/acmehello", "hello", "--same"]
        return subprocess.run(
            command,
            input="c\n",
            capture_output=True,
            text=True,
            env=environment,
            timeout=LONG,
            check=False,
        )

    stopped = tried("breakpoint()")
    assert f"> {code}(" in stopped.stdout
    assert "Hello you!" in stopped.stdout
    raised = tried("raise ValueError('mine')")
    assert (raised.returncode, raised.stderr.splitlines()[-1]) == (1, "ValueError: mine")
