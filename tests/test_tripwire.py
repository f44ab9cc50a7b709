"""No secret of any setting comes out: not in what processes say, not in the database, not on a page."""

import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy
from pydantic import SecretStr
from typer.testing import CliRunner

from bench.stage import free_port
from models.__main__ import app
from models.database.engine import Database
from models.operating import hooks
from models.operating.sealing import Sealer
from models.settings import Settings
from tests.waiting import LONG

ROOT = Path(__file__).parents[1]
PROCESSES = ("webhooks", "bot", "jobs")
_BEGINS = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}
_OTHERWISE = {"github_app_private_key"}


def a_secret() -> str:
    """Unlike all else, and of no shape that redaction would know."""
    return f"tripwire {secrets.token_hex(12)} wire"


def every_secret(nowhere: str) -> tuple[dict[str, str], list[str]]:
    """A value for each secret setting, as the environment holds it, and what must never be seen."""
    names = [name for name, field in Settings.model_fields.items() if field.annotation is SecretStr]
    hidden = {
        name: f"{_BEGINS.get(name, '')}{a_secret()}" for name in names if name not in _OTHERWISE
    }
    server = f'{{"url": "{nowhere}", "username": "u", "password": "{hidden["canary_servers"]}"}}'
    given = {
        **hidden,
        "canary_servers": f'{{"beta": {server}}}',
        "smtp_url": f"smtp://u:{hidden['smtp_url'].replace(' ', '-')}@127.0.0.1:9",
    }
    return {name.upper(): value for name, value in given.items()}, [
        *hidden.values(),
        given["smtp_url"].split(":")[2],
    ]


def seen(texts: Mapping[str, str], hidden: list[str]) -> list[str]:
    """Where a secret is seen, whole or in its middle part."""
    parts = {
        secret.removesuffix(" wire").rpartition("tripwire")[2].strip(" -")[:24] for secret in hidden
    }
    return [where for where, text in texts.items() if any(part in text for part in parts)]


def stored(database_url: str) -> str:
    """All that the database holds, in every table, and in SQLite's files byte for byte."""
    with closing(Database(database_url)) as database:
        with database.engine.connect() as connection:
            tables = sqlalchemy.inspect(database.engine).get_table_names()
            rows = [
                list(connection.execute(sqlalchemy.text(f'SELECT * FROM "{name}"')))
                for name in tables
            ]
        path = Path(str(database.url.database)) if database.is_sqlite else None
        files = path.parent.glob(f"{path.name}*") if path else ()
        return str(rows) + "".join(file.read_bytes().decode("latin-1") for file in files)


def _hooks_with(hook: str, signing_secret: str, database_url: str) -> str:
    """What the list of hooks tells, once this one is added."""
    sealer = Sealer(SecretStr(signing_secret))
    with closing(Database(database_url)) as database, database.write() as session:
        hooks.add(session, sealer, hook, "ops", (), {"127.0.0.1"})
        return str(hooks.listing(session))


def test_nothing_tells_a_secret(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stop = signal.SIGTERM if "sqlite" in database_url else signal.SIGINT
    nowhere = f"http://127.0.0.1:{free_port()}"
    given, hidden = every_secret(nowhere)
    port = free_port()
    hook = f"{nowhere}/hook?token={a_secret().replace(' ', '-')}"
    hidden.append(hook.partition("token=")[2])
    environment = {
        **os.environ, **given, "PYTHONPATH": str(ROOT), "DATABASE_URL": database_url, "LOG_LEVEL": "DEBUG",
        "PORT": str(port), "LOCAL_CHAT_PORT": str(free_port()), "SLACK_API_URL": f"{nowhere}/api/",
        "DISCORD_API_URL": f"{nowhere}/api/v10", "GITHUB_API_URL": nowhere, "DISCOURSE_URL": nowhere,
        "SMTP_FROM": "pluginwatch@example.com", "WEBHOOK_PRIVATE_HOSTS": "127.0.0.1",
    }  # fmt: skip

    said = {"hooks": _hooks_with(hook, given["WEBHOOK_SIGNING_SECRET"], database_url)}
    running = {name: _started(name, tmp_path, environment) for name in PROCESSES}
    try:
        said |= {
            path: _page(f"http://127.0.0.1:{port}{path}")
            for path in ("/", "/readyz", "/metrics", "/jobs")
        }
        said["check"] = CliRunner().invoke(app, ["check"], env=environment).output
        _wait_until(lambda: "delivering" in (tmp_path / "jobs.log").read_text())
    finally:
        for process in running.values():
            process.send_signal(stop)
        for process in running.values():
            _ended(process)
    assert {name: process.returncode for name, process in running.items()} == dict.fromkeys(
        running, 0
    )
    said |= {f"{name}.log": (tmp_path / f"{name}.log").read_text() for name in PROCESSES}
    said["database"] = stored(database_url)
    assert all(said.values())
    assert seen(said, hidden) == []


@pytest.mark.parametrize("words", [*PROCESSES, "models check"])
def test_no_process_starts_with_wrong_settings_or_shows_them(words: str, tmp_path: Path) -> None:
    wrong = a_secret()
    (tmp_path / ".env").write_text(f"DATABSE_URL=x\n{wrong}\n")
    given = {
        "DISCORD_TOKEN": wrong, "GITHUB_WEBHOOK_SECRET": "s", "SMTP_URL": f"smtp://u:{wrong}@h:x", "PORT": wrong,
        "DATABASE_URL": f"{wrong}://u:{wrong}@h/x", "PUBLIC_URL": f"https://u:{wrong}@h:99999/", "HOST": wrong,
        "CANARY_SERVERS": wrong, "SLACK_BOT_TOKEN": wrong, "ADMINS": wrong, "LINK_SIGNING_KEY": "short",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", *words.split()], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT), **given},
        capture_output=True, text=True, timeout=LONG, check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert seen({"said": said}, [wrong]) == []
    for name in set(given) - {"DISCORD_TOKEN"}:
        assert f"{name} " in said, name
    assert ".env, line 1: DATABSE_URL is no setting; DATABASE_URL was probably meant" in said
    assert ".env, line 2: this is not NAME=value" in said
    assert "dotenv" not in said
    assert "Traceback" not in said


# A shell lets what runs in its background ignore SIGINT, and so would the processes.
_STARTING = """import runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module(sys.argv.pop(), run_name="__main__", alter_sys=True)
"""


def _started(name: str, folder: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-c", _STARTING, name],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
        )


def _ended(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(12)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _page(address: str) -> str:
    deadline = time.monotonic() + LONG
    while True:
        try:
            with urllib.request.urlopen(address) as answer:
                return str(answer.headers) + answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.read().decode()
        except OSError:
            assert time.monotonic() < deadline, address
            time.sleep(0.1)


def _wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)
