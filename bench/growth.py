"""Questions and pages where there are few plugins, and where there are very many of which a third are broken."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from functools import partial

import aiohttp
from rich.table import Table
from sqlmodel import select

from bench.load import LoadResult
from bench.stage import Backend, Stage, running
from models.database import bulk
from models.database.engine import Database
from models.recording.verdicts.standing import renew_standings
from models.tables import Plugin
from models.tables.master_list_line import BETWEEN, words_of

# Plugins of the master list, and open incidents among them.
SIZES = ((300, 100), (30_000, 10_000))
TIMES = 60
_COLD = 5
_CHUNK = 10_000
QUESTIONS = ("plugin status discourse-grown-7", "plugin list", "plugin failing")
# Of either master list the filter leaves more than one page.
PAGES = (
    "/",
    "/?filter=grown-1",
    "/?order=sites",
    "/history",
    "/plugins/discourse-grown-7",
    "/plugin-manager/plugin",
    "/plugin-manager/plugin?filter=grown-1",
    "/plugin-manager/plugin?filter=broken&branch=stable",
    "/plugin-manager/plugin?tags[]=chat",
    "/plugin-manager/plugin?order=owner_name",
    "/plugin-manager/plugin?order=status&branch=stable",
    "/feed.atom",
    "/api/v2/summary.json",
)

Ask = Callable[[], Awaitable[None]]


def measure(backend: Backend) -> Table:
    """A table of the latencies of each question and page, one asked after the other."""
    title = f"Questions and pages at {SIZES[0][0]:,} and {SIZES[1][0]:,} plugins on {backend.name}"
    table = Table(title=title, title_justify="left")
    for heading in ("asked", "p50 ms", "p99 ms", "p50 ms, many", "p99 ms, many", "growth"):
        table.add_column(heading, justify="left" if heading == "asked" else "right")
    few, many = (_measured(backend, plugins, broken) for plugins, broken in SIZES)
    for name, result in few.items():
        times = (*_middle_and_end(result), *_middle_and_end(many[name]))
        table.add_row(name, *(f"{each:.1f}" for each in times), f"{times[2] / times[0]:.1f}")
    return table


def _middle_and_end(result: LoadResult) -> tuple[float, float]:
    return result.percentile(0.5), result.percentile(0.99)


def _measured(backend: Backend, plugins: int, broken: int) -> dict[str, LoadResult]:
    stage = backend.fresh()
    grow(stage, plugins, broken)
    with running("bot", stage) as room, running("webhooks", stage) as web:
        return asyncio.run(_ask_all(stage, room, web))


async def _ask_all(stage: Stage, room: int, web: int) -> dict[str, LoadResult]:
    found: dict[str, LoadResult] = {}
    # A reader with a key gets no page that was made for others a moment ago.
    headers = {"Api-Key": stage.key}
    async with (
        # What an answer is unpacked in is the reader's own time.
        aiohttp.ClientSession(
            f"http://127.0.0.1:{web}", headers=headers, auto_decompress=False
        ) as http,
        http.ws_connect(f"http://127.0.0.1:{room}/ws", max_msg_size=0) as socket,
    ):
        for text in QUESTIONS:
            found[f"/{text}"] = await _times(partial(_question, socket, text))
        for path in PAGES:
            found[f"GET {path}"] = await _times(partial(_page, http, path))
    return found


async def _times(ask: Ask) -> LoadResult:
    result = LoadResult(1)
    for n in range(TIMES + _COLD):
        asked = time.perf_counter()
        await ask()
        if n >= _COLD:
            result.latencies.append(time.perf_counter() - asked)
    return result


async def _question(socket: aiohttp.ClientWebSocketResponse, text: str) -> None:
    await socket.send_json({"text": f"/{text}"})
    while not (said := json.loads((await socket.receive()).data)).get("private"):
        pass
    assert "discourse-" in str(said), said["title"]


async def _page(http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(path) as answer:
        assert answer.status == 200, path
        await answer.read()


def grow(stage: Stage, plugins: int, broken: int) -> None:
    """Plugins that run somewhere, well on three host branches, but for the first ones, which fail on one of them."""
    with closing(Database(stage.url)) as database, database.write() as session:
        for start in range(0, plugins, _CHUNK):
            rows = [(f"discourse-grown-{n}",) for n in range(start, min(start + _CHUNK, plugins))]
            bulk.run(session, _PLUGINS, rows, nothing="{}")
        bulk.run(session, _VERDICTS, broken=broken)
        bulk.run(session, _STATUSES)
        bulk.run(session, _INCIDENTS)
        bulk.run(session, _STORIES)
        bulk.run(session, _SITES)
        bulk.run(session, _LINES, between=BETWEEN, tags=words_of((), ("chat", "grown")))
        renew_standings(session, [id_ or 0 for id_ in session.exec(select(Plugin.id))])
        bulk.run(session, "ANALYZE")
    stage.tidy()


_PLUGINS = """
INSERT INTO plugin (handle, name, repository, repository_key, provisional, problems, tags, topics,
                    compat_branches, maintainers, edited, ecosystem, files_issues, closes_issues, about,
                    authors, path, created_at, updated_at)
