"""The web process: `python -m webhooks`."""

import uvicorn

from models import log
from models.database import Database
from models.migrate import migrate
from models.settings import Settings
from webhooks.app import create_app

_SECONDS_TO_FINISH = 8


def main() -> None:
    """Serve until SIGTERM, then finish what was begun."""
    settings = Settings.load()
    log.configure(settings.log_level)
    database = Database(settings.database_url)
    migrate(database)
    uvicorn.run(
        create_app(database),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
        server_header=False,
    )
    database.close()


if __name__ == "__main__":
    main()
