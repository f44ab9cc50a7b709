"""The simulator: the same world for the same seed, and figures that agree with what was made up."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

from bench.simulator.parameters import BEGINS_DAYS, DAY, MONTH, START
from bench.simulator.running import Run, simulated
from bench.simulator.schedule import arrivals
from bench.simulator.scoring import Figures, figures
from bench.simulator.sent import NO_CAUSE, Sent, TrueLine
from bench.simulator.truth import Truth
from bench.simulator.world import World

_END = START + (BEGINS_DAYS + 4) * DAY
_LINE = TrueLine(0, "stable", "p1", "h1", None)


class _SmallWorld(World):
    """The first machines of a world: one canary server, and few client sites."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, _END)
        self.servers = self.servers[:1]
        self.sites = self.sites[:5]


@cache
def _simulated(seed: int) -> tuple[Figures, list[tuple[str, str]]]:
    with simulated(_SmallWorld(seed)) as run:
        return figures(run), _story(run)


def _story(run: Run) -> list[tuple[str, str]]:
    return [(message.conversation, message.action) for message in run.messages]


def test_a_seed_makes_one_world() -> None:
    first, again, other = _arrivals(1), _arrivals(1), _arrivals(2)
    assert first == again
    assert first != other


def _arrivals(seed: int) -> list[Sent]:
    return [arrival.make() for arrival in arrivals(_SmallWorld(seed))[:100]]


def test_what_breaks_is_told_and_counted() -> None:
    found, story = _simulated(3)
    assert found.telling.never == found.telling.late == 0
    assert found.cards.whole <= found.telling.proved
    assert found.messages.part >= found.cards.part
    posts = sum(action == "post" for _, action in story)
    assert posts >= found.cards.part


def test_each_cause_breaks_its_victims_until_they_are_mended() -> None:
    world = World(1, START + 6 * MONTH)
    for cause in world.causes:
        for victim in cause.victims:
            assert victim.since < victim.mended
            host = max(cause.host_since, START)
            before, after = victim.mended - timedelta(seconds=1), victim.mended
            if host < cause.host_until:
                assert cause.fails(victim, max(victim.since, before), host)
                assert not cause.fails(victim, after, host)


def _sent(days: int, line: TrueLine, who: str = "canary") -> Sent:
    return Sent("server", who, START + days * DAY, {}, (line,))


def test_the_truth_knows_who_fails_and_what_moved() -> None:
    truth, place = Truth(), (0, "stable")
    truth.hear(_sent(1, _LINE), START + DAY)
    truth.hear(_sent(2, replace(_LINE, plugin_sha="p2", cause=7)), START + 2 * DAY)
    truth.hear(_sent(2, replace(_LINE, cause=NO_CAUSE), "another"), START + 2 * DAY)
    assert [(bad.moved, bad.is_real) for bad in truth.bad[place]] == [("plugin", True), ("", False)]
    assert truth.fail_really(place, START + 2 * DAY, sites=False) == 1
    assert truth.well_since(place, START + 3 * DAY, sites=False) is None
    for who in ("canary", "another"):
        truth.hear(_sent(4, replace(_LINE, plugin_sha="p3"), who), START + 4 * DAY)
    assert truth.fail_really(place, START + 4 * DAY, sites=False) == 0
    assert truth.well_since(place, START + 5 * DAY, sites=False) == START + 4 * DAY


def test_a_late_report_is_no_last_word() -> None:
    truth, place = Truth(), (0, "stable")
    truth.hear(_sent(2, _LINE), START + 2 * DAY)
    truth.hear(_sent(1, replace(_LINE, cause=7)), START + 3 * DAY)
    assert truth.bad[place][0].is_late
    assert truth.fail_really(place, START + 3 * DAY, sites=False) == 0


def test_a_browser_that_fails_shows_of_no_plugin_that_it_works() -> None:
    truth, place = Truth(), (0, "stable")
    accused, other = replace(_LINE, cause=7), replace(_LINE, plugin=1, cause=7)
    for day, lines in ((1, (accused, other)), (2, (_LINE, other))):
        truth.hear(Sent("run", "canary", START + day * DAY, {}, lines), START + day * DAY)
    assert truth.fail_really(place, START + 2 * DAY, sites=False) == 1
    well = (_LINE, replace(_LINE, plugin=1))
    truth.hear(Sent("run", "canary", START + 3 * DAY, {}, well), START + 3 * DAY)
    assert truth.fail_really(place, START + 3 * DAY, sites=False) == 0
