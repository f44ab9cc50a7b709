"""How extensions stand beside each other, and on a host that is too old or too new."""

from dataclasses import replace

from packaging.version import Version

from models.extensions.host import HostApi
from models.extensions.installed import Installed, standing
from models.extensions.manifest import reread
from models.rules.extensions import ExtensionState
from tests.models.extensions.samples import LEAST

HOST = HostApi(Version("0.2.0.dev0"), Version("3.11.7"))
ON, OFF, HELD, KEPT = (
    *(ExtensionState.ON, ExtensionState.OFF),
    *(ExtensionState.HELD, ExtensionState.KEPT),
)


def one(
    handle: str, *lines: str, state: ExtensionState = ON, host: str = ">=0.2", version: str = "1.2"
) -> Installed:
    text = LEAST.replace("acmejira", handle).replace(">=0.2", host).replace("1.2.0", version)
    manifest = reread("\n".join([text, *lines]))
    return Installed(handle, state, manifest.version, manifest, f"{handle}-1")


def stands(*known: Installed, host: HostApi = HOST) -> dict[str, tuple[ExtensionState, str]]:
    return {each.handle: (each.state, "; ".join(each.why)) for each in standing(known, host)}


def test_what_fits_stands_as_it_was_left() -> None:
    known = (one("acmejira"), one("other", state=OFF), one("gone", state=KEPT))
    assert standing(known, HOST) == known


def test_a_host_that_is_too_old_or_too_new_holds_what_is_on() -> None:
    known = (one("acmejira", host=">=0.3"), one("other", state=OFF, host=">=0.3"))
    words = "needs Pluginwatch >=0.3; this is 0.2.0.dev0"
    assert stands(*known) == {"acmejira": (HELD, words), "other": (OFF, words)}
    fitting = replace(HOST, version=Version("0.3"))
    assert stands(*known, host=fitting) == {"acmejira": (ON, ""), "other": (OFF, "")}
    breaks = one("acmejira", host='>=0.2", breaks = ">=1')
    newer = replace(HOST, version=Version("1.0"))
    words = "does not work with Pluginwatch >=1; this is 1.0"
    assert stands(breaks, host=newer) == {"acmejira": (HELD, words)}


def test_another_python_holds_it() -> None:
    words = "needs Python >=3.12; this is 3.11.7"
    assert stands(one("acmejira", 'python = { needs = ">=3.12" }')) == {"acmejira": (HELD, words)}


def test_what_needs_another_one_stands_and_falls_with_it() -> None:
    needing = one("acmejira", 'requires = { other = ">=1.1" }')
    third = one("third", 'requires = { acmejira = "*" }')
    assert stands(needing, third, one("other")) == {
        "acmejira": (ON, ""),
        "third": (ON, ""),
        "other": (ON, ""),
    }
    held_too = (HELD, "needs acmejira, which does not run")
    assert stands(needing, third)["acmejira"] == (HELD, "needs the extension other >=1.1")
    assert stands(needing, third)["third"] == held_too
    old = one("other", version="1.0")
    assert stands(needing, old)["acmejira"] == (HELD, "needs other >=1.1; 1.0 is there")
    off = one("other", state=OFF)
    assert stands(needing, third, off)["acmejira"] == (HELD, "needs other, which does not run")
    assert stands(needing, third, off)["third"] == held_too
    kept = one("other", state=KEPT)
    assert stands(needing, kept)["acmejira"] == (HELD, "needs the extension other >=1.1")
    unfit = one("other", host=">=9")
    assert stands(needing, unfit)["acmejira"] == (HELD, "needs other, which does not run")


def test_two_that_need_each_other_run_together() -> None:
    pair = (
        one("acmejira", 'requires = { other = "*" }'),
        one("other", 'requires = { acmejira = "*" }'),
    )
    assert set(stands(*pair).values()) == {(ON, "")}


def test_a_manifest_that_is_not_understood_any_more_holds_what_is_on() -> None:
    unread = replace(one("acmejira"), manifest=None, why=("api: is 2",))
    assert stands(unread, one("other")) == {"acmejira": (HELD, "api: is 2"), "other": (ON, "")}
