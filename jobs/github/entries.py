"""The jobs that ask GitHub, where somebody may ask it."""

from datetime import timedelta
from functools import partial

from jobs.entry import Entry
from jobs.github.ancestry import ask_ancestry, follow_hosts
from jobs.github.ci import read_ci
from jobs.github.deliveries import redeliver
from jobs.github.fixes import find_fixes
from jobs.github.folders import read_folders
from jobs.github.host_versions import read_host_versions
from jobs.github.issues import reconcile_issues
from jobs.github.owners import read_owners
from jobs.github.pin_versions import read_pin_versions
from jobs.github.repositories import read_repositories
from jobs.github.suspects import find_suspects
from models.database.engine import Database
from models.rules.slots import Every
from models.settings import Settings

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


def github_jobs(database: Database, settings: Settings) -> tuple[Entry, ...]:
    """What keeps GitHub in step, where somebody may ask it. What a run does not finish, the next one goes on with."""
    half, ten = 30 * _MINUTE, Every(10 * _MINUTE)
    return (
        Entry(
            "github-deliveries", Every(5 * _MINUTE), partial(redeliver, database, settings), half
        ),
        Entry("github-issues", ten, partial(reconcile_issues, database, settings), half),
        Entry("github-ci", ten, partial(read_ci, database, settings), half),
        Entry("github-pins", ten, partial(read_pin_versions, database, settings), ten.length),
        Entry(
            "github-suspects",
            Every(2 * _MINUTE),
            partial(find_suspects, database, settings),
            ten.length,
        ),
        Entry("github-fixes", ten, partial(find_fixes, database, settings), ten.length),
        Entry("github-hosts", ten, partial(follow_hosts, database, settings), ten.length),
        Entry("github-folders", Every(_HOUR), partial(read_folders, database, settings), half),
        Entry("github-owners", Every(_HOUR), partial(read_owners, database, settings), half),
        Entry(
            "github-host-versions",
            Every(_HOUR),
            partial(read_host_versions, database, settings),
            ten.length,
        ),
        Entry(
            "github-ancestry",
            Every(2 * _MINUTE),
            partial(ask_ancestry, database, settings),
            ten.length,
        ),
        Entry(
            "github-repositories",
            Every(half),
            partial(read_repositories, database, settings),
            _HOUR,
        ),
    )
