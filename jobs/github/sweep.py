"""Going through repositories, one at a time: what went wrong with one is noted, and the next one has its turn."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import structlog

from jobs.github.trouble import AskingError, IdentityError, LimitError, TroubleError
from models.database.engine import Database
from models.github import sync
from models.github.fields import MalformedError
from models.github.sync import Target

# As often in a row, it is GitHub that is in trouble, and not a repository.
_MOST_TROUBLES = 3

_log = structlog.get_logger()


def sweep(database: Database, task: str, targets: Iterable[Target], do: Callable[[Target], None]) -> None:
    """Do the task for each of the repositories. Limits and a refused identity end it."""
    troubles = 0
    for target in targets:
        with noting(database, target.subject, task) as problems:
            do(target)
        troubles = troubles + 1 if any(isinstance(error, TroubleError) for error in problems) else 0
        if troubles == _MOST_TROUBLES:
            _log.warning("github_in_trouble", task=task, problem=str(problems[-1]))
            return


@contextmanager
def noting(database: Database, subject: str, task: str) -> Iterator[list[Exception]]:
    """Within the block, what goes wrong with this subject is noted for it, and given in the list.

    Limits and a refused identity are everyone's, and go on their way.
    """
    problems: list[Exception] = []
    try:
        yield problems
    except (LimitError, IdentityError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this subject's, and the others have their turn
        problems.append(error)
        words = _words(error)
        now = datetime.now(UTC)
        with database.write() as session:
            sync.note(session, subject, task, now, problem=words)
        _log.info("github_not_read", subject=subject, task=task, problem=words, exc_info=not _is_githubs(error))


def _is_githubs(error: Exception) -> bool:
    """Whether it is an answer of GitHub's, and no mistake of ours."""
    return isinstance(error, (AskingError, MalformedError))


def _words(error: Exception) -> str:
    if isinstance(error, MalformedError):
        return f"What GitHub answered was not understood: {error}"
    return str(error) if _is_githubs(error) else f"Reading it failed here ({type(error).__name__}): the log says more"
