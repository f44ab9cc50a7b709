"""The adapters with the real libraries, and the examples as they are."""

from pathlib import Path

from tests.kit.hosts import KIT, Workplace

EXAMPLES = KIT / "examples"
DEEDS = ("raises", "exits", "crashes")
HOOKS = """
import pluggy
hook = pluggy.HookimplMarker("sample")
@hook
def said(call):
    return call()
"""
PLUGGY = """\
import sys
import pluggy
from pluginwatch_kit.guard import Guard
from pluginwatch_kit.guard.for_pluggy import load_into
spec = pluggy.HookspecMarker("sample")
class Specs:
    @spec
    def said(self, call): pass
manager = pluggy.PluginManager("sample")
manager.add_hookspecs(Specs)
guard = Guard("sample", "1")
print("registered", load_into(manager, guard, "sample.plugins", watching=(LookupError,)))
print("distributions", *[dist.version for _, dist in manager.list_plugin_distinfo()])
print("said", manager.hook.said(call=lambda: 1))
print("said", manager.hook.said(call=open))
try:
    manager.hook.said(call=lambda: {}["x"])
except KeyError:
    print("heard")
"""


def run(place: Workplace, example: str, *arguments: str) -> str:
    """What an example says."""
    argv = [example, *arguments]
    path = str(EXAMPLES / example)
    code = f"import runpy, sys; sys.argv = {argv!r}; runpy.run_path({path!r}, run_name='__main__')"
    return place.start(code=code)


def install(place: Workplace, group: str, more: str = "", entry: str = "") -> None:
    """A good plugin, and one for each bad deed."""
    place.install("good", more=more, group=group, entry=entry)
    for deed in DEEDS:
        place.install(f"one-that-{deed}", deed=deed, more=more, group=group, entry=entry)


def test_pluggys_plugins_are_loaded_registered_and_watched(place: Workplace) -> None:
    place.install("one", more=HOOKS)
    place.install("two", deed="exits", more=HOOKS)
    said = place.start(code=PLUGGY)
    assert "registered 1" in said
    assert "distributions 1.0" in said
    assert "said [1]\n" in said
    assert "said []\n" in said
    assert "heard" in said
    assert "failing     one 1.0" in place.ask("list")
    assert "quarantined two 1.0" in place.ask("list")


def test_a_hook_that_the_host_does_not_have_is_the_plugins_failure(place: Workplace) -> None:
    place.install("one", more=HOOKS.replace("(call)", "(call, more)"))
    said = place.start(code=PLUGGY)
    assert "registered 0" in said
    assert "said []" in said
    assert "PluginValidationError" in place.ask("list")


def test_pytest_comes_up_and_tells_the_truth(place: Workplace, tmp_path: Path) -> None:
    install(place, "pytest11")
    test = tmp_path / "test_it.py"
    test.write_text("def test_good(): pass\nasync def test_bad(): assert 0\n")
    arguments = (
        str(test),
        "-p",
        "no:cacheprovider",
        "-o",
        "asyncio_mode=auto",
        "--rootdir",
        str(tmp_path),
    )
    run(place, "guarded_pytest.py", *arguments)
    assert "1 failed, 1 passed" in run(place, "guarded_pytest.py", *arguments)
    listed = place.ask("--host", "pytest", "list")
    for deed in DEEDS:
        assert f"quarantined one-that-{deed}" in listed
    assert "well        good" in listed
    assert "well        pytest-asyncio" in listed


def test_stevedores_extensions(place: Workplace) -> None:
    group = "shelf.books"
    install(place, group, more="def make():\n    return 1", entry=":make")
    place.install("late", more="def make():\n    return 1 / 0", group=group, entry=":make")
    run(place, "guarded_stevedore.py", group)
    assert "up with good-entry\n" in run(place, "guarded_stevedore.py", group)
    listed = place.ask("list")
    for name in ("late", *(f"one-that-{deed}" for deed in DEEDS)):
        assert f"quarantined {name}" in listed
