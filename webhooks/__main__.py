"""The web process: `python -m webhooks`."""

# Imports make next to no garbage: looking for it while they run takes a sixth of the start.
import gc

if __name__ == "__main__":
    gc.disable()

import argparse
from functools import partial

from models import log
from models.build import build
from models.database.engine import Database
from models.database.starting import migrate_when_there
from models.health.github import refuse_to_be_deaf
from models.heaps import share_heaps
from models.operating.languages import learn_languages
from models.rehearsing import rehearse
from models.settings import Settings
from webhooks.answering.answerer import Answerer
from webhooks.answering.process import answer_readers
from webhooks.application import application
from webhooks.recording.apart import record_batches
from webhooks.recording.batches import utc_now
from webhooks.serving.server import serve
from webhooks.workers.child import fork_child


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
    try:
        migrate_when_there(database)
        refuse_to_be_deaf(database, settings)
        app = application(settings, database)
        rehearse(database, utc_now())
        database.close()  # a connection cannot be shared
        app.state.intake.record_apart(
            lambda waits: fork_child(partial(record_batches, database, waits=waits))
        )
        app.state.answerer = Answerer(fork_child(partial(answer_readers, app)))
        app.state.workers.start()
        serve(app, settings)
    finally:
        database.close()


if __name__ == "__main__":
    gc.freeze()  # what was imported lives as long as the process
    gc.enable()
    main()
