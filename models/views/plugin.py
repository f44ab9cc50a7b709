"""A plugin of the master list: a frozen value."""

from dataclasses import dataclass
from datetime import datetime

from models.rules.ecosystems import Ecosystem


@dataclass(frozen=True, slots=True)
class PluginView:
    """A plugin of the master list, as people see it.

    `edited` names the fields in which people said otherwise than its repository.
    """

    handle: str
    name: str
    repository: str
    about: str | None = None
    version: str | None = None
    authors: str | None = None
    contact_emails: str | None = None
    url: str | None = None
    required_version: str | None = None
    meta_topic_id: str | None = None
    label: str | None = None
    compatibility: str | None = None
    compat_branches: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    provisional: bool = False
    ecosystem: str = Ecosystem.DISCOURSE
    updated_at: datetime | None = None
    path: str = ""
    removed_at: datetime | None = None
    docs_url: str | None = None
    support_url: str | None = None
    test_host: str | None = None
    maintainers: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The repository, and the folder in it where it has several plugins."""
        return f"{self.repository}/{self.path}" if self.path else self.repository
