"""The operator's command line: `python -m models`."""

import sys

import typer

from models.cli import (
    backing_up,
    check_set,
    checking,
    extensions,
    heartbeats,
    hooks,
    host_branches,
    keys,
    link_key,
    migrating,
    plugins,
    sources,
)
from models.cli.version import VersionOption
from models.rules.clean import clean

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, and one of them may be a key
)


@app.callback()
def main(*, version: VersionOption = False) -> None:
    """Pluginwatch for operators. Settings come from the environment and from .env."""


app.add_typer(keys.app, name="keys")
app.add_typer(plugins.app, name="plugins")
app.add_typer(heartbeats.app, name="heartbeats")
app.add_typer(sources.app, name="sources")
app.add_typer(hooks.app, name="hooks")
app.add_typer(host_branches.app, name="host-branches")
app.add_typer(extensions.app, name="extensions")
app.command()(migrating.migrate)
app.command()(backing_up.backup)
app.command()(backing_up.restore)
app.command()(checking.check)
app.command()(check_set.check_set)
app.command()(link_key.link_key)

if __name__ == "__main__":
    # What the shell handed over may be no UTF-8, which nothing here can store or show.
    app([clean(argument) for argument in sys.argv[1:]], prog_name="python -m models")
