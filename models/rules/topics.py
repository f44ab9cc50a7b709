"""Which of a repository's topics on GitHub say something of its plugin. Pure."""

from collections.abc import Iterable

_MOST, _LONGEST = 20, 50  # as GitHub allows
# That it is a plugin of Discourse is said of all of them.
_SAY_NOTHING = frozenset({"discourse", "discourse-plugin", "discourse-plugins", "plugin"})


def telling(topics: Iterable[str]) -> tuple[str, ...]:
    """Those that say something, each once, in their order."""
    found = dict.fromkeys(topic.strip().casefold()[:_LONGEST] for topic in topics)
    return tuple(topic for topic in found if topic and topic not in _SAY_NOTHING)[:_MOST]


def beside(tags: Iterable[str], topics: Iterable[str]) -> list[str]:
    """The topics that are not among the tags already, in any case."""
    known = {tag.casefold() for tag in tags}
    return [topic for topic in topics if topic not in known]
