"""`link-key`."""

import typer

from models.cli.terminal import fail
from models.settings import ENV_FILE
from models.settings.link_signing import KEYS_FILE, make_key


def link_key() -> None:
    """Make what signs links to logs and screenshots, in .env.keys here, unless LINK_SIGNING_KEY is set."""
    made = make_link_key()
    typer.echo(f"LINK_SIGNING_KEY was made, in {KEYS_FILE}." if made else "There is one already.")


def make_link_key() -> bool:
    """Make the key; whether there was none. Ends with words when that is not possible here."""
    try:
        return make_key(ENV_FILE)
    except OSError as error:
        fail(f"{KEYS_FILE} cannot be made here ({error.strerror}): set LINK_SIGNING_KEY instead.")
