"""What plugins name in their plugin.rb, and what those that broke have in common and those that work have not."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from models.rules.clues import bare, is_name

_LONGEST = 200_000
_MOST_NAMES = 1_000
_LONGEST_NAME = 120
_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z_][\w/-]*(?:(?:::|\.)[A-Za-z_]\w*)*[?!]?")
# What one plugin names, or a few of many, may be chance.
_FEWEST, _SHARE = 2, 0.75


def names_in(source: str) -> tuple[str, ...]:
    """The methods, constants and settings that the source names, in order, but for what comments say."""
    found: dict[str, None] = {}
    for name in _NAME.findall(_COMMENT.sub("", source[:_LONGEST])):
        # The length first: what is long takes long to look at, and anybody may write it.
        if len(name) <= _LONGEST_NAME and is_name(name):
            found[name] = None
    return tuple(found)[:_MOST_NAMES]


def shared_names(
    broken: Sequence[Sequence[str]], working: Iterable[Sequence[str]]
) -> tuple[str, ...]:
    """What most of the broken plugins name, two at least, and none of the working ones does; sorted."""
    count: Counter[str] = Counter()
    for names in broken:
        count.update(set(map(bare, names)))
    enough = max(_FEWEST, _SHARE * len(broken))
    common = {form for form, plugins in count.items() if plugins >= enough}
    for names in working:
        common -= set(map(bare, names))
    written = {bare(name): name for name in chain.from_iterable(broken)}
    return tuple(sorted(written[form] for form in common if form))
