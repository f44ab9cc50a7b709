"""What GitHub shows of the repositories that people submit for the master list."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime

import structlog
from github import Github, GithubException, UnknownObjectException
from github.ContentFile import ContentFile
from github.Repository import Repository

from jobs.github.identities import Identities
from jobs.github.trouble import NO_ANSWER
from models.database.engine import Database
from models.events.master_list import SubmissionRead
from models.record import record
from models.rules.clean import clean
from models.settings import Settings

_LONGEST = 256 * 1024  # of a plugin.rb; its header is at the beginning
_MOST_TOPICS = 20  # as many as GitHub allows
_NO_REPOSITORY = "GitHub shows no public repository of this name."
_NO_PLUGIN = "There is no plugin.rb, so it is no plugin of Discourse."

_log = structlog.get_logger()


def read_submitted(
    database: Database, settings: Settings, submitted: Sequence[tuple[int, str, str]]
) -> None:
    """Read each, by its number, its repository and the folder in that."""
    with closing(Identities(settings)) as identities:
        for number, repository, path in submitted:
            seen = _read(identities.anyone().github, number, repository, path)
            with database.write() as session:
                record(session, [seen], datetime.now(UTC))


def _read(github: Github, number: int, full_name: str, path: str) -> SubmissionRead:
    try:
        repository = github.get_repo(full_name)
        if repository.private:  # whoever submits it may not know that there is one
            return SubmissionRead(number, problem=_NO_REPOSITORY)
        header = _plugin_file(repository, f"{path}/plugin.rb" if path else "plugin.rb")
    except UnknownObjectException:
        return SubmissionRead(number, problem=_NO_REPOSITORY)
    except (GithubException, *NO_ANSWER) as error:
        status = getattr(error, "status", None)
        _log.warning(
            "submission_not_read", repository=full_name, status=status, error=type(error).__name__
        )
        return SubmissionRead(number, trouble=True)
    if header is None:
        return SubmissionRead(number, problem=_NO_PLUGIN)
    topics = tuple(str(topic) for topic in (repository.topics or ())[:_MOST_TOPICS])
    return SubmissionRead(number, header, topics)


def _plugin_file(repository: Repository, path: str) -> str | None:
    """The text of its plugin.rb; None where there is none."""
    try:
        found = repository.get_contents(path)
    except UnknownObjectException:
        return None
    if not isinstance(found, ContentFile) or found.encoding != "base64":
        return None
    return clean(found.decoded_content[:_LONGEST].decode("utf-8", "replace"))
