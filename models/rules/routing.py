"""Who hears of what, and in which conversation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from models.rules.privacy import PUBLIC, Clearance
from models.rules.status import MILDEST_BROKEN, Verdict

_BOT = "[bot]"  # how GitHub ends the login of every App


class Topic(StrEnum):
    """What one can hear of about a plugin. Guardians, who follow everything, hear of breakage alone."""

    BROKEN = "broken"
    FIXED = "fixed"
    RELEASES = "releases"
    ISSUES = "issues"


@dataclass(frozen=True, slots=True)
class News:
    """What happened, as far as it matters for who hears of it.

    It is about no plugin when all are concerned, about no host branch when GitHub tells it, and `verdict` is that of an
    incident. `author` is the login of who wrote an issue or a release. `private` says that it is told by GitHub of a
    private repository and by nobody else; `inside` that it is about a source, which only those inside know of.
    """

    topic: Topic
    plugin_id: int | None = None
    tags: Sequence[str] = ()
    host_branch: str = ""
    verdict: Verdict | None = None
    labels: Sequence[str] = ()
    author: str = ""
    private: bool = False
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """The topics one wants to hear of, without issues that bear one of these labels, and without what bots wrote."""

    topics: frozenset[Topic]
    without_labels: frozenset[str] = frozenset()
    without_bots: bool = False

    def lets(self, news: News) -> bool:
        """Whether this news is wanted."""
        if news.topic not in self.topics or (self.without_bots and news.author.casefold().endswith(_BOT)):
            return False
        return self.without_labels.isdisjoint(label.casefold() for label in news.labels)

    def covers(self, other: "Filter") -> bool:
        """Whether it lets through all that the other one does."""
        return (
            self.topics >= other.topics
            and self.without_labels <= other.without_labels
            and (other.without_bots or not self.without_bots)
        )


@dataclass(frozen=True, slots=True)
class FollowScope:
    """What is followed: one plugin, the plugins with a tag, or all of them; on one host branch, or on any."""

    plugin_id: int | None = None
    tag: str = ""
    host_branch: str = ""

    @property
    def is_all(self) -> bool:
        """Whether every plugin is meant."""
        return self.plugin_id is None and not self.tag

    def includes(self, news: News) -> bool:
        """Whether the news is about it."""
        if self.host_branch and news.host_branch and self.host_branch != news.host_branch.casefold():
            return False
        if self.tag:
            return self.tag in {tag.casefold() for tag in news.tags}
        return self.plugin_id in {None, news.plugin_id}

    def covers(self, other: "FollowScope") -> bool:
        """Whether it includes all that the other one does."""
        return (self.is_all or (self.plugin_id, self.tag) == (other.plugin_id, other.tag)) and (
            self.host_branch in {"", other.host_branch}
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """What is followed, and what one wants to hear of it."""

    subject: FollowScope
    filter: Filter

    def hears(self, news: News) -> bool:
        """Whether the news is about what is followed, and wanted."""
        return self.subject.includes(news) and self.filter.lets(news)

    def covers(self, other: "Wish") -> bool:
        """Whether who has this wish hears already of all that the other one asks for."""
        return self.subject.covers(other.subject) and self.filter.covers(other.filter)


@dataclass(frozen=True, slots=True)
class Listener:
    """A destination with its wishes, and what it is `allowed` to know.

    Of incidents less severe than `least` it hears nothing.
    """

    destination_id: int
    wishes: tuple[Wish, ...] = field(default=())
    least: Verdict = MILDEST_BROKEN
    allowed: Clearance = PUBLIC

    def may_know(self, news: News) -> bool:
        """Whether it may be told of this at all, whatever it wishes."""
        if news.inside and not self.allowed.inside:
            return False
        return not news.private or self.allowed.knows(news.plugin_id)

    def hears(self, news: News) -> bool:
        """Whether it wants to hear of this."""
        return self._is_severe(news) and self.may_know(news) and any(wish.hears(news) for wish in self.wishes)

    def hears_all(self, news: News) -> bool:
        """Whether it wants to hear of this about every plugin, and so of outbreaks as a whole."""
        is_told = self._is_severe(news) and self.may_know(news)
        return is_told and any(wish.subject.is_all and wish.hears(news) for wish in self.wishes)

    def _is_severe(self, news: News) -> bool:
        return news.verdict is None or news.verdict.severity >= self.least.severity


def is_guardian(wishes: Iterable[Wish]) -> bool:
    """Whether who has these wishes hears of everything that breaks."""
    return any(wish.covers(_EVERYTHING_BROKEN) for wish in wishes)


def stand_in(listeners: Iterable[Listener], guardians: Iterable[int], lost: Iterable[Wish]) -> tuple[Listener, ...]:
    """The listeners, with the guardians hearing also what the destinations that are gone wished to hear."""
    guarding, wishes = set(guardians), tuple(lost)
    return tuple(
        replace(each, wishes=(*each.wishes, *wishes)) if each.destination_id in guarding else each for each in listeners
    )


_EVERYTHING_BROKEN = Wish(FollowScope(), Filter(frozenset({Topic.BROKEN})))


def outbreak_cause(host_branch: str, bad_host_sha: str, fingerprint: str, *, host_moved: bool, has_words: bool) -> str:
    """What an incident may share with others: the host commits that broke it, else the failure itself, else nothing.

    A failure without words looks like any other one, so it joins nothing.
    """
    if host_moved:
        return f"host/{host_branch}/{bad_host_sha}"
    return f"fingerprint/{fingerprint}" if has_words else ""


# Two plugins that break at once may be chance; from three on, one announcement lists them.
OUTBREAK_SIZE = 3
