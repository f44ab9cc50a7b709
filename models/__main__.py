"""The operator's command line: `python -m models`."""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import ClassVar

import typer

from models.cli.command_group import CommandGroup, Place
from models.cli.version import VersionOption
from models.rules.clean import clean


class _Commands(CommandGroup):
    PLACES: ClassVar[Mapping[str, Place]] = {
        "keys": Place(
            "Keys of the machines that report.",
            lambda: import_module("models.cli.keys").app,
        ),
        "plugins": Place(
            "The master list: the plugins that are watched.",
            lambda: import_module("models.cli.plugins").app,
        ),
        "heartbeats": Place(
            "Cron jobs that call an address when they start, finish or fail.",
            lambda: import_module("models.cli.heartbeats").app,
        ),
        "sources": Place(
            "Which sources are expected to report, and until when.",
            lambda: import_module("models.cli.sources").app,
        ),
        "hooks": Place(
            "Webhooks that notify other machines of incidents.",
            lambda: import_module("models.cli.hooks").app,
        ),
        "host-branches": Place(
            "The branches of Discourse, and which are one line of history.",
            lambda: import_module("models.cli.host_branches").app,
        ),
        "extensions": Place(
            "Extensions: plugins of Pluginwatch itself.",
            lambda: import_module("models.cli.extensions").app,
        ),
        "migrate": Place(
            "Bring the database's schema up to date. Every process also does this when it starts.",
            lambda: import_module("models.cli.migrating").migrate,
        ),
        "backup": Place(
            "Copy the database into FILE while everything runs, and check the copy.",
            lambda: import_module("models.cli.backing_up").backup,
        ),
        "restore": Place(
            "Put FILE in the place of the database, after looking whether it is whole.",
            lambda: import_module("models.cli.backing_up").restore,
        ),
        "check": Place(
            "Say what is configured, what is missing, and what to do.",
            lambda: import_module("models.cli.checking").check,
        ),
        "check-set": Place(
            "Say whether the plugins of a file would work together on a host branch.",
            lambda: import_module("models.cli.check_set").check_set,
        ),
        "link-key": Place(
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
