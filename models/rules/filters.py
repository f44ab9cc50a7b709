"""What people want to hear of, and how. Pure."""

from dataclasses import dataclass

from models.rules.digest import Digest
from models.rules.routing import Filter, Topic
from models.rules.status import Verdict

FOR_ONE = Filter(frozenset({Topic.BROKEN, Topic.FIXED, Topic.RELEASES}))
FOR_MANY = Filter(frozenset({Topic.BROKEN, Topic.FIXED}))


@dataclass(frozen=True, slots=True)
class FollowRequest:
    """What to follow, as it was typed: a plugin by name, those with a tag, `mine`, which are those that
    one maintains, or all if nothing else is said.

    `for_me` is true when the person is to hear of it, and not the channel.
    """

    name: str = ""
    tag: str = ""
    host_branch: str = ""
    filter: Filter = FOR_MANY
    for_me: bool = False
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """How a channel is to be told. What is None stays as it is.

    `flat`: without threads. `quiet`: no reply is shown in the channel as well. `least`: nothing is
    told of less severe incidents. `digest…`: when it gets its digest. `reminders`: whether it is
    reminded of what nobody takes care of; `escalations`: whether it is told of that after hours,
    whatever it follows. `hears_private`: whether it hears of private plugins.
    `language`: which one extensions that speak it speak there. `mention`: whom to call to what nobody
    takes care of for hours; nobody when it is empty.
    """

    flat: bool | None = None
    quiet: bool | None = None
    least: Verdict | None = None
    digest: Digest | None = None
    digest_at: int | None = None
    digest_zone: str | None = None
    reminders: bool | None = None
    escalations: bool | None = None
    hears_private: bool | None = None
    language: str | None = None
    mention: str | None = None


def refuse_idle(topics: frozenset[Topic], labels: frozenset[str], *, bots: bool) -> None:
    """Refuse a filter that can never keep anything back: it is a misunderstanding.

    Raises:
        ValueError: this is one; the message says what would be right.
    """
    if labels and Topic.ISSUES not in topics:
        raise ValueError(
            "“-label:” keeps back issues, and none are followed here: add “only issues”",
        )
    if bots and topics.isdisjoint({Topic.ISSUES, Topic.RELEASES}):
        raise ValueError(
            "“-bot” keeps back issues and releases, and none are followed here: add “only …”",
        )
