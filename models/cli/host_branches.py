"""`host-branches list`, `host-branches set`."""

from typing import Annotated

import typer

from models.cli.showing import print_table
from models.cli.terminal import fail, opened_database
from models.queries.host_branches import known_branches, set_known_branches

app = typer.Typer(
    help="The branches of Discourse, and which are one line of history.", no_args_is_help=True
)
_LONGEST = 100  # characters of a name
_EXAMPLE = "for example: latest=tests-passed release stable"


@app.command("list")
def list_branches() -> None:
    """List the branches that are known, in the order in which a change reaches them."""
    with opened_database(reads_only=True) as database, database.read() as session:
        branches = known_branches(session)
        rows = [(row.name, "" if row.line == row.name else row.line) for row in branches]
    print_table(("Branch", "Another name of"), rows)


@app.command("set")
def set_branches(
    branches: Annotated[
        list[str],
        typer.Argument(
            help="All of them, the one that a change reaches first in front; NAME=FORMER where it was renamed"
        ),
    ],
) -> None:
    """Say which branches there are, in place of those that are known now."""
    told = [_read(text) for text in branches]
    names = [name for name, _ in told]
    for name in names:
        if names.count(name) > 1:
            fail(f"{name} is named twice: name each branch once, {_EXAMPLE}")
    with opened_database() as database, database.write() as session:
        set_known_branches(session, told)
    typer.echo(f"Known from now on: {', '.join(names)}")


def _read(text: str) -> tuple[str, str]:
    """A branch's name, and that of its line of history, which is its former name where it was renamed."""
    name, is_renamed, former = (part.strip() for part in text.partition("="))
    line = former if is_renamed else name
    for part in (name, line):
        if not part or len(part) > _LONGEST or any(letter.isspace() for letter in part):
            fail(f"{text!r} is no branch: write NAME, or NAME=FORMER, {_EXAMPLE}")
    return name, line
