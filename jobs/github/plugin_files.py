"""Reads a repository's files about its plugin: plugin.rb, .discourse-compatibility and CODEOWNERS."""

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote

from jobs.github.client import GithubClient
from jobs.github.contents import UnreadableFileError, text_of
from jobs.github.trouble import MissingError
from models.database.engine import Database
from models.events.github import PluginFilesReading
from models.github import sync
from models.github.sync import Target
from models.metadata.codeowners import PLACES, code_owners
from models.record import record

_PLUGIN, _COMPATIBILITY = "plugin.rb", ".discourse-compatibility"


def read_plugin_files(database: Database, asks: GithubClient, task: str, target: Target) -> None:
    """Read the files, unless the list of files is unchanged: any change of a file changes it too."""
    if target.default_branch is None:
        return
    answer = asks.get(
        f"/repositories/{target.repository_id}/contents/",
        target.owner,
        target.etag,
        ref=target.default_branch,
    )
    now = datetime.now(UTC)
    if answer.unchanged:
        with database.write() as session:
            sync.note(session, target.subject, task, now, etag=target.etag, done_at=now)
        return
    reading = _read(asks, target, {one.words("name") for one in answer.objects()})
    with database.write() as session:
        record(session, [reading], now)
        sync.note(session, target.subject, task, now, etag=answer.etag, done_at=now)


def _read(asks: GithubClient, target: Target, names: set[str]) -> PluginFilesReading:
    problems: list[str] = []

    def text(path: str) -> str | None:
        if path.partition("/")[0] not in names:
            return None
        return _file(asks, target, path, problems)

    owners = _first(text(place) for place in PLACES)
    header = text(_PLUGIN)
    compatibility = text(_COMPATIBILITY)
    logins = code_owners(owners or "")
    return PluginFilesReading(
        target.repository_id,
        header,
        compatibility,
        logins,
        tuple(problems),
        is_plugin=header is not None or any(each.startswith(_PLUGIN) for each in problems),
    )


def _file(asks: GithubClient, target: Target, path: str, problems: list[str]) -> str | None:
    """A file's text on the default branch; None if it is not there."""
    try:
        answer = asks.get(
            f"/repositories/{target.repository_id}/contents/{quote(path)}",
            target.owner,
            ref=target.default_branch or "",
        )
    except MissingError:
        return None
    try:
        return text_of(answer)
    except UnreadableFileError as problem:
        problems.append(f"{path} {problem}")
        return None


def _first(texts: Iterable[str | None]) -> str | None:
    return next((text for text in texts if text is not None), None)
