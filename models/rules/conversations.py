"""Conversations: what a card, its edits and its replies at a destination have in common, as one text."""

from enum import StrEnum


class About(StrEnum):
    """What a conversation is about. It is the text's first word."""

    INCIDENT = "incident"
    OUTBREAK = "outbreak"
    RUSH = "rush"  # a list of incidents whose cards would have waited for each other
    FIXED = "fixed"  # the end of what has no card there
    SOURCE = "source"
    SILENCE = "silence"
    ISSUE = "issue"
    RELEASE = "release"
    REPOSITORY = "repository"
    APP = "app"
    FILED = "filed"  # an issue that is made from here
    REPORT = "report"  # what became of somebody's bug report
    CANARY = "canary"
    DIGEST = "digest"
    REMINDER = "reminder"  # of several incidents that nobody takes care of
    ESCALATED = "escalated"  # what nobody took care of for hours
    LINK = "link"
    OPENED = "opened"  # a channel that is not private any more
    PARKED = "parked"
    PUT_ASIDE = "put-aside"
    RAISED = "raised"  # events of an extension, by its handle, or of ours, by their noun
    DELIVERED = "delivered"  # webhooks of an extension, by its handle and the door
    REMOVED = "removed"  # a plugin that is not on the master list any more
    SUBMISSION = "submission"  # a plugin that somebody wants on the master list
    SUBMITTED = "submitted"  # what who submitted it is told
    GIVEN_UP = "given-up"  # plugins that nobody keeps, once a week

    @property
    def prefix(self) -> str:
        """What the texts of these conversations begin with, before the key."""
        return f"{self}:"


class Conversation(str):
    """A conversation's text: what it is about, and the key that tells it from others of its kind."""

    __slots__ = ()

    @classmethod
    def on(cls, about: About, *key: object) -> "Conversation":
        """The conversation about this, by the parts of its key."""
        return cls(about.prefix + ":".join(map(str, key)))

    @property
    def about(self) -> About:
        """What it is about. Raises ValueError where no conversation of ours begins so."""
        return About(self.partition(":")[0])

    @property
    def key(self) -> str:
        """What tells it from others of its kind."""
        return self.partition(":")[2]
