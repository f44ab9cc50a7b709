"""What limits a plugin."""

from dataclasses import replace

from models.registry.limits import HostLimit, limits_of
from models.rules.declaring import Fact, Standing
from models.rules.status import Verdict
from models.views import PluginLine, PluginView
from models.views.registry import DeclarationView

MAP = PluginView("map", "Map", "example/map", required_version=" 3.4.0", compatibility="3.3.0: old")


def declared(fact: Fact, **more: str) -> DeclarationView:
    return DeclarationView("map", fact, **more)  # type: ignore[arg-type]  # its texts


def line(plugin: PluginView = MAP, state: str = "") -> PluginLine:
    return PluginLine(plugin, Verdict.UNKNOWN, repository_state=state)


def test_its_repository_and_people_say_what_limits_it() -> None:
    needs, breaks = (
        declared(Fact.NEEDS, versions=">=3.5"),
        declared(Fact.BREAKS, versions=">=4", of="<2", reason="why"),
    )
    conflict = declared(Fact.CONFLICTS, other="pin")
    tested, runtime = (
        declared(Fact.TESTED, versions="<=3.5"),
        declared(Fact.RUNTIME, versions=">=3.3", source="metadata"),
    )
    usable = declared(Fact.OPTIONAL, other="pin")
    of_other = DeclarationView("pin", Fact.NEEDS, versions=">=9")
    found = limits_of(line(), [needs, breaks, conflict, of_other, tested, runtime, usable])
    assert found.host == (
        HostLimit(">=3.4.0", "plugin.rb"),
        HostLimit(">=3.5", "declared"),
        HostLimit(">=4", "declared", breaks=True, of="<2", reason="why"),
    )
    assert (found.tested, found.runtime) == (
        (HostLimit("<=3.5", "declared"),),
        (HostLimit(">=3.3", "metadata"),),
    )
    assert found.others == (usable, conflict)
    assert found.requires == ()
    assert found.pins.pin("3.2.0") == "old"
    assert found.problems == ()


def test_a_status_of_some_versions_counts_before_one_of_all_and_people_before_github() -> None:
    of_all = DeclarationView("map", Fact.STATUS, Standing.BETA)
    of_some = DeclarationView("map", Fact.STATUS, Standing.REMOVED, of="<2", reason="why")
    found = limits_of(line(state="archived"), [of_all, of_some])
    assert found.statuses[:2] == (of_some, of_all)
    assert found.statuses[2].standing is Standing.DEPRECATED
    gone = limits_of(line(state="deleted"), [])
    assert [each.standing for each in gone.statuses] == [Standing.REMOVED]


def test_branches_for_hosts_are_discourses_alone() -> None:
    branches = ("d-compat/2026.2",)
    plugins = replace(MAP, compat_branches=branches), replace(MAP, ecosystem="python")
    assert [limits_of(line(each), []).compat_branches for each in plugins] == [branches, ()]


def test_files_that_say_nothing_usable_are_named() -> None:
    odd = PluginView("map", "Map", "", required_version="three", compatibility="[]")
    found = limits_of(line(odd), [])
    assert found.host == ()
    assert len(found.problems) == 2
    assert "`required_version` in plugin.rb is no version." in found.problems
