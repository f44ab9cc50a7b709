"""How long a breakage takes to be seen in a Slack channel, at Slack's pace, when many break at once.

It takes some 100 seconds a database on a machine that does nothing else, 60 of them for the last rush; standard error
tells of each rush as it ends.
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import Iterable
from contextlib import closing

import aiohttp
from rich.table import Table

from bench.load import LoadResult
from bench.room import post
from bench.stage import Backend, Stage, running
from models.database.engine import Database
from models.tables import Destination, Subscription
from tests.servers.slack import (
    APP_TOKEN,
    BOT_TOKEN,
    CHANNEL,
    TEAM,
    Asked,
    SlackStandIn,
    slack_stand_in,
)

# Breakages, and within how many seconds.
RUSHES = ((10, 1), (100, 1), (300, 1), (1_000, 1), (100, 60))
_LAST_SECONDS = 20.0
_BRANCH = re.compile(r"[(;] ?(branch-\d+)[,)]")


def measure(backend: Backend) -> Table:
    """A table of how long it took until the channel, and not a thread alone, told of each."""
    table = Table(
        title=f"POST to the message in a Slack channel on {backend.name}", title_justify="left"
    )
    for heading in ("breakages", "within s", "seen", "messages", "p50 s", "p99 s", "worst s"):
        table.add_column(heading, justify="right")
    for breakages, seconds in RUSHES:
        result, messages = asyncio.run(_rush(backend.fresh(), breakages, seconds))
        times = [f"{result.percentile(part) / 1_000:.2f}" for part in (0.5, 0.99, 1.0)]
        seen = f"{len(result.latencies)} of {breakages}"
        row = [str(breakages), str(seconds), seen, str(messages), *times]
        print(*row, sep="\t", file=sys.stderr, flush=True)
        table.add_row(*row)
    return table


async def _rush(stage: Stage, breakages: int, seconds: float) -> tuple[LoadResult, int]:
    _follow(stage)
    async with slack_stand_in() as slack, aiohttp.ClientSession() as http:
        tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
        started = running("bot", stage, **tokens, SLACK_API_URL=slack.url)
        # The bot looks whether Slack is there while it starts, and this loop is what answers.
        await asyncio.to_thread(started.__enter__)
        try:
            with running("webhooks", stage) as web:
                posted = await _post_all(http, web, stage, breakages, seconds)
                return await _seen(slack, posted)
        finally:
            await asyncio.to_thread(started.__exit__, None, None, None)


def _follow(stage: Stage) -> None:
    """Let the channel hear of everything that breaks."""
    with closing(Database(stage.url)) as database, database.write() as session:
        channel = Destination(platform="slack", address=CHANNEL, name="#ops", workspace=TEAM)
        session.add(channel)
        session.flush()
        session.add(Subscription(destination_id=channel.id or 0))


async def _post_all(
    http: aiohttp.ClientSession, web: int, stage: Stage, breakages: int, seconds: float
) -> dict[str, float]:
    """Break so many, evenly; when each was posted, by its branch."""
    posted: dict[str, float] = {}
    began = time.monotonic()
    posting = []
    for n in range(breakages):
        await asyncio.sleep(began + n * seconds / breakages - time.monotonic())
        posting.append(asyncio.create_task(post(http, web, stage, n, posted, breaks=True)))
    await asyncio.gather(*posting)
    return posted


async def _seen(slack: SlackStandIn, posted: dict[str, float]) -> tuple[LoadResult, int]:
    """How long each took, and how many messages the channel, and not a thread alone, got for all of them."""
    deadline = time.monotonic() + _LAST_SECONDS
    while time.monotonic() < deadline and len(_first(slack.asked)) < len(posted):  # noqa: ASYNC110 - it is measured
        await asyncio.sleep(0.05)
    result = LoadResult(1)
    result.latencies = [at - posted[branch] for branch, at in _first(slack.asked).items()]
    return result, sum("thread_ts" not in each for each in slack.calls("chat.postMessage"))


def _first(asked: Iterable[Asked]) -> dict[str, float]:
    """When each branch was first told of in the channel."""
    found: dict[str, float] = {}
    for each in asked:
        if each.arguments.get("channel") == CHANNEL and "thread_ts" not in each.arguments:
            for branch in _BRANCH.findall(json.dumps(each.arguments)):
                found.setdefault(branch, each.at)
    return found
