"""How plugins are loaded: marked on disk before, caught, quarantined, and tried elsewhere after a fatal start."""

import contextlib
import functools
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable, Optional

from pluginwatch_kit.guard import markers, standing
from pluginwatch_kit.guard.attempts import Failed, Loaded, attempted
from pluginwatch_kit.guard.failures import CleanError, files_of, of_death, of_error, of_words
from pluginwatch_kit.guard.folders import put_aside_unless_folder, spare_of
from pluginwatch_kit.guard.owners import Owners
from pluginwatch_kit.guard.points import INCOMPATIBLE, Point
from pluginwatch_kit.guard.reporting import OutgoingReports
from pluginwatch_kit.guard.standing import Record, StandingFile, record_of
from pluginwatch_kit.guard.stopping import stop_noticed
from pluginwatch_kit.guard.trying import fatal

_log = logging.getLogger("pluginwatch.guard")
_STOPPED = "whatever was loading this plugin was stopped, again and again"
_INTERRUPTED = "this plugin hangs: it was interrupted after {:.0f} seconds of loading"


class Loading:
    """One host's folder, and what this process loaded."""

    def __init__(
        self, folder: Path, host_version: str, patience: float, reporter: OutgoingReports
    ) -> None:
        self._folder = folder
        self._markers = folder / "loading"
        spare = spare_of(folder)
        self._folders = [self._markers, spare] if spare else [self._markers]
        self._host_version = host_version
        self._patience = patience
        self._reporter = reporter
        self._points: dict[str, Point] = {}
        self._owners = Owners()
        self._standing = StandingFile(folder)
        self._known: dict[str, Record] = {}
        self._not_stored: dict[str, Record] = {}
        self._loaded: list[Record] = []
        self._marks: list[markers.Marker] = []
        self._after_death = False

    @contextlib.contextmanager
    def begun(self, points: list[Point]) -> Iterator[None]:
        """Learn from earlier processes, and be ready to load these."""
        outer, own = self._marks, []
        self._owners.meet(points)
        self._points.update((point.key, point) for point in points)
        with self._surviving("nothing of what plugins do is remembered"):
            put_aside_unless_folder(self._folder)
            self._learn()
            self._known = {**self._standing.read(), **self._not_stored}
            self._reporter.wake()
        own = self._marks = list(self._new_marks())
        try:
            yield
        finally:
            self._marks = outer
            with self._surviving("what was loaded is not remembered"):
                for mark in own:
                    mark.close()
                if own:
                    markers.forget_stops(self._markers)
                    self._standing.well(self._loaded, self._known)
                    self._reporter.wake(self._lines)

    def may(self, point: Point) -> bool:
        """Whether it is loaded: not if it is held or quarantined, nor if it proves fatal where that is tried."""
        record = record_of(point, self._host_version)
        known = self._known.get(point.key)
        if standing.barred(known, record):
            _log.warning("%s is not loaded: it is %s", point.plugin, known and known["state"])
            return False
        if not self._after_death or not point.entry or standing.proven(known, record):
            return True
        failure = fatal(point, self._patience)
        if failure:
            self._quarantine(record, failure)
        return failure is None

    def attempt(self, point: Point, begin: Callable[[], Any]) -> Optional[Loaded]:
        """What it returned; None where it failed."""
        record, since = record_of(point, self._host_version), time.monotonic()
        # The markers are within: a stop between the two would be blamed on the plugin.
        with contextlib.ExitStack() as stack:
            stops = stack.enter_context(stop_noticed(functools.partial(self._stopped, since)))
            for mark in self._marks:
                stack.enter_context(mark.around(record, self._patience))
            try:
                found = attempted(point, begin, self._owners, stops)
            except KeyboardInterrupt:
                self._interrupted(record, since)
                raise
            if isinstance(found, Failed):
                self._failed(found)
                return None
        self._loaded.append(record)
        return found

    def blame_later(self, called: Optional[Point], error: BaseException) -> bool:
        """Whether a plugin is to blame for what was raised while plugins were in use."""
        owner = self._owners.of_error(error)
        if owner is None:
            return False
        point = called if called and called.plugin == owner.plugin else owner
        failure, record = of_error(error), record_of(point, self._host_version)
        with self._surviving("this failure is not remembered"):
            if self._standing.failed_later(record, failure):
                _log.error("%s failed: %s", point.plugin, failure.message)
                self._tell(record, failure)
        return True

    def _learn(self) -> None:
        """Quarantine what earlier processes were loading when they ended.

        Where that cannot be stored, their notes stay, and each start learns from them again.
        """
        for left in self._left_behind():
            self._after_death = True
            owner = self._owners.of_files(files_of(left.dump))
            record = left.record
            if owner and owner.plugin != record["name"]:
                record = record_of(owner, record["host_version"])
            self._quarantine(record, of_death(left.dump))
        with self._surviving("who was stopped is not known"):
            for record in markers.stopped_often(self._markers):
                self._quarantine(record, of_words(_STOPPED))
        for folder in [] if self._not_stored else self._folders:
            with self._surviving(f"notes in {folder} stay there"):
                markers.forget(folder)

    def _left_behind(self) -> list[markers.Left]:
        found: list[markers.Left] = []
        for folder in self._folders:
            with self._surviving(f"notes in {folder} are not read"):
                told = [left.record for left in found]
                found += [left for left in markers.left_behind(folder) if left.record not in told]
        return found

    def _new_marks(self) -> Iterator[markers.Marker]:
        for folder in self._folders:
            with self._surviving(f"if a plugin ends this process, {folder} does not tell"):
                yield markers.Marker(folder, durable=folder == self._markers)

    def _interrupted(self, record: Record, since: float) -> None:
        if time.monotonic() - since >= self._patience:
            self._quarantine(record, of_words(_INTERRUPTED.format(self._patience)))

    def _failed(self, found: Failed) -> None:
        self._quarantine(record_of(found.point, self._host_version), found.failure)
        if found.is_copy:
            os._exit(1)

    def _quarantine(self, record: Record, failure: CleanError) -> None:
        _log.error("%s is quarantined: %s", record["name"], failure.message)
        key = record["key"]
        known = self._known[key] = {**record, "state": standing.QUARANTINED, **failure._asdict()}
        self._not_stored[key] = known
        with self._surviving("this quarantine is not stored"):
            is_new = self._standing.quarantine(record, failure)
            del self._not_stored[key]
            if is_new:
                self._tell(record, failure)

    def _tell(self, record: Record, failure: CleanError) -> None:
        line = {**_line(record), "status": INCOMPATIBLE, **failure._asdict()}
        self._reporter.tell(record["host_version"], line)

    def _lines(self) -> list[dict[str, Any]]:
        """How all plugins are; of one with several entry points, the one that fails counts."""
        records = self._standing.read()
        lines: dict[str, dict[str, Any]] = {}
        for point in self._points.values():
            record = record_of(point, self._host_version)
            known = records.get(point.key)
            line = {**point.line, "status": standing.verdict(known, record)}
            if known and line["status"] == INCOMPATIBLE:
                line.update({part: known[part] for part in CleanError._fields})
            other = lines.setdefault(point.plugin, line)
            lines[point.plugin] = max(other, line, key=_status)
        return list(lines.values())

    def _stopped(self, since: float) -> None:
        """Somebody ends this process: that is no matter of what is loaded, unless it takes too long."""
        if time.monotonic() - since < self._patience:
            for mark in self._marks:
                mark.stop()

    @contextlib.contextmanager
    def _surviving(self, consequence: str) -> Iterator[None]:
        """The host goes on without its disk, and whatever plugins that are well made of what the Guard uses."""
        try:
            yield
        except Exception:  # noqa: BLE001 - the edge: the Guard's own trouble ends no host
            _log.exception("%s cannot be used: %s", self._folder, consequence)


def _line(record: Record) -> dict[str, Any]:
    return {part: record[part] for part in ("name", "branch", "sha")}


def _status(line: dict[str, Any]) -> int:
    return int(line["status"])
