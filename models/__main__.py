"""The operator's command line: `python -m models`."""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import ClassVar

import typer

from models.cli.command_group import CommandGroup, ListedCommand
from models.cli.version import VersionOption
from models.rules.clean import clean


class _Commands(CommandGroup):
    LISTED: ClassVar[Mapping[str, ListedCommand]] = {
        "keys": ListedCommand(
            "Keys of the machines that report.",
            lambda: import_module("models.cli.keys").app,
        ),
        "plugins": ListedCommand(
            "The master list: the plugins that are watched.",
            lambda: import_module("models.cli.plugins").app,
        ),
        "heartbeats": ListedCommand(
            "Cron jobs that call an address when they start, finish or fail.",
            lambda: import_module("models.cli.heartbeats").app,
        ),
        "sources": ListedCommand(
            "Which sources are expected to report, and until when.",
            lambda: import_module("models.cli.sources").app,
        ),
        "hooks": ListedCommand(
            "Webhooks that notify other machines of incidents.",
            lambda: import_module("models.cli.hooks").app,
        ),
        "host-branches": ListedCommand(
            "The branches of Discourse, and which are one line of history.",
            lambda: import_module("models.cli.host_branches").app,
        ),
        "extensions": ListedCommand(
            "Extensions: plugins of Pluginwatch itself.",
            lambda: import_module("models.cli.extensions").app,
        ),
        "migrate": ListedCommand(
            "Bring the database's schema up to date. Every process also does this when it starts.",
            lambda: import_module("models.cli.migrating").migrate,
        ),
        "backup": ListedCommand(
            "Copy the database into FILE while everything runs, and check the copy.",
            lambda: import_module("models.cli.backing_up").backup,
        ),
        "restore": ListedCommand(
            "Put FILE in the place of the database, after looking whether it is whole.",
            lambda: import_module("models.cli.backing_up").restore,
        ),
        "check": ListedCommand(
            "Say what is configured, what is missing, and what to do.",
            lambda: import_module("models.cli.checking").check,
        ),
        "check-set": ListedCommand(
            "Say whether the plugins of a file would work together on a host branch.",
            lambda: import_module("models.cli.check_set").check_set,
        ),
        "link-key": ListedCommand(
            "Make what signs links to logs and screenshots, in .env.keys here, unless LINK_SIGNING_KEY is set.",
            lambda: import_module("models.cli.link_key").link_key,
        ),
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
