"""The web process: `python -m webhooks`."""

# Imports make next to no garbage: looking for it while they run takes a sixth of the start.
import gc

if __name__ == "__main__":
    gc.disable()

import argparse

from models import log
from models.actions.core.table import extended
from models.build import build
from models.database.engine import Database
from models.database.starting import migrate_when_there
from models.health.github import refuse_to_be_deaf
from models.heaps import share_heaps
from models.operating.languages import learn_languages
from models.operating.signing import Signer
from models.settings import Settings
from webhooks.app import create_app
from webhooks.serving.server import serve


def main() -> None:
    """Read the settings, bring the schema up to date, and serve."""
    parser = argparse.ArgumentParser(prog="python -m webhooks", description=__doc__)
    parser.add_argument("--version", action="version", version=build())
    parser.parse_args()
    share_heaps()
    settings = Settings.load()
    log.configure(settings.log_level)
    learn_languages()
    database = Database(settings.database_url)
    migrate_when_there(database)
    try:
        refuse_to_be_deaf(database, settings)
        signer = Signer(settings.link_signing_key, settings.public_url)
        app = create_app(
            database,
            github_secrets=settings.github_secrets,
            signer=signer,
            actions=extended(settings),
            private_hosts=settings.private_hosts,
        )
        serve(app, settings)
    finally:
        database.close()


if __name__ == "__main__":
    gc.freeze()  # what was imported lives as long as the process
    gc.enable()
    main()
