"""The application of the web process, as the settings have it."""

from fastapi import FastAPI

from models.actions.core.table import extended
from models.database.engine import Database
from models.operating.signing import Signer
from models.settings import Settings
from webhooks.app import create_app


def application(settings: Settings, database: Database) -> FastAPI:
    """The application; it opens no connection to its database before it is started."""
    return create_app(
        database,
        github_secrets=settings.github_secrets,
        signer=Signer(settings.link_signing_key, settings.public_url),
        actions=extended(settings),
        private_hosts=settings.private_hosts,
    )
