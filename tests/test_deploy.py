"""The deployment kit: it starts the Procfile's processes with settings that there are, as nobody in particular.

What Debian's tools can look at, they do where they are installed: systemd-analyze, nginx, caddy.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from typer.testing import CliRunner

from bot.slack.modes import PATH
from jobs.__main__ import app as jobs
from models.database.engine import Database
from models.settings import Settings
from models.tables import Job
from models.version import VERSION

ROOT = Path(__file__).parent.parent
KIT = ROOT / "deploy"
UNITS = KIT / "systemd"
PROCESSES = dict(
    re.findall(r"^(\w+): python -m (.+)$", (ROOT / "Procfile").read_text("utf-8"), re.MULTILINE)
)


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((KIT / "compose.yaml").read_text("utf-8"))
    return found


def containerfile() -> str:
    return (KIT / "Containerfile").read_text("utf-8")


def needed(tool: str) -> str:
    found = shutil.which(tool) or shutil.which(tool, path="/usr/sbin")
    if found is None:
        pytest.skip(f"{tool} is not installed, so that this file of the kit is not tried by it")
    return found


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_there_is_one_version_and_the_changelog_dates_it() -> None:
    for project in (ROOT, ROOT / "kit"):
        told = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
        assert told["project"]["version"] == VERSION
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"^## \[{re.escape(VERSION)}\] - \d{{4}}-\d\d-\d\d$", changes, re.MULTILINE)


def test_the_services_are_the_procfiles_processes_and_a_database() -> None:
    services = compose()["services"]
    database = services.pop("database")
    assert {name: " ".join(each["command"]) for name, each in services.items()} == {
        name: f"python -m {words}" for name, words in PROCESSES.items()
    }
    for name, each in {**services, "database": database}.items():
        assert each["read_only"], name
        assert each["cap_drop"] == ["ALL"]
        assert each["security_opt"] == ["no-new-privileges:true"]
        assert "healthcheck" in each or name == "release"
    known = {name.upper() for name in Settings.model_fields}
    for each in services.values():
        assert set(each["environment"]) <= known
        assert "release" in each.get("depends_on", {}) or "migrate" in each["command"]
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]
    gateway = compose()["networks"]["inside"]["ipam"]["config"][0]["gateway"]
    assert gateway in services["web"]["environment"]["FORWARDED_ALLOW_IPS"].split(",")


def test_slack_reaches_the_bot_of_the_containers_whatever_else_is_set() -> None:
    bot = compose()["services"]["bot"]
    port = Settings.model_fields["slack_port"].default
    assert bot["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert (bot["environment"]["HOST"], bot["environment"]["SLACK_PORT"]) == ("0.0.0.0", port)
    assert (
        compose()["services"]["web"]["environment"]["PORT"] == Settings.model_fields["port"].default
    )


def test_a_bot_is_well_without_its_room_and_with_one_that_answers() -> None:
    command = compose()["services"]["bot"]["healthcheck"]["test"][2:]

    def is_well(room: str) -> bool:
        environment = {**os.environ, "LOCAL_CHAT_PORT": room}
        done = subprocess.run(
            [sys.executable, *command],
            env=environment,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return done.returncode == 0

    with HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as room:
        Thread(target=room.serve_forever, daemon=True).start()
        answers = is_well(str(room.server_port))
        room.shutdown()
    assert [answers, is_well(str(room.server_port)), is_well("0")] == [True, False, True]


def test_the_image_holds_what_the_processes_import_and_runs_as_nobody() -> None:
    copied = set(re.findall(r"^COPY (\w+) /opt/pluginwatch/\1$", containerfile(), re.MULTILINE))
    rooms = {words.split()[0] for words in PROCESSES.values()}
    assert copied == rooms | {"kit", "bundled"}
    let_in = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE))
    assert let_in == copied | {"requirements.txt"}
    user = re.findall(r"^USER (\d+)", containerfile(), re.MULTILINE)
    assert user
    assert user[-1] != "0"
    assert "--require-hashes" in containerfile()
    assert "/opt/pluginwatch/REVISION" in containerfile()


def test_the_units_start_the_same_processes() -> None:
    wanted = set(
        re.findall(r"pluginwatch@(\w+)\.service", (UNITS / "pluginwatch.target").read_text())
    )
    assert {*wanted, "models migrate"} == set(PROCESSES.values())
    for name in ("pluginwatch@.service", "pluginwatch-release.service"):
        lines = (UNITS / name).read_text("utf-8").splitlines()
        for line in ("NoNewPrivileges=true", "ProtectSystem=strict", "CapabilityBoundingSet="):
            assert line in lines


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = needed("systemd-analyze")
    shutil.copytree(UNITS, tmp_path, dirs_exist_ok=True)
    for name in ("pluginwatch@.service", "pluginwatch-release.service"):
        unit = (
            (UNITS / name)
            .read_text("utf-8")
            .replace("/opt/pluginwatch/.venv/bin/python", sys.executable)
        )
        (tmp_path / name).write_text(unit, "utf-8")
    units = [
        "pluginwatch-release",
        *(f"pluginwatch@{each}" for each in ("webhooks", "bot", "jobs")),
    ]
    for unit in units[1:]:
        shutil.copy(tmp_path / "pluginwatch@.service", tmp_path / f"{unit}.service")
    said = run(analyze, "verify", "--man=no", *(f"{tmp_path}/{each}.service" for each in units))
    assert "pluginwatch" not in said


def test_nginx_takes_its_example(tmp_path: Path) -> None:
    example = (KIT / "proxies" / "nginx.conf").read_text("utf-8")
    assert f"proxy_pass http://127.0.0.1:{Settings.model_fields['port'].default};" in example
    nginx = needed("nginx")
    certificate, key = a_certificate(tmp_path)
    example = re.sub(r"(ssl_certificate ) *\S+;", rf"\1{certificate};", example)
    example = re.sub(r"(ssl_certificate_key )\S+;", rf"\1{key};", example)
    (tmp_path / "site.conf").write_text(example, "utf-8")
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{ include {tmp_path}/site.conf; }}\n", "utf-8"
    )
    assert "test is successful" in run(nginx, "-t", "-c", str(whole), "-e", str(tmp_path / "log"))


def test_caddy_takes_its_example() -> None:
    caddy = needed("caddy")
    file = str(KIT / "proxies" / "Caddyfile")
    told = run(caddy, "adapt", "--config", file, "--adapter", "caddyfile")
    assert "127.0.0.1:8000" in told


def test_proxies_keep_metrics_to_this_machine_and_lead_slack_to_the_bot() -> None:
    slack = f"127.0.0.1:{Settings.model_fields['slack_port'].default}"
    nginx = (KIT / "proxies" / "nginx.conf").read_text("utf-8")
    assert re.search(r"location = /metrics \{\s+return 403;", nginx)
    assert re.search(rf"location = {PATH} \{{\s+proxy_pass http://{slack};", nginx)
    caddy = (KIT / "proxies" / "Caddyfile").read_text("utf-8")
    assert "respond /metrics 403\n" in caddy
    assert f"reverse_proxy {PATH} {slack}\n" in caddy


def a_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that nobody trusts, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "pluginwatch.example.com")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


def test_jobs_says_whether_its_clock_ticks(
    database: Database, database_url: str, now: datetime
) -> None:
    def said() -> tuple[int, str]:
        key = "a key for links which is long enough"
        environment = {"DATABASE_URL": database_url, "LINK_SIGNING_KEY": key}
        done = CliRunner().invoke(jobs, ["check"], env=environment)
        return done.exit_code, done.output

    assert said()[0] == 0
    with database.write() as session:
        session.add(
            Job(name="prune", rhythm="daily", limit_seconds=60, next_at=now - timedelta(days=2))
        )
    code, words = said()
    assert (code, "The scheduler does not run" in words) == (1, True)
