"""`plugins import`, `add`, `edit`, `list`, `limits`, `remove` and `import-metadata`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import col, select

from models.cli.editing import add, edit
from models.cli.limits import limits
from models.cli.package_metadata import import_metadata
from models.cli.removing import remove
from models.cli.showing import print_table
from models.cli.terminal import counted, fail, opened_database
from models.metadata.listing import Listing, ListingError, parse_listing
from models.queries.plugins import ON_THE_LIST
from models.recording.github.master_list import ImportResult, import_listing
from models.rules.privacy import EVERYTHING
from models.tables import Plugin

app = typer.Typer(help="The master list: the plugins that are watched.", no_args_is_help=True)
app.command()(limits)
app.command()(add)
app.command()(edit)
app.command()(remove)
app.command()(import_metadata)


@app.command("import")
def import_plugins(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The list to read")
    ],
) -> None:
    """Add and update plugins from a list: `owner/name` lines, or JSON with their metadata headers.

    Of a repository with several plugins, each folder is a line: `owner/name/plugins/one`.

    What cannot be taken is named and the rest is imported; the exit code is then 1. Plugins that
    are not in the list stay as they are.
    """
    listing = _read(file)
    with opened_database() as database, database.write() as session:
        result = import_listing(session, listing.entries, datetime.now(UTC), EVERYTHING)
    refused = [*listing.problems, *result.refused]
    typer.echo(_summary(result))
    for before, after in result.renamed:
        typer.echo(f"  {before} is now {after}")
    if refused:
        typer.echo(f"{counted(len(refused), 'line')} could not be taken:")
        for words in refused:
            typer.echo(f"  {words}")
        raise typer.Exit(1)


@app.command("list")
def list_plugins() -> None:
    """List the plugins that are watched, by handle."""
    with opened_database(reads_only=True) as database, database.read() as session:
        found = session.exec(select(Plugin).where(ON_THE_LIST).order_by(col(Plugin.handle))).all()
        rows = [
            (plugin.handle, plugin.place, plugin.name, plugin.version or "") for plugin in found
        ]
    if rows:
        print_table(("Handle", "Repository", "Name", "Version"), rows)
    else:
        typer.echo(
            "No plugin is watched yet; import a list with: python -m models plugins import FILE"
        )


def _read(file: Path) -> Listing:
    try:
        return parse_listing(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        fail(f"{file} is not UTF-8 text.")
    except ListingError as error:
        fail(str(error))


def _summary(result: ImportResult) -> str:
    counts = {
        "added": len(result.added),
        "updated": len(result.updated),
        "renamed": len(result.renamed),
        "unchanged": len(result.unchanged),
    }
    said = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)
    return f"{counted(sum(counts.values()), 'plugin')} taken" + (f": {said}." if said else ".")
