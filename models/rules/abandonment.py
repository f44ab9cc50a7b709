"""When a plugin counts as abandoned: the host moved on, it did not, and nobody answers. Pure."""

from datetime import datetime, timedelta

# No commit for so long, and broken for so long without anybody who takes care of it.
WITHOUT_COMMIT = timedelta(days=365)
UNANSWERED = timedelta(days=30)


def is_abandoned(pushed_at: datetime | None, broken_since: datetime, now: datetime) -> bool:
    """Whether a plugin is abandoned that has been broken since then, and of which nobody takes care.

    `pushed_at` is when its repository was pushed to last; where GitHub never told of it, nobody can
    say.
    """
    if pushed_at is None:
        return False
    return now - pushed_at >= WITHOUT_COMMIT and now - broken_since >= UNANSWERED
