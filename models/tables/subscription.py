"""Who hears what."""

from datetime import datetime

import sqlalchemy
from sqlmodel import Field, Index, SQLModel, UniqueConstraint

from models.rules.digest import USUAL_MINUTE, USUAL_ZONE
from models.rules.languages import ENGLISH
from models.rules.routing import Filter, FollowScope, Topic, Wish
from models.rules.status import MILDEST_BROKEN, Verdict
from models.tables.stored import StoredList

# A topic of a newer version is none that this one can tell of.
_TOPICS = tuple(Topic)


class Destination(SQLModel, table=True):
    """A channel, or a person by their user id, that messages can be sent to.

    A parked one is sent nothing until it is unparked. In a `flat` one replies are messages of their
    own, in a `quiet` one no reply stands out of its thread, and incidents less severe than `least`
    are not told there. `digest` says how often it gets one, where somebody said so, at the minute
    `digest_at` of its zone's day; with `reminders` it is reminded of incidents that nobody takes
    care of. Extensions that speak its `language` speak that there. It `hears_private` once somebody
    with the role said so of a channel that the platform calls private.
    """

    __table_args__ = (UniqueConstraint("platform", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    address: str
    name: str
    workspace: str = Field(
        default="",
        sa_column_kwargs={"server_default": sqlalchemy.text("''")},
        description="the Slack team or Discord guild; empty outside of chat",
    )
    is_person: bool = False
    hears_private: bool = Field(
        default=False, sa_column_kwargs={"server_default": sqlalchemy.false()}
    )
    flat: bool = False
    quiet: bool = False
    least: str = MILDEST_BROKEN
    digest: str | None = None
    digest_at: int = USUAL_MINUTE
    digest_zone: str = USUAL_ZONE
    reminders: bool = True
    escalations: bool = Field(
        default=False, description="whether it is told of what nobody takes care of for hours"
    )
    mention: str = Field(
        default="",
        sa_column_kwargs={"server_default": sqlalchemy.text("''")},
        description="user:ID or group:ID, who is called to what nobody takes care of for hours",
    )
    language: str = Field(
        default=ENGLISH, sa_column_kwargs={"server_default": sqlalchemy.text("'en'")}
    )
    parked_at: datetime | None = None
    parked_because: str | None = None
    unsubscribed_at: datetime | None = Field(
        default=None, description="since when a mailbox wants no mail"
    )
    failing_since: datetime | None = Field(
        default=None, description="since when it has taken nothing, until it does"
    )

    @property
    def threshold(self) -> Verdict:
        """How severe an incident is at the least that is told there."""
        return Verdict(self.least) if self.least in tuple(Verdict) else MILDEST_BROKEN


class Subscription(SQLModel, table=True):
    """A destination's wish to hear of one plugin, of those with a tag, or of all when it names neither.

    Tag, host branch and labels are in lower case; an empty host branch means any.
    """

    id: int | None = Field(default=None, primary_key=True)
    destination_id: int = Field(foreign_key="destination.id", index=True, ondelete="CASCADE")
    plugin_id: int | None = Field(
        default=None, foreign_key="plugin.id", index=True, ondelete="CASCADE"
    )
    tag: str = ""
    host_branch: str = ""
    topics: list[str] = Field(
        default_factory=lambda: [Topic.BROKEN, Topic.FIXED], sa_type=StoredList
    )
    without_labels: list[str] = Field(default_factory=list, sa_type=StoredList)
    without_bots: bool = False

    @property
    def wish(self) -> Wish:
        """The subscription as the rules see it."""
        topics = frozenset(Topic(topic) for topic in self.topics if topic in _TOPICS)
        labels = frozenset(filter(_is_word, self.without_labels))
        return Wish(
            FollowScope(self.plugin_id, self.tag, self.host_branch),
            Filter(topics, labels, self.without_bots),
        )


def _is_word(value: object) -> bool:
    return isinstance(value, str)


class GithubLink(SQLModel, table=True):
    """A GitHub login that a person says is theirs; it is once it is `verified_at` some time.

    The code that proves it is kept as SHA-256 until `code_until`. One that is `asked_at` some time
    waits to be looked for; what is found is told at the destination.
    """

    __tablename__ = "github_link"
    __table_args__ = (
        UniqueConstraint("person_id", "login_key"),
        Index("github_link_of_login", "login_key"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE")
    destination_id: int = Field(foreign_key="destination.id", ondelete="CASCADE")
    login: str
    login_key: str = Field(description="the login in lower case, as GitHub compares it")
    code_sha256: str | None = None
    code_until: datetime
    asked_at: datetime | None = Field(default=None, index=True)
    verified_at: datetime | None = None
