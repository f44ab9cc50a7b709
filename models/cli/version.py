"""`--version`."""

from typing import Annotated

import typer

from models.build import build


def _show(wanted: bool) -> None:
    if wanted:
        typer.echo(build())
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", callback=_show, is_eager=True, help="Say which version this is")
]
