"""Who hears of what, and in which conversation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from models.rules.languages import ENGLISH
from models.rules.privacy import PUBLIC, Clearance
from models.rules.rushes import LIST_LETTERS
from models.rules.status import MILDEST_BROKEN, Verdict

_BOT = "[bot]"  # how GitHub ends the login of every App


class Topic(StrEnum):
    """What one can hear of about a plugin. Guardians follow everything, and hear of breakage
    only.
    """

    BROKEN = "broken"
    FIXED = "fixed"
    RELEASES = "releases"
    ISSUES = "issues"


@dataclass(frozen=True, slots=True)
class News:
    """What happened, as far as it matters for who hears of it.

    `plugin_id` is None when it is about all plugins, and `host_branch` is empty when GitHub tells
    it. `verdict` is an incident's. `author` is the login of the person who wrote an issue or a
    release. `private`: only GitHub tells it, of a private repository. `inside`: it is about a
    source.
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
    """The topics one wants to hear of, without issues that have certain labels or that bots
    wrote.
    """

    topics: frozenset[Topic]
    without_labels: frozenset[str] = frozenset()
    without_bots: bool = False

    def lets(self, news: News) -> bool:
        """Whether this news is wanted."""
        if news.topic not in self.topics:
            return False
        if self.without_bots and news.author.casefold().endswith(_BOT):
            return False
        return self.without_labels.isdisjoint(label.casefold() for label in news.labels)

    def covers(self, other: "Filter") -> bool:
        """Whether it lets through all that the other one does."""
        if not self.topics >= other.topics or not self.without_labels <= other.without_labels:
            return False
        return other.without_bots or not self.without_bots


@dataclass(frozen=True, slots=True)
class FollowScope:
    """What is followed: one plugin, the plugins with a tag, or all of them; on one host branch,
    or on any.
    """

    plugin_id: int | None = None
    tag: str = ""
    host_branch: str = ""

    @property
    def is_all(self) -> bool:
        """Whether every plugin is meant."""
        return self.plugin_id is None and not self.tag

    def includes(self, news: News) -> bool:
        """Whether the news is about what is followed."""
        branch = news.host_branch.casefold()
        if self.host_branch and branch and self.host_branch != branch:
            return False
        if self.tag:
            return self.tag in {tag.casefold() for tag in news.tags}
        return self.plugin_id in {None, news.plugin_id}

    def covers(self, other: "FollowScope") -> bool:
        """Whether it includes all that the other one does."""
        if self.host_branch not in {"", other.host_branch}:
            return False
        return self.is_all or (self.plugin_id, self.tag) == (other.plugin_id, other.tag)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody follows, and which news of it they want."""

    subject: FollowScope
    filter: Filter

    def hears(self, news: News) -> bool:
        """Whether the news is about what is followed, and wanted."""
        return self.subject.includes(news) and self.filter.lets(news)

    def covers(self, other: "Wish") -> bool:
        """Whether this wish includes all that the other one asks for."""
        return self.subject.covers(other.subject) and self.filter.covers(other.filter)


@dataclass(frozen=True, slots=True)
class Listener:
    """A destination with its wishes, and what it is `allowed` to know.

    Of incidents less severe than `least` it hears nothing. `is_paced`: its platform makes messages wait for each other.
    A list there holds so many letters of names. It is told in its `language`.
    """

    destination_id: int
    wishes: tuple[Wish, ...] = field(default=())
    least: Verdict = MILDEST_BROKEN
    allowed: Clearance = PUBLIC
    is_paced: bool = True
    list_letters: int = LIST_LETTERS
    language: str = ENGLISH

    @property
    def guards(self) -> bool:
        """Whether it hears of everything that breaks."""
        return is_guardian(self.wishes)

    def may_know(self, news: News) -> bool:
        """Whether it may be told of this at all, whatever it wishes."""
        if news.inside and not self.allowed.inside:
            return False
        return not self.allowed.hides(news.plugin_id, private=news.private)

    def hears(self, news: News) -> bool:
        """Whether it wants to hear of this."""
        return self._may_hear(news) and any(wish.hears(news) for wish in self.wishes)

    def hears_all(self, news: News) -> bool:
        """Whether it wants to hear of this about every plugin, and so of outbreaks as a whole."""
        wishes = (wish for wish in self.wishes if wish.subject.is_all)
        return self._may_hear(news) and any(wish.hears(news) for wish in wishes)

    def _may_hear(self, news: News) -> bool:
        is_severe = news.verdict is None or news.verdict.severity >= self.least.severity
        return is_severe and self.may_know(news)


def is_guardian(wishes: Iterable[Wish]) -> bool:
    """Whether a destination with these wishes hears of everything that breaks."""
    return any(wish.covers(_EVERYTHING_BROKEN) for wish in wishes)


def stand_in(
    listeners: Iterable[Listener],
    guardians: Iterable[int],
    lost: Iterable[Wish],
) -> tuple[Listener, ...]:
    """The listeners, where guardians also have the `lost` wishes of destinations that are gone.

    `guardians` are destinations' ids.
    """
    guarding = set(guardians)
    lost_wishes = tuple(lost)
    found = []
    for each in listeners:
        if each.destination_id in guarding:
            found.append(replace(each, wishes=(*each.wishes, *lost_wishes)))
        else:
            found.append(each)
    return tuple(found)


_EVERYTHING_BROKEN = Wish(FollowScope(), Filter(frozenset({Topic.BROKEN})))


# Two plugins that break at once may be chance; from three on, one announcement lists them.
OUTBREAK_SIZE = 3
# An outbreak may have hundreds of members; so many are listed, the others counted.
OUTBREAK_LISTED = 25
