"""Text cut to a limit after it was drawn, its two ends kept. Pure.

Lengths are in UTF-16 code units: Discord's clients count so, and a count in code points is never greater.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")

_MORE = "… {:,} more …"


def size(text: str) -> int:
    """How long Discord takes the text to be, at the most."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def ends(text: str, limit: int) -> str:
    """The text on one line, with an ellipsis in its middle if it is longer than `limit`."""
    # Splitting a very long text only to leave most of it out would take long.
    outer = text if len(text) <= 4 * limit else f"{text[: 2 * limit]} {text[-2 * limit :]}"
    line = " ".join(outer.split())

    def halves(letters: int) -> str:
        head = (letters + 1) // 2
        return f"{line[:head].rstrip()}…{line[len(line) - letters // 2 :].lstrip()}"

    return line if size(line) <= limit else _longest(halves, limit, min(len(line), limit))


def fit(draw: Callable[[str], str], text: str, cut: Callable[[str, int], str], limit: int) -> str:
    """`draw(text)`, or the drawing of as much of the text as `cut` leaves in `limit`."""
    if len(text) <= limit and size(drawn := draw(text)) <= limit:
        return drawn
    return _longest(lambda letters: draw(cut(text, letters)), limit, min(len(text), limit))


def lines(items: Sequence[Item], draw: Callable[[Item], str], limit: int) -> str:
    """A line for each item, those in the middle left out and counted if they do not fit."""
    most = min(len(items), limit // 2 + 1)  # a line takes two at the least
    first = [draw(item) for item in items[: (most + 1) // 2]]
    last = [draw(item) for item in items[len(items) - most // 2 :]]
    if most == len(items) and size(whole := "\n".join(first + last)) <= limit:
        return whole

    def outer(kept: int) -> str:
        head = first[: (kept + 1) // 2]
        tail = last[len(last) - kept // 2 :]
        return "\n".join((*head, _MORE.format(len(items) - kept), *tail))

    return _longest(outer, limit, min(most, len(items) - 1))


def shares(sizes: Sequence[int], budget: int) -> list[int]:
    """How much of the budget each gets: the small what they need, the large as much as each other."""
    left = budget
    waiting = sorted(range(len(sizes)), key=sizes.__getitem__)
    granted = [0] * len(sizes)
    for place, index in enumerate(waiting):
        granted[index] = min(sizes[index], left // (len(waiting) - place))
        left -= granted[index]
    return granted


def _longest(drawn: Callable[[int], str], limit: int, most: int) -> str:
    """The drawing of the largest number up to `most` that fits; empty if not even that of 0 does."""
    best = ""
    low = 0
    high = most
    while low <= high:
        middle = (low + high) // 2
        candidate = drawn(middle)
        if size(candidate) <= limit:
            best = candidate
            low = middle + 1
        else:
            high = middle - 1
    return best
