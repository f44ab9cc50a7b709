"""What came of it, beside what was wanted."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.markup import escape
from rich.table import Table

from bench.strangers.costs import Sample, TableSize
from bench.strangers.guards import LINES, HeardReport
from bench.strangers.stranger import Tally

_ADDRESS = re.compile("0x[0-9a-f]+")
MIB = 1024 * 1024
MOST_SLOWER = 3
MOST_MEMORY = 50  # MiB
MOST_WAITED = 50.0  # milliseconds that a poll may wait for the event loop
MOST_ROWS = 10_000
MOST_BYTES = 20 * MIB
# Why what strangers add to a table comes to an end, as docs/operating.md has it for all tables.
_A_YEAR = "a key; a year after anybody spoke of the branch"
_STEPS = "1,000 steps an hour and key"
_GITHUB = "GitHub's secret; one of each repository"
_BOUNDS = {
    "artefact": "10 MiB an hour and key",
    "canary_run": "50 an hour, 1,500 a server",
    "commit_seen": "a key; of each branch the newest hundred, a year",
    "delivery": "GitHub's secret; 7 days",
    "github_sync": _GITHUB,
    "incident": _STEPS,
    "installation": "a plugin and site",
    "outbox": "as long as reports",
    "report": "a key; as many days as reports are kept",
    "repository": _GITHUB,
    "repository_name": _GITHUB,
    "site": "100 a key",
    "source_verdict": _A_YEAR,
    "statistic": "2,000 an hour, 100,000 in all",
    "status": _A_YEAR,
    "story_entry": _STEPS,
}


@dataclass
class Phase:
    """What was seen between two moments of the monotonic clock."""

    reports: Sequence[HeardReport]
    polls: Sequence[Sample]
    alone: Sequence[Sample]
    together: Sequence[Sample]

    def percentile(self, share: float) -> float:
        """The milliseconds within which this share of reports was answered."""
        ordered = sorted(report.seconds for report in self.reports)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000

    @property
    def refused(self) -> int:
        """Reports that were not taken."""
        return sum(not report.taken for report in self.reports)

    @property
    def gap(self) -> float:
        """The longest that the event loop let a poll wait, in milliseconds."""
        return max(poll.figure for poll in self.polls) * 1000


def between(
    heard: Sequence[HeardReport], seen: Sequence[Sequence[Sample]], begin: float, end: float
) -> Phase:
    """What fell within this time, of reports, and of polls, memory alone and together."""
    within = [[each for each in kind if begin <= each.at < end] for kind in seen]
    return Phase([each for each in heard if begin <= each.due < end], *within)


@dataclass
class Came:
    """All that was seen and counted on one database; `aside` while strangers attacked a server that does nothing."""

    quiet: Phase
    aside: Phase
    hostile: Phase
    afterwards: Phase
    kept_before: Mapping[str, TableSize]
    kept_after: Mapping[str, TableSize]
    tallies: Mapping[str, Tally]
    logged: Counter[str] = field(default_factory=Counter)


def summary(title: str, came: Came) -> Table:
    """The goals, with what came of each."""
    table = _table(title, "", "quiet", "elsewhere", "hostile", "goal", "")
    quiet, aside, hostile = came.quiet, came.aside, came.hostile
    for words, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0)):
        waited = [phase.percentile(share) for phase in (quiet, aside, hostile)]
        goal = MOST_SLOWER * waited[0] if words == "p99" else None
        _add(table, f"Guards' {words}, ms", waited, goal)
    reports = [len(phase.reports) for phase in (quiet, aside, hostile)]
    _add(table, "Guards' reports", reports)
    _add(table, "  of these refused or lost", [quiet.refused, aside.refused, hostile.refused], 0)
    gaps = [quiet.gap, aside.gap, hostile.gap]
    _add(table, "longest wait of a poll of /healthz, ms", gaps, MOST_WAITED)
    for words, memory in (("web alone", "alone"), ("web and what it started", "together")):
        before = max(seen.figure for seen in getattr(quiet, memory)[-20:]) / MIB
        peak = max(seen.figure for seen in getattr(hostile, memory)) / MIB
        _add(table, f"MiB of {words}, at the peak", [before, None, peak], before + MOST_MEMORY)
        left = getattr(came.afterwards, memory)[-1].figure / MIB
        _add(table, "  afterwards", [None, None, left])
    rows, size = _grown(came)
    _add(table, "rows that strangers added", [None, None, rows], MOST_ROWS)
    grown = size / MIB
    _add(table, "  MiB that the database grew by", [None, None, grown], MOST_BYTES / MIB)
    answers = sum((tally.answers for tally in came.tallies.values()), Counter[str]())
    requests = sum(tally.requests for tally in came.tallies.values())
    _add(table, "strangers' requests", [None, None, requests])
    _add(table, "  of these told to come again (503)", [None, None, answers["503"]])
    faults = sum(count for word, count in answers.items() if word.startswith("5") and word != "503")
    _add(table, "  of these answered by another 5xx", [None, None, faults], 0)
    _add(table, "errors that web logged", [None, None, came.logged.total()])
    return table


def tables(came: Came) -> Table:
    """What grew in the database."""
    title = f"kept while strangers were there; of report's rows {_reported(came):,} are what Guards reported"
    table = _table(title, "table", "rows before", "after", "KiB before", "after", "bounded by")
    for name, after in sorted(came.kept_after.items()):
        before = came.kept_before[name]
        if before.rows != after.rows or after.size - before.size > 64 * 1024:
            cells = (before.rows, after.rows, before.size // 1024, after.size // 1024)
            table.add_row(name, *(f"{cell:,}" for cell in cells), _BOUNDS.get(name, ""))
    return table


def kinds(came: Came) -> Table:
    """What each kind of request was answered."""
    table = _table("strangers, by kind", "kind", "requests", "answers")
    table.columns[2].justify = "left"
    for name, tally in came.tallies.items():
        answers = ", ".join(f"{word} x {count:,}" for word, count in sorted(tally.answers.items()))
        table.add_row(name, f"{tally.requests:,}", answers)
    return table


def logged(came: Came) -> Table:
    """The ends of what the web process logged as errors."""
    table = _table("errors that web logged", "the end of a line", "times")
    for line, times in came.logged.most_common(20):
        table.add_row(escape(line), f"{times:,}")
    return table


def end(line: str) -> str:
    """The end of a logged line, with which its traceback closes; without addresses, so that the same are counted."""
    return _ADDRESS.sub("0x…", line.strip().rpartition("\\n")[2])[:100]


def _grown(came: Came) -> tuple[int, int]:
    """The rows and bytes that are there now and were not before, but for the rows of what Guards reported."""
    rows = {
        name: after.rows - came.kept_before[name].rows for name, after in came.kept_after.items()
    }
    rows["report"] = max(0, rows["report"] - _reported(came))
    size = sum(after.size - came.kept_before[name].size for name, after in came.kept_after.items())
    return sum(rows.values()), size


def _reported(came: Came) -> int:
    return LINES * sum(report.taken for report in came.hostile.reports)


def _add(table: Table, words: str, seen: Sequence[float | None], most: float | None = None) -> None:
    """A line of what was seen in each phase; if there is a goal, the last one is to meet it."""
    figures = [_figure(each) for each in seen]
    hostile = seen[-1]
    if most is None or hostile is None:
        table.add_row(words, *figures, "", "")
        return
    met = "met" if hostile <= most else "[bold red]missed[/]"
    table.add_row(words, *figures, f"<= {_figure(most)}", met)


def _figure(figure: float | None) -> str:
    if figure is None:
        return ""
    return f"{figure:,}" if isinstance(figure, int) else f"{figure:,.1f}"


def _table(title: str, first: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for heading in headings:
        table.add_column(heading, justify="right")
    return table
