"""Asks for everything about repositories except issues and CI: in a fixed order, each at its time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

from jobs.github.client import GithubClient, asking
from jobs.github.compat_branches import read_compat_branches
from jobs.github.plugin_files import read_plugin_files
from jobs.github.reading import read_gone_issues, read_labels, read_releases, read_repository
from jobs.github.sweep import sweep
from jobs.github.unreported import find
from models.database.engine import Database
from models.github import sync
from models.github.sync import Target
from models.settings import Settings

_HOUR = timedelta(hours=1)
# A little less than a day, so that it is the same hour every day.
_DAY = timedelta(hours=23)


class Task(NamedTuple):
    """What is asked for, how often, and how often if webhooks report about the repository."""

    name: str
    do: Callable[[Database, GithubClient, str, Target], None]
    every: timedelta
    unless_heard: timedelta


TASKS = (
    Task("repository", read_repository, _HOUR, _DAY),
    Task("source", read_plugin_files, _DAY, _DAY),
    Task("compat branches", read_compat_branches, _DAY, _DAY),
    Task("labels", read_labels, _DAY, _DAY),
    Task("releases", read_releases, _HOUR, _DAY),
    Task("gone issues", read_gone_issues, _DAY, _DAY),
)


def read_repositories(database: Database, settings: Settings) -> None:
    """Ask for what is due. What a limit or the end of the process leaves is due the next time."""
    with asking(database, settings) as asks:
        find(database, asks)
        for task in TASKS:
            with database.read() as session:
                targets = sync.due(
                    session, task.name, task.every, datetime.now(UTC), task.unless_heard
                )
            sweep(database, task.name, targets, partial(task.do, database, asks, task.name))
