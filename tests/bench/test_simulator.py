"""The simulator: the same world for the same seed, and figures that agree with what was made up."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

from bench.simulator.changes import changes, guilty_commit, history, is_named
from bench.simulator.commits import SimulatedCommit
from bench.simulator.naming import NamingFigures, named_rightly, naming
from bench.simulator.parameters import BEGINS_DAYS, BRANCHES, DAY, MONTH, START
from bench.simulator.running import SimulatorRun, simulated
from bench.simulator.schedule import arrivals
from bench.simulator.scoring import Figures, figures
from bench.simulator.sent import NO_CAUSE, SentRequest, TrueLine
from bench.simulator.telling import proved_at
from bench.simulator.truth import Bad, Truth
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
def _simulated(seed: int) -> tuple[Figures, list[tuple[str, str]], NamingFigures]:
    world = _SmallWorld(seed)
    with naming(world) as seen, simulated(world, seen.look) as run:
        return figures(run), _story(run), named_rightly(run, seen.said)


def _story(run: SimulatorRun) -> list[tuple[str, str]]:
    return [(message.conversation, message.action) for message in run.messages]


def test_a_seed_makes_one_world() -> None:
    first, again, other = _arrivals(1), _arrivals(1), _arrivals(2)
    assert first == again
    assert first != other


def _arrivals(seed: int) -> list[SentRequest]:
    return [arrival.make() for arrival in arrivals(_SmallWorld(seed))[:100]]


def test_what_breaks_is_told_and_counted() -> None:
    found, story, _ = _simulated(29)
    assert found.telling.never == found.telling.late == 0
    assert found.cards.whole <= found.telling.proved
    assert found.messages.part >= found.cards.part
    posts = sum(action == "post" for _, action in story)
    assert posts >= found.cards.part


def test_the_guilty_commit_is_named_where_the_errors_name_what_it_touches() -> None:
    named = _simulated(29)[2]
    assert named.first.part == named.among_three.part == named.first.whole > 0
    assert named.missed.part == named.wrong.part == 0


def test_the_hosts_commits_touch_what_the_errors_of_its_breakages_name() -> None:
    world = World(1, START + 6 * MONTH)
    known = changes(world)
    by_host = [cause for cause in world.causes if cause.guilty == "host"]
    guilty = {cause.number: guilty_commit(world, cause) for cause in by_host}
    seen = [cause for cause in by_host if guilty[cause.number]]
    named = [is_named(each, known[_sha(guilty[each.number])]) for each in seen]
    assert len(named) / 2 < sum(named) < len(named), "most of them, as in real breakages"
    for branch in BRANCHES:
        shas = history(world, branch)
        assert len(set(shas)) == len(shas)
        assert set(shas) <= set(known)
        assert shas[0] == world.host[branch].commits[-1].sha
    taken_over = set(history(world, "beta")) & set(history(world, "tests-passed"))
    assert {_sha(commit) for commit in guilty.values() if commit} & taken_over


def _sha(commit: SimulatedCommit | None) -> str:
    return commit.sha if commit else ""


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


def _sent(days: int, line: TrueLine, who: str = "canary") -> SentRequest:
    return SentRequest("server", who, START + days * DAY, {}, (line,))


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


def _by_site(number: int, *, is_said: bool = True) -> Bad:
    line = replace(_LINE, cause=7, is_said=is_said)
    return Bad(START + number * DAY, "site", f"forum{number}.example.com", line, "", is_late=False)


def test_three_sites_prove_a_cause_where_each_tells_of_it() -> None:
    world = _SmallWorld(1)
    well = [number for number in range(3) if not world.sites[number].is_sick(START + number * DAY)]
    assert well == [0, 1, 2]
    told = [_by_site(number) for number in well]
    assert proved_at(world, told) == told[2].arrived
    assert proved_at(world, [*told[:2], _by_site(2, is_said=False)]) is None
    by_server = replace(told[1], kind="server")
    assert proved_at(world, [told[0], by_server]) == by_server.arrived
    unlucky = replace(by_server, line=replace(_LINE, cause=7, is_said=False))
    assert proved_at(world, [told[0], unlucky]) is None


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
        truth.hear(SentRequest("run", "canary", START + day * DAY, {}, lines), START + day * DAY)
    assert truth.fail_really(place, START + 2 * DAY, sites=False) == 1
    well = (_LINE, replace(_LINE, plugin=1))
    truth.hear(SentRequest("run", "canary", START + 3 * DAY, {}, well), START + 3 * DAY)
    assert truth.fail_really(place, START + 3 * DAY, sites=False) == 0
