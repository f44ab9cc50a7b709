"""Whether a set of plugins works, from what is known of each."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.metadata.compatibility import parse_compatibility
from models.registry.candidates import CandidateVersion
from models.registry.checking import check
from models.registry.host_limits import fits
from models.registry.known import HeardVerdict, KnownHost, KnownPlugin, Sites, WantedPlugin
from models.registry.limits import HostLimit, PluginLimits
from models.registry.resolving import Problem
from models.rules.declaring import Fact, Standing
from models.rules.ecosystems import Ecosystem
from models.rules.status import Verdict
from models.views.registry import CheckView, DeclarationView, SetAnswer, Why

SHA, OLD = "a" * 40, "b" * 40
STABLE = KnownHost("stable", "3.5.0")
GOOD = HeardVerdict("guard", Verdict.COMPATIBLE, SHA, "h2", SHA, "h2")
BAD = GOOD._replace(verdict=Verdict.INCOMPATIBLE)


def plugin(handle: str, newest: str = "2.0", heard: Any = (GOOD,), **more: Any) -> KnownPlugin:
    limits = {name: more.pop(name) for name in list(more) if name in PluginLimits.__slots__}
    ecosystem = limits.pop("ecosystem", Ecosystem.DISCOURSE)
    return KnownPlugin(
        PluginLimits(handle, ecosystem, **limits), newest, heard=tuple(heard), **more
    )


def requires(handle: str, other: str, versions: str = "", of: str = "") -> DeclarationView:
    return DeclarationView(handle, Fact.REQUIRES, None, versions, other, of)


def conflicts(handle: str, other: str, versions: str = "", of: str = "") -> DeclarationView:
    return DeclarationView(handle, Fact.CONFLICTS, None, versions, other, of, "why")


def checked(
    *plugins: KnownPlugin, host: KnownHost = STABLE, spare: tuple[KnownPlugin, ...] = ()
) -> CheckView:
    known = {each.limits.handle: each for each in (*plugins, *spare)}
    return check([WantedPlugin(each.limits.handle) for each in plugins], known, host)


def why(view: CheckView) -> list[tuple[Why, tuple[str, ...]]]:
    return [(each.why, each.handles) for each in (*view.reasons, *view.doubts)]


def test_plugins_that_a_canary_saw_work() -> None:
    view = checked(plugin("map"), plugin("pin"))
    assert (view.answer, why(view)) == (SetAnswer.WORKS, [])
    assert [each.seen_by for each in view.members] == [("a canary server",)] * 2


def test_a_pin_is_looked_at_in_place_of_the_newest_commit() -> None:
    pins = parse_compatibility(f"< 3.6.0: {OLD}")
    said = GOOD._replace(plugin_sha=OLD)
    newest = BAD._replace(is_newest=True)
    view = checked(plugin("map", heard=(newest, said), pins=pins))
    assert view.answer is SetAnswer.WORKS_WITH_PINS
    assert (view.members[0].commit, view.members[0].pinned) == (OLD, True)
    assert (
        checked(plugin("map", pins=pins), host=KnownHost("stable", "3.6.0")).answer
        is SetAnswer.WORKS
    )
    unseen = checked(plugin("map", pins=pins))
    assert (unseen.answer, why(unseen)) == (SetAnswer.NOT_KNOWN, [(Why.NO_REPORT, ("map",))])
    no_version = checked(plugin("map", pins=pins), host=KnownHost("stable"))
    assert why(no_version) == [(Why.NO_HOST_VERSION, ("map",))]


def test_a_branch_for_the_hosts_version_comes_before_the_file() -> None:
    pins = parse_compatibility(f"< 2027.1.0: {OLD}")
    known = plugin("map", pins=pins, compat_branches=("d-compat/2026.2",))
    for version, commit in (
        ("2026.2.1-latest.3", "d-compat/2026.2"),
        ("2026.1.0", OLD),
        ("2027.1.0", ""),
    ):
        (member,) = checked(known, host=KnownHost("release", version)).members
        assert (member.commit, member.pinned) == (commit, commit != "")


def test_what_was_good_counts_while_the_host_is_the_same() -> None:
    pins = parse_compatibility(f"< 3.6.0: {OLD[:9]}")
    moved_on = BAD._replace(good_plugin_sha=OLD, good_host_sha="h2")
    assert checked(plugin("map", heard=[moved_on], pins=pins)).answer is SetAnswer.WORKS_WITH_PINS
    before = moved_on._replace(good_host_sha="h1")
    assert why(checked(plugin("map", heard=[before], pins=pins))) == [(Why.OLDER_HOST, ("map",))]


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (plugin("map", heard=[BAD]), Why.FAILS),
        (plugin("map", host=(HostLimit(">=3.6", "plugin.rb"),)), Why.NEEDS_HOST),
        (plugin("map", host=(HostLimit(">=3.5", "declared", breaks=True),)), Why.BREAKS_ON_HOST),
        (
            plugin("map", statuses=(DeclarationView("map", Fact.STATUS, Standing.REMOVED),)),
            Why.REMOVED,
        ),
        (plugin("map", heard=(), sites={SHA: Sites(3, 4)}), Why.FAILS_AT_SITES),
    ],
)
def test_what_breaks_by_itself(known: KnownPlugin, reason: Why) -> None:
    view = checked(known, plugin("pin"))
    assert (view.answer, why(view), view.dropped) == (
        SetAnswer.BREAKS,
        [(reason, ("map",))],
        ("map",),
    )


def test_limits_of_other_versions_and_other_hosts_do_not_matter() -> None:
    limits = (
        HostLimit(">=9", "declared", of="<2"),
        HostLimit(">=3", "plugin.rb"),
        HostLimit(">=4", "declared", breaks=True),
    )
    gone = DeclarationView("map", Fact.STATUS, Standing.REMOVED, of="=1.0")
    assert checked(plugin("map", host=limits, statuses=(gone,))).answer is SetAnswer.WORKS
    assert checked(plugin("map", newest="", host=limits)).answer is SetAnswer.NOT_KNOWN


def test_few_sites_are_no_proof() -> None:
    assert checked(plugin("map", heard=(), sites={SHA: Sites(3)})).answer is SetAnswer.WORKS
    for sites in (Sites(2), Sites(10, 1)):
        view = checked(plugin("map", heard=(), sites={SHA: sites}))
        assert why(view) == [(Why.FEW_SITES, ("map",))]
    assert why(checked(plugin("map", heard=()))) == [(Why.NO_REPORT, ("map",))]


def test_the_smallest_set_that_conflicts_is_named() -> None:
    names = [f"other-{number}" for number in range(5)]
    others = [plugin(name, requires=(requires(name, "pin"),)) for name in names]
    view = checked(
        *others, plugin("map", conflicts=(conflicts("map", "pin", "<3"),)), plugin("pin")
    )
    assert view.answer is SetAnswer.BREAKS
    assert why(view) == [(Why.CONFLICT, ("map", "pin"))]
    assert (view.reasons[0].range, view.reasons[0].found, view.reasons[0].words) == ("<3", "2.0", "why")  # fmt: skip
    assert view.dropped == ("map",)
    fine = checked(plugin("map", conflicts=(conflicts("map", "pin", ">=3"),)), plugin("pin"))
    assert fine.answer is SetAnswer.WORKS


def test_what_is_missing_is_added_if_it_works() -> None:
    needing = plugin("map", requires=(requires("map", "pin", ">=1"),))
    view = checked(needing, spare=(plugin("pin"),))
    assert (why(view), view.added, view.dropped) == (
        [(Why.MISSING, ("map", "pin"))],
        ("pin",),
        (),
    )
    broken = checked(needing, spare=(plugin("pin", heard=[BAD]),))
    assert (broken.added, broken.dropped) == ((), ("map",))
    old = checked(needing, plugin("pin", newest="0.9"))
    assert why(old) == [(Why.OTHER_VERSION, ("map", "pin"))]


def test_an_older_release_that_was_seen_to_work_is_taken_where_the_newest_does_not_fit() -> None:
    sites = {"2.0": Sites(5), "1.0": Sites(5)}
    pin = plugin("pin", heard=(), releases=("v2.0", "v1.0", "v0.9"), sites=sites, ecosystem="python")  # fmt: skip
    view = checked(plugin("map", conflicts=(conflicts("map", "pin", ">=2"),)), pin)
    assert view.answer is SetAnswer.WORKS_WITH_PINS
    assert view.members[1].version == "1.0"
    never_seen = checked(plugin("map", conflicts=(conflicts("map", "pin", ">=1"),)), pin)
    assert why(never_seen) == [(Why.CONFLICT, ("map", "pin"))]


def test_a_version_that_is_not_known_is_a_doubt() -> None:
    view = checked(
        plugin("map", conflicts=(conflicts("map", "pin", ">=2"),)), plugin("pin", newest="")
    )
    assert why(view) == [(Why.NO_VERSION, ("map", "pin"))]
    own = checked(
        plugin("map", newest="", requires=(requires("map", "pin", of=">=2"),)), plugin("pin")
    )
    assert why(own) == [(Why.NO_VERSION, ("map", "pin"))]


def test_names_that_no_plugin_has() -> None:
    view = check([], {}, STABLE, {"nowhere": "solved"})
    assert (view.answer, why(view)) == (SetAnswer.NOT_KNOWN, [(Why.NO_PLUGIN, ("nowhere",))])


def test_a_search_without_end_is_given_up() -> None:
    """Seven plugins of which no two may have the same of six versions."""
    names = [f"plugin-{number}" for number in range(7)]
    sites = {f"{version}.0": Sites(5) for version in range(1, 7)}
    plugins = [
        plugin(
            name,
            newest="6.0",
            heard=(),
            ecosystem="python",
            releases=tuple(sites),
            sites=sites,
            conflicts=tuple(
                conflicts(name, other, f"={version}", f"={version}")
                for other in names
                if other != name
                for version in sites
            ),
        )
        for name in names
    ]
    view = checked(*plugins)
    assert why(view) == [(Why.TOO_DEEP, tuple(names))]
    assert view.answer is SetAnswer.NOT_KNOWN


_HANDLES = ("a", "b", "c", "d")
_RANGES = ("", "<2", ">=2", "=3")
_DEMANDS = st.lists(
    st.tuples(
        st.sampled_from([Fact.REQUIRES, Fact.CONFLICTS]),
        st.sampled_from(_HANDLES),
        st.sampled_from(_HANDLES),
        st.sampled_from(_RANGES),
        st.sampled_from(_RANGES),
    ).filter(lambda each: each[1] != each[2]),
    max_size=8,
)


@settings(max_examples=150)
@given(_DEMANDS, st.permutations(_HANDLES), st.integers(1, 4))
def test_the_search_finds_what_trying_all_finds(
    demands: list[tuple[Fact, str, str, str, str]], order: list[str], number: int
) -> None:
    declared = [
        DeclarationView(one, fact, None, versions, other, of)
        for fact, one, other, versions, of in demands
    ]
    known = {handle: _with_demands(handle, declared) for handle in _HANDLES}
    wanted = order[:number]
    options = {
        handle: [CandidateVersion(handle, version) for version in "321"] for handle in wanted
    }
    problem = Problem(known, options)
    found = problem.resolve(wanted)
    assert (found is None) is not any(
        _go_together(dict(zip(wanted, versions, strict=True)), declared)
        for versions in product("321", repeat=number)
    )
    if found is not None:
        assert _go_together({handle: each.version for handle, each in found.items()}, declared)
        return
    core = problem.smallest(wanted)
    assert problem.resolve(core) is None
    for handle in core:
        assert problem.resolve([each for each in core if each != handle]) is not None


def _with_demands(handle: str, declared: list[DeclarationView]) -> KnownPlugin:
    own = [each for each in declared if each.handle == handle]
    needs = tuple(each for each in own if each.fact is Fact.REQUIRES)
    cannot_stand = tuple(each for each in own if each.fact is Fact.CONFLICTS)
    return plugin(handle, requires=needs, conflicts=cannot_stand)


def _go_together(versions: dict[str, str], declared: list[DeclarationView]) -> bool:
    return all(_is_met(each, versions) for each in declared)


def _is_met(each: DeclarationView, versions: dict[str, str]) -> bool:
    own, other = versions.get(each.handle), versions.get(each.other)
    if own is None or not fits(own, each.of, Ecosystem.DISCOURSE):
        return True
    within = other is not None and bool(fits(other, each.versions, Ecosystem.DISCOURSE))
    return within is (each.fact is Fact.REQUIRES)


def optional(handle: str, other: str, versions: str = "", of: str = "") -> DeclarationView:
    return DeclarationView(handle, Fact.OPTIONAL, None, versions, other, of)


def test_a_plugin_that_another_one_can_use_need_not_be_there() -> None:
    one = plugin("map", optional=(optional("map", "pin", ">=1"),))
    alone = checked(one, spare=(plugin("pin"),))
    assert (alone.answer, alone.added) == (SetAnswer.WORKS, ())
    assert [(each.why, each.handles, each.range) for each in alone.notes] == [
        (Why.CAN_USE, ("map", "pin"), ">=1")
    ]
    both = checked(one, plugin("pin"))
    assert (both.answer, both.notes) == (SetAnswer.WORKS, ())


def test_a_plugin_that_another_one_can_use_must_fit_if_it_is_there() -> None:
    one = plugin("map", optional=(optional("map", "pin", ">=3"),))
    view = checked(one, plugin("pin"))
    assert why(view) == [(Why.OPTIONAL_VERSION, ("map", "pin"))]
    assert view.dropped == ("map",)
    unclear = checked(one, plugin("pin", newest=""))
    assert why(unclear) == [(Why.NO_VERSION, ("map", "pin"))]


@pytest.mark.parametrize(
    ("runtime", "answer", "said"),
    [
        ("3.9", SetAnswer.BREAKS, [Why.NEEDS_RUNTIME]),
        ("3.12", SetAnswer.WORKS, []),
        ("", SetAnswer.WORKS, [Why.RUNTIME_LIMIT]),
        ("new", SetAnswer.WORKS, [Why.RUNTIME_LIMIT]),
    ],
)
def test_a_runtime_that_it_needs(runtime: str, answer: SetAnswer, said: list[Why]) -> None:
    limits = (HostLimit(">=3.10", "metadata", of="=2.0"), HostLimit(">=9", "metadata", of="=1.0"))
    view = checked(plugin("map", runtime=limits), host=STABLE._replace(runtime=runtime))
    assert view.answer is answer
    assert [each.why for each in (*view.reasons, *view.notes)] == said


@pytest.mark.parametrize(
    ("ranges", "notes"),
    [
        (("<=3.4",), [Why.UNTESTED]),
        (("<=3.5",), []),
        (("<=3",), []),
        (("<=3.4", ">=3.5, <3.6"), []),
        ((">=3.6", "<=3.4"), [Why.UNTESTED]),
    ],
)
def test_a_host_with_which_it_was_not_tested_is_worth_knowing(
    ranges: tuple[str, ...], notes: list[Why]
) -> None:
    tested = tuple(HostLimit(each, "declared") for each in ranges)
    view = checked(plugin("map", tested=tested), host=STABLE._replace(version="3.5.2"))
    assert (view.answer, [each.why for each in view.notes]) == (SetAnswer.WORKS, notes)
