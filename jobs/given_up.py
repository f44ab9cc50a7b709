"""Tells guardians once a week of plugins that nobody keeps."""

from datetime import UTC, datetime

from models.database.engine import Database
from models.events.silence import GivenUpDue
from models.record import record


def tell_given_up(database: Database) -> None:
    """Tell them what is deprecated, archived, gone or abandoned; nothing where nothing is."""
    with database.write() as session:
        record(session, [GivenUpDue()], datetime.now(UTC))
