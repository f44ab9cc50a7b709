"""The process that answers readers, started by the web process: `python -m webhooks.answering DESCRIPTOR`."""

import socket
import sys

from models import log
from models.database.engine import Database
from models.heaps import share_heaps
from models.operating.languages import learn_languages
from models.settings import Settings
from webhooks.answering.process import answer_readers
from webhooks.application import application

if __name__ == "__main__":
    share_heaps()
    settings = Settings.load()
    log.configure(settings.log_level)
    learn_languages()
    answer_readers(
        application(settings, Database(settings.database_url)),
        socket.socket(fileno=int(sys.argv[1])),
    )
