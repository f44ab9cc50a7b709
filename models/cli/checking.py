"""`check`."""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime

import typer

from models.build import build
from models.database.engine import LONG_PATIENCE, Database
from models.health import check_database, check_settings, check_variables
from models.health.delivery import check_deliveries
from models.health.finding import Finding, Weight
from models.health.languages import check_languages
from models.settings import Settings, SettingsError

_SIGNS = {
    Weight.FINE: typer.style("ok  ", fg="green"),
    Weight.HINT: typer.style("hint", fg="yellow"),
    Weight.FIX: typer.style("FIX ", fg="red", bold=True),
}


def check() -> None:
    """Say what is configured, what is missing, and what to do.

    The exit code is 1 when something must be fixed.
    """
    show(list(_findings()))


def show(findings: Sequence[Finding]) -> None:
    """Print the findings, and end with exit code 1 when one of them must be fixed."""
    for finding in findings:
        typer.echo(f"{_SIGNS[finding.weight]}  {finding.words}")
    if any(finding.weight is Weight.FIX for finding in findings):
        raise typer.Exit(1)


def _findings() -> Iterator[Finding]:
    yield Finding(Weight.FINE, f"This is {build()}.")
    yield from check_variables(os.environ)
    try:
        settings = Settings.load()
    except SettingsError as error:
        yield from (Finding(Weight.FIX, line) for line in str(error).splitlines())
        return
    yield from check_settings(settings)
    yield from check_deliveries(settings)
    yield from check_languages()
    with closing(Database(settings.database_url, LONG_PATIENCE)) as database:
        yield from check_database(database, settings, datetime.now(UTC))
