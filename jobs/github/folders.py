"""Reads daily what plugins say of themselves that share a repository: plugin.rb in the folder of each."""

from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import quote

from jobs.github.client import GithubClient, asking
from jobs.github.contents import UnreadableFileError, text_of
from jobs.github.sweep import sweep
from jobs.github.trouble import MissingError
from models.database.engine import Database
from models.events.github import FolderReading
from models.github import folders, sync
from models.github.folders import Folder
from models.record import record
from models.settings import Settings

_FILE = "plugin.rb"
# A little less than a day, so that it is the same hour every day.
_EVERY = timedelta(hours=23)


def read_folders(database: Database, settings: Settings) -> None:
    """Read those that are due; a file that is unchanged costs nothing. What a limit leaves is due the next time."""
    with database.read() as session:
        due = folders.due(session, _EVERY, datetime.now(UTC))
    if not due:
        return
    with asking(database, settings) as asks:
        sweep(database, folders.TASK, due, partial(_read, database, asks))


def _read(database: Database, asks: GithubClient, folder: Folder) -> None:
    place = f"/repos/{folder.repository}/contents/{quote(folder.path)}/{_FILE}"
    etag, reading = None, FolderReading(folder.subject)
    try:
        answer = asks.get(place, folder.repository.partition("/")[0], folder.etag)
        etag = answer.etag or folder.etag
        reading = FolderReading(folder.subject, None if answer.unchanged else text_of(answer))
        is_known = answer.unchanged
    except MissingError:
        is_known = False
    except UnreadableFileError as problem:
        is_known, reading = False, FolderReading(folder.subject, problem=f"{_FILE} {problem}")
    now = datetime.now(UTC)
    with database.write() as session:
        if not is_known:
            record(session, [reading], now)
        sync.note(session, folder.subject, folders.TASK, now, etag=etag, done_at=now)
