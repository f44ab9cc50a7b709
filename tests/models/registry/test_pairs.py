"""Plugins that fail beside others, found in what sites say."""

import pytest

from bench.ecosystem import commit_of, generated
from models.registry.checking import check
from models.registry.field import FieldOfSites, Spoken
from models.registry.known import KnownHost, KnownPlugin, Sites, WantedPlugin
from models.registry.limits import PluginLimits
from models.registry.pairs import pairs
from models.views.registry import CheckView, SetAnswer, Why

STABLE = KnownHost("stable", "3.5.0")


def spoken(
    *groups: tuple[int, dict[str, bool]], commits: dict[str, str] | None = None
) -> list[Spoken]:
    """What so many sites say of each plugin: whether it fails."""
    said: list[Spoken] = []
    last = 0
    for number, plugins in groups:
        last += number
        for site in range(last - number, last):
            said += [
                Spoken(name, site, (commits or {}).get(name, "c"), fails)
                for name, fails in plugins.items()
            ]
    return said


def checked(field: FieldOfSites, *names: str) -> CheckView:
    known = {
        name: KnownPlugin(PluginLimits(name, "discourse"), sites=field.sites(name))
        for name in names
    }
    return check([WantedPlugin(name) for name in names], known, STABLE, field_=field)


def test_a_pair_that_is_sure_breaks_the_set_and_only_beside_each_other() -> None:
    field = FieldOfSites(
        spoken((12, {"map": True, "pin": False}), (20, {"map": False}), (9, {"pin": False}))
    )
    both = checked(field, "map", "pin")
    (reason,) = both.reasons
    assert (reason.why, reason.handles) == (Why.PAIR, ("map", "pin"))
    assert (reason.together, reason.apart) == ((12, 12), (0, 20))
    assert reason.chance < 1e-8
    assert (both.answer, both.dropped) == (SetAnswer.BREAKS, ("map",))
    alone = checked(field, "map")
    assert alone.answer is SetAnswer.WORKS, "its failures are explained by what is not in the set"
    assert alone.members[0].failing == 0


def test_what_few_sites_say_may_be_chance() -> None:
    field = FieldOfSites(spoken((2, {"map": True, "pin": False}), (40, {"map": False})))
    view = checked(field, "map", "pin")
    assert view.answer is SetAnswer.NOT_KNOWN
    assert Why.PAIR_PERHAPS in {each.why for each in view.doubts}
    assert view.reasons == ()


def test_what_fails_everywhere_is_no_pair() -> None:
    field = FieldOfSites(spoken((30, {"map": True, "pin": False}), (30, {"map": True})))
    view = checked(field, "map", "pin")
    assert [each.why for each in view.reasons] == [Why.FAILS_AT_SITES]


def test_nobody_is_suspected_for_standing_beside_the_culprit() -> None:
    beside = {"map": True, "pin": False, "bystander": False}
    field = FieldOfSites(
        spoken(
            (10, beside),
            (4, {"map": True, "pin": False}),
            (30, {"map": False}),
            (3, {"map": False, "bystander": False}),
        )
    )
    found = list(pairs(field, {name: {"c"} for name in ("map", "pin", "bystander")}))
    assert [(each.other, each.sure) for each in found] == [("pin", True)]


def test_two_culprits_do_not_hide_each_other() -> None:
    field = FieldOfSites(
        spoken(
            (14, {"map": True, "pin": False}),
            (14, {"map": True, "chart": False}),
            (10, {"map": True, "pin": False, "chart": False}),
            (12, {"map": False}),
        )
    )
    found = list(pairs(field, {name: {"c"} for name in ("map", "pin", "chart")}))
    assert {each.other for each in found if each.sure} == {"pin", "chart"}


def test_only_the_commits_in_question_count() -> None:
    broken = spoken((12, {"map": True, "pin": False}), commits={"map": "old"})
    fixed = [
        each._replace(site=each.site + 50) for each in spoken((5, {"map": False, "pin": False}))
    ]
    field = FieldOfSites(
        [*broken, *fixed, *(Spoken("map", 90 + n, "old", False) for n in range(20))]
    )
    assert list(pairs(field, {"map": {"c"}, "pin": {"c"}})) == []
    assert [each.other for each in pairs(field, {"map": {"old"}, "pin": {"c"}})] == ["pin"]
    assert field.sites("map") == {"old": Sites(20, 12), "c": Sites(5)}


def test_sites_of_canaries_are_no_field_evidence_but_count_for_pairs() -> None:
    field = FieldOfSites(
        [Spoken("map", 1, "c", False, is_client=False), Spoken("map", 2, "c", True)]
    )
    assert field.sites("map") == {"c": Sites(0, 1)}
    assert field.running("map").bit_count() == 2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_was_planted_is_found_and_nothing_else(seed: int) -> None:
    made = generated(seed, plugins=60, sites=150, planted=6, declared=4, broken=3)
    field = FieldOfSites(made.spoken())
    found = list(pairs(field, {name: {commit_of(name)} for name in made.plugins}))
    assert {(each.one, each.other) for each in found if each.sure} == set(made.planted)
