"""Goes through what is to be asked about, one at a time: a problem with one is noted, and the next is asked about."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol, TypeVar

import structlog

from jobs.github.trouble import AskingError, IdentityError, LimitError, TroubleError
from models.database.engine import Database
from models.github import sync
from models.github.fields import MalformedError

# After so many troubles in a row GitHub itself is in trouble, and not what was asked about.
_MOST_TROUBLES = 3

_log = structlog.get_logger()


class _HasSubject(Protocol):
    @property
    def subject(self) -> str:
        """How the task calls it."""


Asked = TypeVar("Asked", bound=_HasSubject)


def sweep(
    database: Database, task: str, targets: Iterable[Asked], do: Callable[[Asked], None]
) -> None:
    """Do the task for each of these, until a limit is hit, the identity is refused, or GitHub is in trouble.

    Raises:
        LimitError: GitHub allows no more requests for now.
        IdentityError: GitHub does not accept our token or App.

    """
    troubles = 0
    for target in targets:
        with noting(database, target.subject, task) as problems:
            do(target)
        in_trouble = any(isinstance(error, TroubleError) for error in problems)
        troubles = troubles + 1 if in_trouble else 0
        if troubles == _MOST_TROUBLES:
            _log.warning("github_in_trouble", task=task, problem=str(problems[-1]))
            return


@contextmanager
def noting(database: Database, subject: str, task: str) -> Iterator[list[Exception]]:
    """Note an error of the block as a problem of this subject, and put it into the list given.

    Limits and a refused identity concern all subjects, so these errors are raised.
    """
    problems: list[Exception] = []
    try:
        yield problems
    except (LimitError, IdentityError):
        raise
    except Exception as error:  # noqa: BLE001 - it concerns this subject alone; the others have their turn
        problems.append(error)
        words = _words(error)
        now = datetime.now(UTC)
        with database.write() as session:
            sync.note(session, subject, task, now, problem=words)
        is_ours = not _is_githubs(error)
        _log.info("github_not_read", subject=subject, task=task, problem=words, exc_info=is_ours)


def _is_githubs(error: Exception) -> bool:
    """Whether GitHub's answer is the reason, and not a mistake of ours."""
    return isinstance(error, (AskingError, MalformedError))


def _words(error: Exception) -> str:
    if isinstance(error, MalformedError):
        return f"What GitHub answered was not understood: {error}"
    if _is_githubs(error):
        return str(error)
    return f"Reading it failed here ({type(error).__name__}): the log says more"
