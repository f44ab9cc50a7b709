"""`prepare`."""

import typer

from models.cli.link_key import make_link_key
from models.cli.terminal import opened_database
from models.settings import Settings


def prepare() -> None:
    """Make what a start needs: the key of `link-key`, and the database as `migrate` does.

    Prints the ports of the web process and of the chat room, and PUBLIC_URL, for `make run`.
    """
    make_link_key()
    settings = Settings.load()
    with opened_database():
        typer.echo(f"{settings.port} {settings.local_chat_port} {settings.public_url}")
