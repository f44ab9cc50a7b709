"""`check-set`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from models.cli.terminal import fail, opened_database
from models.messages.checking import check_message
from models.messages.drawing import plain
from models.metadata.wanted_set import WantedSet, read_set
from models.queries.checking import check_set as checked
from models.registry.known import KnownHost
from models.rules.privacy import EVERYTHING
from models.views.registry import CheckView, SetAnswer


def check_set(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, readable=True, help="A list, or an app.yml"),
    ],
    branch: Annotated[str, typer.Option(help="The host branch")] = "stable",
    at: Annotated[str, typer.Option(help="The host's version there, such as 3.5.0")] = "",
    runtime: Annotated[str, typer.Option(help="The version of its Ruby, Python or Java")] = "",
) -> None:
    """Say whether the plugins of a file would work together on a host branch.

    A line is a plugin's name or address, and behind it the version or commit if one is meant; of a Discourse
    container's app.yml it is what its hooks clone. The exit code is 1 if they break, and 2 if that is not known.
    """
    named = _read(file)
    with opened_database(reads_only=True) as database, database.read() as session:
        host = KnownHost(branch, at, runtime)
        view = checked(session, named, host, datetime.now(UTC), allowed=EVERYTHING)
    _show(view, named)
    raise typer.Exit({SetAnswer.BREAKS: 1, SetAnswer.NOT_KNOWN: 2}.get(view.answer, 0))


def _read(file: Path) -> WantedSet:
    try:
        return read_set(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        fail(f"{file} is not UTF-8 text.")
    except ValueError as problem:
        fail(f"{file}: {problem}.")


def _show(view: CheckView, named: WantedSet) -> None:
    message = check_message(view, branches=named.branches)
    typer.echo(message.title)
    for block in message:
        typer.echo(plain(block, str))
