"""What a phase of the bench found, and how it is printed."""

import statistics
from dataclasses import dataclass, field

from rich.table import Table

from bench.stuck.surroundings import SetClock


@dataclass
class PhaseResult:
    """Of one phase, in milliseconds: how long Guards waited, and a break needed to the room and to who is well."""

    guards: list[float] = field(default_factory=list)
    room: list[float] = field(default_factory=list)
    well: list[float] = field(default_factory=list)
    lost: int = 0

    def add(self, other: "PhaseResult") -> None:
        """Count another round of the same phase, too."""
        self.guards += other.guards
        self.room += other.room
        self.well += other.well
        self.lost += other.lost


def result_table(name: str, clock: SetClock) -> Table:
    """An empty table for the phases on this database."""
    note = "" if clock.is_there else " (without cc nobody sets the clock)"
    table = Table(
        title=f"Stuck things on {name}{note}; p50 ms while quiet → then", title_justify="left"
    )
    for heading in ("", "Guards", "in the room", "at who is well", "not seen in time"):
        table.add_column(heading, justify="right" if heading else "left")
    return table


def add_row(table: Table, name: str, quiet: PhaseResult, seen: PhaseResult) -> None:
    """The phase's row beside the quiet ones between its rounds."""
    pairs = ((quiet.guards, seen.guards), (quiet.room, seen.room), (quiet.well, seen.well))
    cells = [f"{_p50(before)} → {_p50(then)}{_ratio(before, then)}" for before, then in pairs]
    table.add_row(name, *cells, f"{quiet.lost} → {seen.lost}")


def _ratio(before: list[float], then: list[float]) -> str:
    if not (before and then):
        return ""
    return f" ({statistics.median(then) / statistics.median(before):.2f}x)"


def _p50(times: list[float]) -> str:
    return f"{statistics.median(times):.0f}" if times else "-"
