"""What the web process costs meanwhile: its memory, its event loop's longest gap, and what the database keeps."""

import asyncio
import re
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from bench.slots import descendants
from bench.stage import Stage
from models.database import bulk
from models.database.engine import Database

_POLL_SECONDS = 0.05
# Each look takes 35 ms of a processor, which Guards and the server do not have then.
_MEASURE_SECONDS = 0.5
_PATIENCE_SECONDS = 30
_POLL = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
# Of a page that processes share, each has its share.
_PSS = re.compile(r"^Pss: +(\d+) kB$", re.MULTILINE)
# An address of this machine that no stranger uses, so that no limit of theirs is met.
_OWN_ADDRESS = ("127.9.9.9", 0)

_SIZES = {
    "sqlite": """
        SELECT tbl_name, sum(pgsize) FROM sqlite_master JOIN dbstat ON dbstat.name = sqlite_master.name
        GROUP BY tbl_name""",
    "postgresql": """
        SELECT relname, pg_total_relation_size(oid) FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace""",
}


class Sample(NamedTuple):
    """One observation, at a moment of the monotonic clock: seconds of a poll, or bytes of memory."""

    at: float
    figure: float


class TableSize(NamedTuple):
    """Of one table: its rows, and its bytes with its indexes."""

    rows: int
    size: int


async def polls(port: int, seen: list[Sample]) -> None:
    """Ask again and again whether the process lives; what nobody answers counts as long as it was waited for,
    and so does a connection that nobody takes.
    """
    while True:
        asked = time.monotonic()
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", port, local_addr=_OWN_ADDRESS
                )
        except (OSError, TimeoutError):
            seen.append(Sample(asked, time.monotonic() - asked))
        else:
            with closing(writer), suppress(OSError, EOFError, TimeoutError):
                await _poll_on(reader, writer, seen)
        await asyncio.sleep(_POLL_SECONDS)


async def _poll_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: list[Sample]
) -> None:
    """Ask on one connection, until it ends."""
    while True:
        asked = time.monotonic()
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                writer.write(_POLL)
                await reader.readuntil(b"}")  # the end of the one JSON object
        finally:
            seen.append(Sample(asked, time.monotonic() - asked))
        await asyncio.sleep(_POLL_SECONDS)


async def memory(pid: int, alone: list[Sample], together: list[Sample]) -> None:
    """Measure again and again what the process takes, alone and together with all that it started.

    Pages that processes share are counted once.
    """
    while True:
        now = time.monotonic()
        own, others = await asyncio.to_thread(pss_of_tree, pid)
        alone.append(Sample(now, own))
        together.append(Sample(now, own + others))
        await asyncio.sleep(_MEASURE_SECONDS)


def pss_of_tree(pid: int) -> tuple[int, int]:
    """The memory of a process and of all that it started, in bytes; pages that they share are counted once."""
    return _pss(pid), sum(_pss(each) for each in descendants(pid))


def _pss(pid: int) -> int:
    with suppress(OSError):  # it has ended meanwhile
        if found := _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text()):
            return int(found[1]) * 1024
    return 0


def kept(stage: Stage) -> dict[str, TableSize]:
    """What each table holds."""
    made = {}
    with closing(Database(stage.url)) as database, database.read() as session:
        for table, size in bulk.run(session, _SIZES[stage.name]):
            ((rows,),) = bulk.run(session, f"SELECT count(*) FROM {table}")
            made[table] = TableSize(rows, int(size))
    return made
