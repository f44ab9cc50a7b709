"""The floor: the same server that verifies, parses and answers the same report, and stores nothing."""

from models.database import Database
from models.events import Event, GuardReport, Outcome
from models.settings import Settings
from webhooks.app import create_app
from webhooks.intake import Intake
from webhooks.server import serve


class NothingStored(Intake):
    """An intake that accepts every line of a report without recording it."""

    async def submit(self, event: Event) -> Outcome:
        """What a recorded report would be answered with."""
        assert isinstance(event, GuardReport)
        return Outcome(tuple(seen.name for seen in event.observations), event.rejected)


def main() -> None:
    """Serve until SIGTERM."""
    settings = Settings.load()
    database = Database(settings.database_url)
    serve(create_app(database, NothingStored(database)), settings)


if __name__ == "__main__":
    main()
