"""A process that records, started anew by web: `python -m webhooks.recording DESCRIPTOR`, and whether it `waits`."""

import socket
import sys

from models import log
from models.database.engine import Database
from models.heaps import share_heaps
from models.operating.languages import learn_languages
from models.settings import Settings
from webhooks.recording.apart import record_batches

if __name__ == "__main__":
    share_heaps()
    settings = Settings.load()
    log.configure(settings.log_level)
    learn_languages()
    record_batches(
        Database(settings.database_url),
        socket.socket(fileno=int(sys.argv[1])),
        waits=sys.argv[2] == "waits",
    )
