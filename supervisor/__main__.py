"""Web, bot and jobs, forked from a process that has imported what any of them uses: `python -m supervisor`.

So that is imported once, and most of it is in memory once. They are the same programs as when the Procfile starts them.
"""

# Imports make next to no garbage: looking for it while they run takes a sixth of the start.
import gc

if __name__ == "__main__":
    gc.disable()

import os
import runpy
import sys
from importlib import import_module

import typer

from models.cli.link_key import make_link_key
from models.cli.terminal import opened_database
from models.settings import Settings
from supervisor.children import fork
from supervisor.watching import watch_instead

PROCESSES = {"web": "webhooks", "bot": "bot", "jobs": "jobs"}
# What their libraries import only when they begin.
_BEGINNING = (
    "anyio._backends._asyncio",
    "encodings.idna",
    "uvicorn.lifespan.on",
    "uvicorn.loops.uvloop",
)


def main() -> None:
    """Make what a start needs, start all three, and end all when one ends or a signal comes."""
    _greet(_prepared())
    import_programs()
    gc.freeze()  # what is collected is written on, and what is written on is shared no more
    forked = fork(PROCESSES)
    if isinstance(forked, str):
        sys.argv = [forked]
        runpy.run_module(forked, run_name="__main__", alter_sys=True)
    else:
        watch_instead(forked)


def import_programs() -> None:
    """Import all three, so that none does it later: that would write on a third of what they share."""
    for module in PROCESSES.values():
        import_module(f"{module}.__main__")
        del sys.modules[f"{module}.__main__"]  # it runs under another name
    for name in _BEGINNING:
        import_module(name)


def _prepared() -> Settings:
    """Make the key of links and the database, or bring its schema up to date; the settings."""
    try:
        make_link_key()
        settings = Settings.load()
        with opened_database():
            return settings
    except typer.Exit as error:
        sys.exit(error.exit_code)


def _greet(settings: Settings) -> None:
    room = settings.local_chat_port
    typer.echo(f"Status pages: {settings.public_url}/")
    typer.echo(
        f"Chat room: http://127.0.0.1:{room}/"
        if room
        else "The chat room is off (LOCAL_CHAT_PORT=0)"
    )
    typer.echo("What is missing: .venv/bin/python -m models check")
    sys.stdout.flush()
    if sys.stdout.isatty():
        os.environ["LOG_AT_TERMINAL"] = "1"  # they write to us, and we to people


if __name__ == "__main__":
    main()
