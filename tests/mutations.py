"""Bodies that went wrong somewhere: a valid one with a few of its places lost, changed or doubled."""

import copy
from collections.abc import Iterable, Iterator
from typing import Any

from hypothesis import strategies as st

Path = tuple[str | int, ...]

# What machines really send in place of what they should, and what parsers trip over.
ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 10**17, 2**63 - 1, "", " ", [], {}, [[]], [None], {"a": None}),
    *(
        "a\0b",
        "\ud800",
        "\udfff\ud83d",
        "\ufffd",
        "\u202e",
        "\x1b[31m",
        "日本語",
        "x" * 5_000,
        "9" * 400,
        "../x",
        "a/b",
    ),
    *(
        "2026-13-45T99:99:99Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "null",
        "-",
        "[::1]:8000",
    ),
)
_ANY = (
    st.sampled_from(ODD)
    | st.text(max_size=20)
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False)
)


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place within a JSON value, its own first."""
    yield path
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for key, item in inner:
        yield from places(item, (*path, key))


@st.composite
def mutated(draw: st.DrawFn, body: Any) -> Any:
    """The body with one to three of its places changed."""
    changed = copy.deepcopy(body)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places(changed))))
        if not path:
            return copy.deepcopy(draw(_ANY))
        _change(draw, changed, path)
    return changed


def _change(draw: st.DrawFn, body: Any, path: Path) -> None:
    *way, last = path
    around = body
    for key in way:
        around = around[key]
    match draw(st.sampled_from(["replace", "replace", "lose", "double"])):
        case "lose":
            del around[last]
        case "double" if isinstance(around, list):
            around.insert(int(last), copy.deepcopy(around[int(last)]))
        case _:
            around[last] = copy.deepcopy(draw(_ANY))
