"""Looks at the profiles of GitHub logins that people claim, for the code that proves the claim."""

from models.database.engine import Database
from models.recording.people.linking import waiting
from models.settings import Settings

# Without a token GitHub answers 60 requests an hour.
BATCH = 5


def look_at_profiles(database: Database, settings: Settings) -> None:
    """Look at the profiles that wait for it, those that wait longest first."""
    with database.read() as session:
        claims = waiting(session, BATCH)
    if not claims:
        return
    # GitHub's library takes some megabytes, and nobody waits nearly always.
    from jobs.github.profiles import read_profiles  # noqa: PLC0415 - see above

    read_profiles(database, settings, claims)
