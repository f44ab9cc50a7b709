"""Much of what is right in form: to fill tables and memory, or to keep the writer from Guards."""

import json
import uuid
from datetime import UTC, datetime

from bench.stage import PLUGINS
from bench.strangers.stranger import Stranger

_HOST = {"branch": "tests-passed", "sha": f"{3:040x}"}
_MEGABYTE_OF_DATA = {"notes": "password=hunter2 " * 60_000}
_STATISTICS = "/plugin-manager/statistics"
_REPORT = "/plugin-manager/status"


async def statistics_of_a_megabyte(stranger: Stranger) -> None:
    """Statistics of one site, with a mebibyte of data."""
    await _tell(stranger, "forum.example.com", [{**_usage(PLUGINS[0]), "data": _MEGABYTE_OF_DATA}])


async def invented_sites(stranger: Stranger) -> None:
    """Statistics of a site that is not there, with every plugin at an invented branch."""
    branch = uuid.uuid4().hex
    await _tell(
        stranger, f"{branch}.example.com", [{**_usage(name), "branch": branch} for name in PLUGINS]
    )


async def one_plugin_a_thousand_times(stranger: Stranger) -> None:
    """Statistics that name one plugin a thousand times."""
    await _tell(stranger, "forum.example.com", [_usage(PLUGINS[1])] * 1_000)


async def report_a_thousand_times(stranger: Stranger) -> None:
    """A valid key's report that names one plugin a thousand times, with a message of 900 bytes each."""
    line = {
        "name": PLUGINS[1],
        "branch": "main",
        "sha": f"{9:040x}",
        "status": 2,
        "message": "x" * 900,
    }
    body = {"domain": "stranger.example.com", "plugins": [line] * 1_000, "discourse": _HOST}
    await stranger.ask("POST", _REPORT, {"Api-Key": stranger.target.site_key}, _json(body))


async def incidents(stranger: Stranger) -> None:
    """A valid key that breaks a branch of its own in each line, so that each is an incident."""
    lines = [
        {
            "name": name,
            "branch": uuid.uuid4().hex,
            "sha": uuid.uuid4().hex,
            "status": 2,
            "message": uuid.uuid4().hex,
        }
        for name in PLUGINS[:20]
    ]
    body = {"domain": "stranger.example.com", "plugins": lines, "discourse": _HOST}
    await stranger.ask("POST", _REPORT, {"Api-Key": stranger.target.site_key}, _json(body))


async def invented_domains(stranger: Stranger) -> None:
    """A valid key of a canary server that speaks for a new domain each time."""
    line = {"name": PLUGINS[2], "branch": "main", "sha": f"{9:040x}", "status": 1}
    body = {"domain": f"{uuid.uuid4().hex}.example.com", "plugins": [line], "discourse": _HOST}
    await stranger.ask("POST", _REPORT, {"Api-Key": stranger.target.site_key}, _json(body))


async def registrations(stranger: Stranger) -> None:
    """A valid key of a client site that registers the whole master list, and a thousand names that are none."""
    names = stranger.chance.choice(
        [PLUGINS, [uuid.uuid4().hex for _ in range(1_000)], ["\u202e" * 75] * 1_000]
    )
    domain = stranger.chance.choice(["stranger.example.org", f"{uuid.uuid4().hex}.example.org"])
    body = {"domain": domain, "plugins": list(names)}
    await stranger.ask(
        "POST",
        "/plugin-manager/user/register",
        {"User-Api-Key": stranger.target.user_key},
        _json(body),
    )


async def wrong_keys(stranger: Stranger) -> None:
    """A key that nobody made, another one each time."""
    header = stranger.chance.choice(["Api-Key", "User-Api-Key"])
    await stranger.ask("POST", _REPORT, {header: f"pw_site_{uuid.uuid4().hex}"}, b"{}")


async def validated_keys(stranger: Stranger) -> None:
    """Whether a key is valid, of which the database is asked each time."""
    key = stranger.chance.choice(
        [stranger.target.site_key, uuid.uuid4().hex, "\xe4\xff", "a" * 8_000]
    )
    await stranger.ask("GET", "/plugin-manager/status/validate-key", {"Api-Key": key})


async def unknown_heartbeats(stranger: Stranger) -> None:
    """The address of a cron job that nobody made, another one each time."""
    signal = stranger.chance.choice(["", "/start", "/fail", "/1"])
    await stranger.ask("POST", f"/heartbeats/{uuid.uuid4().hex}{signal}", body=b"log " * 1_000)


async def heartbeat_logs(stranger: Stranger) -> None:
    """The same, with a log of 4 MiB that looks like secrets."""
    await stranger.ask(
        "POST", f"/heartbeats/{uuid.uuid4().hex}", body=b"password=" * (4 * 1024 * 1024 // 9)
    )


async def runs_without_end(stranger: Stranger) -> None:
    """A canary's valid key that begins a run each time, with 500 steps."""
    step = {
        "name": "open the site",
        "result": "passed",
        "duration_ms": 1,
        "message": "Error: x" * 100,
    }
    body = canary_run() | {"steps": [step] * 500}
    headers = {"Authorization": f"Bearer {stranger.target.canary_key}"}
    await stranger.ask("PUT", f"/canary/runs/{uuid.uuid4().hex}", headers, _json(body))


def canary_run() -> dict[str, object]:
    """A run that has just begun."""
    started_at = datetime.now(UTC).isoformat()
    return {"server": "bench", "host": _HOST, "started_at": started_at, "steps": [], "plugins": []}


async def _tell(stranger: Stranger, host: str, plugins: list[dict[str, object]]) -> None:
    body = {"discourse": {"host": host, **_HOST}, "plugins": plugins}
    await stranger.ask("POST", _STATISTICS, body=_json(body))


def _usage(name: str) -> dict[str, object]:
    return {
        "name": name,
        "branch": "main",
        "sha": f"{5:040x}",
        "url": f"https://github.com/example/{name}",
    }


def _json(body: object) -> bytes:
    return json.dumps(body).encode()
