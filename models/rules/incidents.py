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

# One site alone is a site's own trouble; three distinct ones failing at the same plugin commit are
# not.
FIELD_SITES = 3

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
