"""`migrate`."""

import typer

from models.cli.terminal import opened_database


def migrate() -> None:
    """Bring the database's schema up to date. Every process also does this when it starts."""
    with opened_database():
        typer.echo("The schema is up to date.")
