"""When an incident opens, opens again, changes and ends."""

from datetime import datetime, timedelta
from enum import StrEnum

from models.rules.status import Verdict

# Canary servers are rebuilt daily: what breaks again at the next rebuild is the same incident.
QUIET_TIME = timedelta(hours=26)

# What breaks again in the same way within this time after it was fixed belongs to the same issue.
RECURRENCE = timedelta(days=30)

# A canary server reports a thousand plugins at the most when it is rebuilt, and all of them may
# break at once. That many steps of incidents within this time are a bad host commit; more are a
# machine or a person gone wrong.
MOST_STEPS_OF_KEY = 1_000
STEPS_WITHIN = timedelta(hours=1)

# One site alone is a site's own trouble; three distinct ones that fail alike are not, or where many
# run the plugin, a tenth of them. What a site said last counts for as long as it is heard.
FIELD_SITES = 3
FIELD_WORD_LASTS = timedelta(days=3)
# A site that was not heard for so long is gone, and fails no more.
FIELD_SITE_LASTS = timedelta(days=30)
_MANY_SITES, _PART_OF_MANY = 10, 10

# A site where so many plugins fail, each in a way that no other site knows, and that many times as
# many are all of its plugins at the most, is sick itself.
SICK_FROM, SICK_SHARE = 3, 5

# An incident's origin is the judging source on whose word it rests; where none has confirmed what
# client sites say, it is this.
FIELD_EVIDENCE = "field"


class Transition(StrEnum):
    """What a new status means for the incident of its plugin, plugin branch and host branch."""

    OPEN = "open"
    REOPEN = "reopen"
    CHANGE = "change"
    RESOLVE = "resolve"
    NOTHING = "nothing"


class StoryKind(StrEnum):
    """What a story entry tells."""

    OPENED = "opened"
    REOPENED = "reopened"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    FIELD = "field"
    ACCUSED = "accused"
    PINNED = "pinned"
    SILENT = "silent"
    RESOLVED = "resolved"
    ACKNOWLEDGED = "acknowledged"
    CLAIMED = "claimed"
    RELEASED = "released"
    MUTED = "muted"
    UNMUTED = "unmuted"
    FILED = "filed"


# The steps that say that it is broken.
BREAKS = frozenset({StoryKind.OPENED, StoryKind.REOPENED, StoryKind.CONFIRMED, StoryKind.CHANGED})
# Those of which a key may make so many.
COUNTED = frozenset({StoryKind.OPENED, StoryKind.REOPENED, StoryKind.CHANGED})
# What people did about the incident, rather than what became of it.
ACTS = frozenset(
    {
        StoryKind.ACKNOWLEDGED,
        StoryKind.CLAIMED,
        StoryKind.RELEASED,
        StoryKind.MUTED,
        StoryKind.UNMUTED,
        StoryKind.FILED,
    }
)


def is_field_evidence(failing: int, running: int) -> bool:
    """Whether so many client sites fail alike, of those that run the plugin, that it is no trouble of
    theirs.
    """
    enough_of_many = running < _MANY_SITES or failing * _PART_OF_MANY >= running
    return failing >= FIELD_SITES and enough_of_many


def transition(
    verdict: Verdict,
    *,
    is_open: bool,
    last_resolved_at: datetime | None,
    now: datetime,
) -> Transition:
    """Decide the step. Unknown neither opens nor fixes anything; incompatible to tests_failing
    is not fixed.
    """
    if verdict.broken:
        if is_open:
            return Transition.CHANGE
        flaps = last_resolved_at is not None and now - last_resolved_at <= QUIET_TIME
        return Transition.REOPEN if flaps else Transition.OPEN
    if is_open and verdict is Verdict.COMPATIBLE:
        return Transition.RESOLVE
    return Transition.NOTHING
