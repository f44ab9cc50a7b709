"""The floor: the same server that verifies, parses and answers the same, and stores nothing."""

from models.database.engine import Database
from models.events import Event, GuardReport, Outcome
from models.settings import Settings
from webhooks.app import create_app
from webhooks.recording.intake import Intake
from webhooks.serving.server import serve


class NothingStored(Intake):
    """An intake that accepts everything without recording it."""

    async def submit(self, event: Event) -> Outcome:
        """What a recorded event would be answered with."""
        if isinstance(event, GuardReport):
            return Outcome(tuple(seen.name for seen in event.observations), event.rejected)
        return Outcome(number=1)


def main() -> None:
    """Serve until SIGTERM."""
    settings = Settings.load()
    database = Database(settings.database_url)
    serve(
        create_app(database, NothingStored(database), github_secrets=settings.github_secrets),
        settings,
    )


if __name__ == "__main__":
    main()
