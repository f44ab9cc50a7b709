"""What is left of extensions in their folder, once no row speaks of it."""

from datetime import UTC, datetime

from models.database.engine import Database
from models.extensions.host import this_host
from models.extensions.installed import installed
from models.extensions.store import Store
from models.settings import Settings


def sweep_extensions(database: Database, settings: Settings) -> None:
    """Remove the folders of what was removed in chat, and what a crash left."""
    with database.read() as session:
        wanted = {each.folder for each in installed(session, this_host())}
    Store(settings.extensions_folder).sweep(wanted, datetime.now(UTC))
