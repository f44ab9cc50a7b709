"""What GitHub shows of the repositories that people submit for the master list."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote

import structlog

from jobs.github.client import GithubClient, asking
from jobs.github.contents import UnreadableFileError, text_of
from jobs.github.trouble import AskingError, LimitError, MissingError
from models.database.engine import Database
from models.events.master_list import PreviewRead, SubmissionRead
from models.github.fields import Fields, MalformedError
from models.metadata.header import comment_lines
from models.record import record
from models.settings import Settings

_LONGEST = 16 * 1024  # characters of the comment lines that begin a plugin.rb
_MOST_TOPICS = 20  # as many as GitHub allows
_NO_REPOSITORY = "GitHub shows no public repository of this name."
_NO_PLUGIN = "There is no plugin.rb, so it is no plugin of Discourse."

_log = structlog.get_logger()


class ToRead(NamedTuple):
    """A repository to read, and as what it is recorded."""

    reading: type[SubmissionRead] | type[PreviewRead]
    number: int
    repository: str
    path: str


def read_submitted(database: Database, settings: Settings, wanted: Sequence[ToRead]) -> None:
    """Read each, by its number, its repository and the folder in that; at a limit, the rest at the next time."""
    with asking(database, settings) as asks:
        for each in wanted:
            seen = _read(asks, each)
            with database.write() as session:
                record(session, [seen], datetime.now(UTC))


def _read(asks: GithubClient, wanted: ToRead) -> SubmissionRead | PreviewRead:
    """As the owner of the token or nobody, for whoever submits it may see what is public alone."""
    try:
        return _seen(asks, wanted)
    except LimitError:
        raise
    except MissingError:
        return wanted.reading(wanted.number, problem=_NO_REPOSITORY)
    except (AskingError, MalformedError) as error:
        _log.warning("submission_not_read", repository=wanted.repository, reason=str(error))
        return wanted.reading(wanted.number, trouble=True)


def _seen(asks: GithubClient, wanted: ToRead) -> SubmissionRead | PreviewRead:
    identity = asks.identities.anyone()
    repository = asks.ask("GET", f"/repos/{quote(wanted.repository)}", identity).object()
    if repository.value.get("private"):  # whoever submits it may not know that there is one
        return wanted.reading(wanted.number, problem=_NO_REPOSITORY)
    file = f"{wanted.path}/plugin.rb" if wanted.path else "plugin.rb"
    try:
        answer = asks.ask(
            "GET", f"/repositories/{repository.id()}/contents/{quote(file)}", identity
        )
        text = text_of(answer)
    except MissingError:
        text = None
    except UnreadableFileError as error:
        return wanted.reading(wanted.number, problem=f"Its plugin.rb {error}")
    if text is None:
        return wanted.reading(wanted.number, problem=_NO_PLUGIN)
    return wanted.reading(wanted.number, comment_lines(text)[:_LONGEST], _topics(repository))


def _topics(repository: Fields) -> tuple[str, ...]:
    topics = repository.value.get("topics")
    named = topics if isinstance(topics, list) else []
    return tuple(topic for topic in named[:_MOST_TOPICS] if isinstance(topic, str))
