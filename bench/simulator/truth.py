"""What was really so: which reports told of which cause, and who failed when."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bench.simulator.sent import NO_CAUSE, SentRequest, TrueLine

# A plugin and a host branch.
Place = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Bad:
    """A report that a plugin fails. `moved` says which commits did since this machine found it good."""

    arrived: datetime
    kind: str
    who: str
    line: TrueLine
    moved: str
    is_late: bool

    @property
    def is_real(self) -> bool:
        """Whether there is a cause."""
        return self.line.cause != NO_CAUSE


@dataclass(slots=True)
class Truth:
    """All bad reports by place; when CI found which plugin's commit good; and who fails, over time.

    `failing` has for a place and judges or sites each time at which somebody began or ceased to fail, with the number
    of those that fail by a real cause, and of all.
    """

    bad: dict[Place, list[Bad]] = field(default_factory=dict)
    tested: dict[tuple[int, str], datetime] = field(default_factory=dict)
    failing: dict[tuple[Place, bool], list[tuple[datetime, int, int]]] = field(default_factory=dict)
    _last: dict[tuple[str, str, int], tuple[datetime, TrueLine]] = field(default_factory=dict)
    _fails: dict[tuple[Place, bool], dict[tuple[str, str], bool]] = field(default_factory=dict)

    def hear(self, sent: SentRequest, arrived: datetime) -> None:
        """Note the truth of what was sent."""
        for line in _heard(sent):
            machine = (sent.kind, sent.who, line.plugin)
            last = self._last.get(machine)
            is_late = last is not None and last[0] > sent.at
            if line.cause is not None:
                place = (line.plugin, line.branch)
                moved = _moved(last[1] if last else None, line)
                bad = Bad(arrived, sent.kind, sent.who, line, moved, is_late)
                self.bad.setdefault(place, []).append(bad)
            elif sent.kind == "ci":
                self.tested.setdefault((line.plugin, line.plugin_sha), arrived)
            if not is_late:
                self._last[machine] = (sent.at, line)
                self._note(sent, line, arrived)

    def _note(self, sent: SentRequest, line: TrueLine, arrived: datetime) -> None:
        place = ((line.plugin, line.branch), sent.kind == "site")
        fails = self._fails.setdefault(place, {})
        machine = (sent.kind, sent.who)
        before = fails.get(machine)
        if line.cause is None:
            fails.pop(machine, None)
        else:
            fails[machine] = line.cause != NO_CAUSE
        if fails.get(machine) != before:
            counts = (arrived, sum(fails.values()), len(fails))
            self.failing.setdefault(place, []).append(counts)

    def fail_really(self, place: Place, at: datetime, *, sites: bool) -> int:
        """How many fail there by a real cause, as far as they had told by then."""
        told = [real for when, real, _ in self.failing.get((place, sites), ()) if when <= at]
        return told[-1] if told else 0

    def well_since(self, place: Place, until: datetime, *, sites: bool) -> datetime | None:
        """Since when nobody fails there; None where somebody does, by what was told until then."""
        told = [each for each in self.failing.get((place, sites), ()) if each[0] <= until]
        return told[-1][0] if told and told[-1][2] == 0 else None


def _heard(sent: SentRequest) -> Iterable[TrueLine]:
    """What can be known of it: a browser's run that failed shows of no plugin that it works."""
    bad = [line for line in sent.lines if line.cause is not None]
    return bad if sent.kind == "run" and bad else sent.lines


def _moved(last: TrueLine | None, line: TrueLine) -> str:
    if last is None or last.cause is not None:
        return ""
    moved = []
    if last.plugin_sha != line.plugin_sha:
        moved.append("plugin")
    if last.host_sha != line.host_sha:
        moved.append("host")
    return " ".join(moved)
