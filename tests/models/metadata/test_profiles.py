"""What differs between ecosystems, and a public list of plugins read as a profile says."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.metadata.listed_packages import read_listed
from models.metadata.package_facts import MetadataError, PackageFacts
from models.metadata.profile import ListFields, VersionOrder, profile
from models.rules.declaring import Standing
from models.rules.ecosystems import Ecosystem

GIT = {
    "name": "git",
    "title": "Git",
    "version": "5.2.2",
    "requiredCore": "2.426.3",
    "minimumJavaVersion": "17",
    "scm": "https://github.com/jenkinsci/git-plugin",
    "dependencies": [
        {"name": "credentials", "optional": False, "version": "1319.v7eb_51b_3a_c97b_"},
        {"name": "token-macro", "optional": True, "version": "400.v1"},
    ],
}


@pytest.fixture
def form() -> ListFields:
    found = profile(Ecosystem.JENKINS).listing
    assert found is not None
    return found


def listed(*items: object, **more: object) -> bytes:
    plugins = {str(number): item for number, item in enumerate(items)}
    return json.dumps({"plugins": plugins, **more}).encode()


def test_each_ecosystem_has_a_profile() -> None:
    orders = {each: profile(each).order for each in Ecosystem}
    assert orders[Ecosystem.DISCOURSE] is VersionOrder.GEM
    assert orders[Ecosystem.PYTHON] is VersionOrder.PYTHON
    assert orders[Ecosystem.JENKINS] is VersionOrder.MAVEN
    assert [each for each in Ecosystem if profile(each).listing] == [Ecosystem.JENKINS]


def test_a_plugin_of_jenkins(form: ListFields) -> None:
    found, problems = read_listed(listed(GIT), form)
    assert problems == []
    assert found == [
        PackageFacts(
            "git",
            "5.2.2",
            (("credentials", ">=1319.v7eb_51b_3a_c97b_"),),
            repository="jenkinsci/git-plugin",
            about="Git",
            needs=">=2.426.3",
            runtime=">=17",
            optional=(("token-macro", ">=400.v1"),),
        )
    ]


def test_what_the_list_calls_deprecated(form: ListFields) -> None:
    reasons = {"git": {"url": "https://plugins.example.com/why"}}
    ((found,), _) = read_listed(listed(GIT, deprecations=reasons), form)
    assert (found.standing, found.reason) == (Standing.DEPRECATED, reasons["git"]["url"])
    ((odd,), _) = read_listed(listed(GIT, deprecations={"git": 7}), form)
    assert odd.reason == "its ecosystem's list says so"


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (7, "it is no object"),
        ({**GIT, "version": ""}, "it names no plugin and version"),
        ({**GIT, "name": ["git"]}, "it names no plugin and version"),
        ({**GIT, "requiredCore": "new"}, "“new” is no range of versions"),
    ],
)
def test_one_that_cannot_be_read_keeps_no_other_back(
    form: ListFields, item: object, words: str
) -> None:
    found, (problem,) = read_listed(listed(item, {**GIT, "name": "map"}), form)
    assert [each.name for each in found] == ["map"]
    assert words in problem


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"plugins": 7}', b"[" * 100_000])
def test_what_is_no_list(form: ListFields, text: bytes) -> None:
    with pytest.raises(MetadataError):
        read_listed(text, form)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*GIT, "plugins", "deprecations"]), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(_JSON)
def test_anything_can_be_read(whole: Any) -> None:
    form = profile(Ecosystem.JENKINS).listing
    assert form is not None
    text = json.dumps({"plugins": {"a": whole, "b": {**GIT, "dependencies": whole}}}).encode()
    found, problems = read_listed(text, form)
    assert len(found) + len(problems) == 2
