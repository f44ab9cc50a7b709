"""The operator's command line: `python -m models`."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, ClassVar

import typer

from models.cli.command_group import CommandGroup
from models.cli.version import VersionOption
from models.rules.clean import clean


class _Commands(CommandGroup):
    PLACES: ClassVar[Mapping[str, Callable[[], Any]]] = {
        "keys": lambda: import_module("models.cli.keys").app,
        "plugins": lambda: import_module("models.cli.plugins").app,
        "heartbeats": lambda: import_module("models.cli.heartbeats").app,
        "sources": lambda: import_module("models.cli.sources").app,
        "hooks": lambda: import_module("models.cli.hooks").app,
        "host-branches": lambda: import_module("models.cli.host_branches").app,
        "extensions": lambda: import_module("models.cli.extensions").app,
        "migrate": lambda: import_module("models.cli.migrating").migrate,
        "backup": lambda: import_module("models.cli.backing_up").backup,
        "restore": lambda: import_module("models.cli.backing_up").restore,
        "check": lambda: import_module("models.cli.checking").check,
        "check-set": lambda: import_module("models.cli.check_set").check_set,
        "link-key": lambda: import_module("models.cli.link_key").link_key,
    }


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, and one of them may be a key
)


@app.callback()
def main(*, version: VersionOption = False) -> None:
    """Pluginwatch for operators. Settings come from the environment and from .env."""


if __name__ == "__main__":
    # What the shell handed over may be no UTF-8, which nothing here can store or show.
    app([clean(argument) for argument in sys.argv[1:]], prog_name="python -m models")
