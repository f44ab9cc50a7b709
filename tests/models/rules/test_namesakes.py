"""Names with the prefix of an ecosystem."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.ecosystems import Ecosystem
from models.rules.handle import handle
from models.rules.namesakes import Listed, Named, ids_within, named, namesakes, prefixed
from models.rules.wanted import member_of

DISCOURSE, PYTHON, JENKINS = Ecosystem.DISCOURSE, Ecosystem.PYTHON, Ecosystem.JENKINS
OTHERS = [each for each in Ecosystem if each is not DISCOURSE]


@pytest.mark.parametrize(
    ("text", "within", "means"),
    [
        ("Poll", None, Named("poll")),
        ("poll", PYTHON, Named("poll", PYTHON)),
        ("python:Poll", None, Named("poll", PYTHON)),
        (" Python: my poll", JENKINS, Named("my-poll", PYTHON)),
        ("discourse:poll", None, Named("poll", DISCOURSE)),
        ("tag:poll", None, Named("tagpoll")),
        ("python:", None, Named("python")),
    ],
)
def test_a_prefix_says_the_ecosystem(text: str, within: str | None, means: Named) -> None:
    assert named(text, within) == means


def test_each_is_found_within_its_ecosystem_alone() -> None:
    both = {"poll": Listed(1, DISCOURSE), "python:poll": Listed(2, PYTHON)}
    found = {each: Named("poll", each).id_among(both) for each in (None, *Ecosystem)}
    assert found == {None: 1, DISCOURSE: 1, PYTHON: 2, JENKINS: None, "pluginwatch": None}
    alone = {"poll": Listed(2, PYTHON)}
    found = {each: Named("poll", each).id_among(alone) for each in (None, DISCOURSE, PYTHON)}
    assert found == {None: 2, DISCOURSE: None, PYTHON: 2}


@given(
    st.dictionaries(
        st.sampled_from(("poll", "python:poll", "jenkins:poll", "map", "python:map")),
        st.builds(Listed, st.integers(1, 9), st.sampled_from([*OTHERS[:2], DISCOURSE])),
    ).map(lambda known: {name: held for name, held in known.items() if fits(name, held)}),
    st.sampled_from((None, *Ecosystem)),
)
def test_all_names_at_once_mean_what_each_means(
    known: dict[str, Listed], ecosystem: Ecosystem | None
) -> None:
    ids = ids_within(ecosystem, known)
    for name in ("poll", "map"):
        assert ids.get(name) == Named(name, ecosystem).id_among(known)


def fits(handle: str, listed: Listed) -> bool:
    """Whether a plugin may have the handle: only a prefix of its own ecosystem."""
    return ":" not in handle or handle.startswith(f"{listed.ecosystem}:")


@given(st.from_regex(r"[a-z0-9]{1,20}[\w:. -]{0,20}", fullmatch=True), st.sampled_from(OTHERS))
def test_a_prefixed_handle_names_itself_and_no_name_becomes_one(name: str, other: str) -> None:
    made = handle(name)
    held = prefixed(made, other)
    assert named(held) == Named(made, other)
    assert held in Named(made, other).handles
    assert (held in namesakes(made), made in namesakes(held)) == (True, True)
    assert ":" not in handle(held), "what a repository calls its plugin is no prefix"


@pytest.mark.parametrize(
    ("text", "member"),
    [
        ("python:poll", ("python:poll", "")),
        ("python:poll 1.2", ("python:poll", "1.2")),
        ("Python: poll==1.2", ("python:poll", "1.2")),
        ("python:poll@1.2", ("python:poll", "1.2")),
        ("| jenkins:git | 5.2 |", ("jenkins:git", "5.2")),
        ("python:3.9", ("python", "3.9")),
        ("python:you/poll", ("you/poll", "")),
    ],
)
def test_a_set_names_plugins_with_their_prefixes(text: str, member: tuple[str, str]) -> None:
    assert member_of(text) == member