SELECT handle, handle, 'grown/' || handle, 'grown/' || handle, false, '[]', '["chat", "grown"]', '[]',
       '[]', '[]', :nothing, 'discourse', false, false, 'Adds a panel below each topic',
       'Grown together', '', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP
FROM {rows(handle text)} r
"""
_LINES = """
INSERT INTO master_list_line (plugin_id, handle, is_listed, ecosystem, words, tags, spelt_tags, about, names_status,
                              owner, updated_at, mildness, keyed_sites, told_sites)
SELECT p.id, p.handle, true, p.ecosystem, p.handle || :between || p.repository || :between || :tags, :tags,
       '', lower(p.about), false, 'grown', p.updated_at, 4, 1 + p.id % 7, 0 FROM plugin p
WHERE NOT EXISTS (SELECT 1 FROM master_list_line l WHERE l.plugin_id = p.id)
"""
_SITES = """
INSERT INTO statistic_day (day, plugin_id, keyed, host_branch, plugin_branch, plugin_sha, sites)
SELECT CURRENT_DATE, id, true, 'stable', 'main', 'aaaa', 1 + id % 7 FROM plugin
"""
_VERDICTS = """
INSERT INTO source_verdict (plugin_id, plugin_branch, host_branch, source, verdict, plugin_sha, host_sha, changed_at,
                            seen_at, expired, good_rounds)
SELECT p.id, 'main', h.branch, 'guard', CASE WHEN h.branch = 'stable' AND p.id <= :broken THEN 'incompatible'
       ELSE 'compatible' END, 'aaaa', 'bbbb', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, false, 0
FROM plugin p CROSS JOIN (SELECT 'tests-passed' AS branch UNION SELECT 'beta' UNION SELECT 'stable') h
"""
_STATUSES = """
INSERT INTO status (plugin_id, plugin_branch, host_branch, verdict, changed_at)
SELECT plugin_id, plugin_branch, host_branch, verdict, changed_at FROM source_verdict
"""
_INCIDENTS = """
INSERT INTO incident (plugin_id, plugin_branch, host_branch, origin, verdict, opened_at, updated_at, times, confirmed,
                      bad_plugin_sha, bad_host_sha, last_plugin_sha, last_host_sha, suspect, fingerprint, cause,
                      cause_words, message, backtrace, failing_sites)
SELECT plugin_id, plugin_branch, host_branch, 'guard', verdict, changed_at, changed_at, 1, true, 'aaaa', 'bbbb', 'aaaa',
       'bbbb', 'plugin', 'f' || plugin_id, '', '', 'NameError: uninitialized constant Grown', 'lib/grown.rb', 0
FROM source_verdict WHERE verdict = 'incompatible'
"""
_STORIES = """
INSERT INTO story_entry (incident_id, at, kind, plugin_sha, host_sha, fingerprint, words, quiet)
SELECT id, opened_at, 'opened', bad_plugin_sha, bad_host_sha, fingerprint, 'Broke at plugin aaaa with host bbbb', false
FROM incident
"""
