"""The one table of everything that the clock does.

Whatever a job is waiting for may end it: it is killed at its limit, and run again after a crash, so it works in small
transactions and uses time-outs. To have one run at once, `models.operating.slots.ask(session, name, now)`.
"""

from datetime import time, timedelta
from functools import partial

from jobs.digests import remind, send_digests
from jobs.domain_proofs import look_at_domains
from jobs.entry import Entry
from jobs.extensions import look_after_extensions
from jobs.github.logins import look_at_profiles
from jobs.github.submissions import read_submissions
from jobs.given_up import tell_given_up
from jobs.left_branches import close_left_branches
from jobs.mutes import end_mutes
from jobs.overdue import turn_overdue_unknown
from jobs.prune import prune
from jobs.realms.restating import restate_quarantines
from jobs.silence import look_for_silence
from jobs.usage import count_installations
from models.database.engine import Database
from models.rules.extensions import EXTENSIONS_JOB
from models.rules.slots import Daily, Every
from models.settings import Settings

_SOON = Every(timedelta(seconds=15))
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)


def schedule(database: Database, settings: Settings) -> tuple[Entry, ...]:
    """The table. Each process builds its own, so that no secret travels from one to the other."""
    listened = bool(settings.github_secrets)
    return (
        Entry("overdue", Every(_MINUTE), partial(turn_overdue_unknown, database), 5 * _MINUTE),
        Entry("logins", _SOON, partial(look_at_profiles, database, settings), 2 * _MINUTE),
        Entry("submissions", _SOON, partial(read_submissions, database, settings), 2 * _MINUTE),
        Entry("domains", _SOON, partial(look_at_domains, database, settings), 2 * _MINUTE),
        Entry("mutes", Every(_MINUTE), partial(end_mutes, database), 5 * _MINUTE),
        Entry(
            "silence",
            Every(_MINUTE),
            partial(look_for_silence, database, github_listened=listened),
            5 * _MINUTE,
        ),
        Entry("digests", Every(_MINUTE), partial(send_digests, database), 5 * _MINUTE),
        Entry(
            "left-branches",
            Every(5 * _MINUTE),
            partial(close_left_branches, database),
            5 * _MINUTE,
        ),
        Entry("reminders", Every(5 * _MINUTE), partial(remind, database), 5 * _MINUTE),
        Entry("given-up", Every(timedelta(days=7)), partial(tell_given_up, database), 5 * _MINUTE),
        Entry("usage", Daily(time(23, 0)), partial(count_installations, database), 10 * _MINUTE),
        Entry(
            EXTENSIONS_JOB,
            Every(_MINUTE),
            partial(look_after_extensions, database, settings),
            5 * _MINUTE,
        ),
        Entry(
            "quarantines", Daily(time(6, 0)), partial(restate_quarantines, database), 5 * _MINUTE
        ),
        Entry("prune", Daily(time(4, 30)), partial(prune, database, settings), _HOUR),
        *(_smoke(database, settings) if settings.canaries else ()),
        *(_github(database, settings) if settings.asks_github else ()),
    )


# The browser's and GitHub's libraries take some megabytes a process, and are often not used at all.


def _smoke(database: Database, settings: Settings) -> tuple[Entry, ...]:
    from jobs.canary.entries import smoke_tests  # noqa: PLC0415 - see above

    return smoke_tests(database, settings)


def _github(database: Database, settings: Settings) -> tuple[Entry, ...]:
    from jobs.github.entries import github_jobs  # noqa: PLC0415 - see above

    return github_jobs(database, settings)
