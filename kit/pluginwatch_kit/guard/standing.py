"""What is known of each entry point: whether it was well, is quarantined, or is held."""

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

from pluginwatch_kit.guard.failures import CleanError
from pluginwatch_kit.guard.folders import locked, put_aside, read_whole, write_whole
from pluginwatch_kit.guard.points import COMPATIBLE, INCOMPATIBLE, UNKNOWN, Point

WELL = "well"
FAILING = "failing"
QUARANTINED = "quarantined"
HELD = "held"
# So many failures of a plugin that is loaded, within so many seconds, and it is quarantined.
PATIENCE_FAILURES = 3
PATIENCE_SECONDS = 3600

# What is noted of a point before it is loaded, and what is stored of it afterwards.
NOTED = frozenset({"key", "entry", "name", "branch", "sha", "host_version"})
_STORED = NOTED | {"state", "at"}

Record = dict[str, Any]


class StandingFile:
    """The file `standing.json` of one host."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "standing.json"

    def read(self) -> dict[str, Record]:
        """All records, by the key of their point."""
        try:
            records: dict[str, Record] = json.loads(read_whole(self._path))
            whole = all(record.keys() >= _STORED for record in records.values())
        except FileNotFoundError:
            return {}
        except (ValueError, AttributeError, RecursionError):
            whole = False
        if whole:
            return records
        put_aside(self._path)
        return {}

    @contextlib.contextmanager
    def changing(self) -> Iterator[dict[str, Record]]:
        """The records, to change them; no other process changes them meanwhile."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with locked(self._folder / "standing.lock"):
            records = self.read()
            before = json.dumps(records)
            yield records
            if json.dumps(records) != before:
                write_whole(self._path, json.dumps(records, indent=1))

    def quarantine(self, record: Record, failure: CleanError) -> bool:
        """Do not load this version any more. Whether this is to be told: it was not quarantined before."""
        with self.changing() as records:
            known = records.get(record["key"])
            if known and known["state"] == QUARANTINED and same(known, record):
                return False
            _fail(records, record, failure, QUARANTINED)
        return True

    def failed_later(self, record: Record, failure: CleanError) -> bool:
        """It failed while it was in use. Whether this is to be told: it is not each time."""
        with self.changing() as records:
            known = records.get(record["key"], {})
            if known.get("state") == QUARANTINED and same(known, record):
                return False
            since = time.time() - PATIENCE_SECONDS
            times = [*(each for each in known.get("times", ()) if each > since), time.time()]
            state = QUARANTINED if len(times) >= PATIENCE_FAILURES else FAILING
            _fail(records, record, failure, state)["times"] = times
        return True

    def well(self, loaded: list[Record], before: dict[str, Record]) -> None:
        """These were loaded. What was known `before` is noted again, where it was lost meanwhile."""
        with self.changing() as records:
            if not records:
                records.update(before)
            for record in loaded:
                known = records.get(record["key"])
                if known is None or not same(known, record):
                    records[record["key"]] = {**record, "state": WELL, "at": time.time()}


def record_of(point: Point, host_version: str) -> Record:
    """What is noted of a point: what it is, and with which version of the host."""
    return {"key": point.key, "entry": point.name, "host_version": host_version, **point.line}


def same(known: Record, record: Record) -> bool:
    """Whether it is the same plugin and host as before; of something new there is one trial."""
    return all(known[part] == record[part] for part in ("sha", "host_version"))


def barred(known: Optional[Record], record: Record) -> bool:
    """Whether it may not be loaded."""
    if known is None:
        return False
    return known["state"] == HELD or (known["state"] == QUARANTINED and same(known, record))


def proven(known: Optional[Record], record: Record) -> bool:
    """Whether this version was loaded before, with this host."""
    return known is not None and known["state"] in {WELL, FAILING} and same(known, record)


def verdict(known: Optional[Record], record: Record) -> int:
    """How a report calls it: 2 where it fails, 1 where it was loaded and is well, 0 where nothing is known."""
    if known is None or not same(known, record) or known["state"] == HELD:
        return UNKNOWN
    is_calm = time.time() - max(known.get("times", [0])) > PATIENCE_SECONDS
    if known["state"] == QUARANTINED or (known["state"] == FAILING and not is_calm):
        return INCOMPATIBLE
    return COMPATIBLE


def _fail(records: dict[str, Record], record: Record, failure: CleanError, state: str) -> Record:
    known = records.get(record["key"])
    if known is not None and known["state"] == HELD:
        return known
    told = {"state": state, "at": time.time(), **failure._asdict()}
    records[record["key"]] = {**record, **told}
    return records[record["key"]]
