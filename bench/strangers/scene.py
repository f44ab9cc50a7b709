"""What is there before the strangers come: a master list of 630 plugins, fifty Guards with keys, some honest use, and
what leaked.
"""

import asyncio
import itertools
import time
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection

import aiohttp

from bench.deliveries import SECRET
from bench.stage import PLUGINS, Backend, Stage, plugin
from bench.strangers.guards import GUARDS, ReportingGuard
from bench.strangers.stranger import AttackedServer
from bench.traffic import Machines
from models.database.engine import Database
from models.operating import keys
from models.rules.kinds import KeyKind

_MORE_PLUGINS = 530
# What people and their machines read of any server. What is loaded for that, and for what machines report, and what
# processes then share no more, is no cost of strangers.
_READ = (
    "/", "/?filter=plugin", "/?page=2", f"/plugins/{PLUGINS[0]}", "/plugins/nobody", "/plugin-manager/plugin",
    "/plugin-manager/plugin?filter=plugin&branch=main&order=status&asc=true&tags[]=one&page=1",
    f"/plugin-manager/plugin/{PLUGINS[0]}?branch=main", f"/plugin-manager/status/{PLUGINS[0]}?branch=main",
    f"/plugin-manager/status?plugins[][name]={PLUGINS[0]}&plugins[][name]={PLUGINS[1]}", "/jobs", "/metrics", "/readyz",
    "/docs", "/openapi.json",
)  # fmt: skip
_READERS = 4
_IN_USE_SECONDS = 4
# One Guard in so many is a canary server's.
_SERVERS_EVERY = 5


def scene(backend: Backend) -> tuple[Stage, list[ReportingGuard]]:
    """A stage, with the Guards that will report to it."""
    stage, now = backend.fresh(), datetime.now(UTC)
    with closing(Database(stage.url)) as database, database.write() as session:
        session.add_all(plugin(f"discourse-other-{n}", now) for n in range(_MORE_PLUGINS))
        guards = []
        for number in range(GUARDS):
            domain = f"forum{number}.example.com"
            if number % _SERVERS_EVERY == 0:
                key = keys.create(session, KeyKind.SITE, domain, None, now)
                guards.append(ReportingGuard(number, domain, "Api-Key", key))
            else:
                key = keys.create(session, KeyKind.USER, None, domain, now)
                guards.append(ReportingGuard(number, domain, "User-Api-Key", key))
    return stage, guards


async def honest_use(stage: Stage, port: int) -> None:
    """Let people read all pages, some at once, and each kind of machine report, for a while."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as http:
        machines = Machines(http, stage, port)
        reporting = machines.start()
        until = time.monotonic() + _IN_USE_SECONDS
        reading = [asyncio.to_thread(_read_pages, port, until) for _ in range(_READERS)]
        await asyncio.gather(machines.heard(), *reading)
        for machine in reporting:
            machine.cancel()
        await asyncio.gather(*reporting, return_exceptions=True)


def _read_pages(port: int, until: float) -> None:
    """Read each page once, and again until then, by the monotonic clock."""
    for path in itertools.chain(_READ, itertools.cycle(_READ)):
        with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as line:
            line.request("GET", path)
            line.getresponse().read()
        if time.monotonic() > until and path == _READ[-1]:
            return


def target(stage: Stage, port: int) -> AttackedServer:
    """What strangers attack, and with which keys."""
    now = datetime.now(UTC)
    with closing(Database(stage.url)) as database, database.write() as session:
        site_key = keys.create(session, KeyKind.SITE, "stranger", None, now)
        user_key = keys.create(session, KeyKind.USER, None, "stranger.example.org", now)
    return AttackedServer(port, site_key, user_key, stage.canary_key, SECRET)
