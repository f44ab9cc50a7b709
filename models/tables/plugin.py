"""The master list."""

from datetime import datetime
from typing import Any

from sqlmodel import BigInteger, Field, SQLModel

from models.rules.ecosystems import Ecosystem
from models.tables.stored import StoredDict, StoredList


class Plugin(SQLModel, table=True):
    """A plugin of the master list. People and machines name it by its handle; the id never leaves the database.

    `provisional` means that the handle was guessed from the repository's name, because no plugin.rb header was seen
    yet; the header's name replaces it without leaving an alias behind. `files_issues` means that its incidents become
    issues by themselves, `closes_issues` that these are closed when the plugin works again. An extension of ours has no
    repository, and a word of its own stands for one.
    """

    id: int | None = Field(default=None, primary_key=True)
    handle: str = Field(unique=True)
    name: str
    repository: str = Field(description="owner/name as GitHub spells it")
    path: str = Field(
        default="", description="the folder in it, where a repository has several plugins"
    )
    repository_key: str = Field(
        unique=True,
        description="the repository in lower case, as GitHub compares it, with the folder behind it",
    )
    repository_id: int | None = Field(
        default=None,
        index=True,
        sa_type=BigInteger,
        description="GitHub's id, once GitHub has told of it",
    )
    provisional: bool = False
    about: str | None = None
    version: str | None = None
    authors: str | None = None
    contact_emails: str | None = None
    url: str | None = None
    required_version: str | None = None
    meta_topic_id: str | None = None
    label: str | None = None
    compatibility: str | None = Field(default=None, description="text of .discourse-compatibility")
    compat_branches: list[str] = Field(
        default_factory=list,
        sa_type=StoredList,
        description="branches of its repository for hosts of one version each",
    )
    problems: list[str] = Field(
        default_factory=list,
        sa_type=StoredList,
        description="what is wrong with what its repository says of it",
    )
    tags: list[str] = Field(default_factory=list, sa_type=StoredList)
    topics: list[str] = Field(
        default_factory=list,
        sa_type=StoredList,
        description="those of its tags that are topics of its repository",
    )
    docs_url: str | None = Field(default=None, description="where people say its documentation is")
    support_url: str | None = None
    test_host: str | None = Field(default=None, description="whose tests people say are run")
    maintainers: list[str] = Field(
        default_factory=list,
        sa_type=StoredList,
        description="logins that people name as its maintainers",
    )
    edited: dict[str, Any] = Field(
        default_factory=dict,
        sa_type=StoredDict,
        description="by each column that people edited, what its repository says there",
    )
    ecosystem: str = Ecosystem.DISCOURSE
    files_issues: bool = False
    closes_issues: bool = False
    created_at: datetime
    updated_at: datetime
    removed_at: datetime | None = Field(
        default=None, description="since when it is not on the list any more"
    )

    @property
    def place(self) -> str:
        """The repository, and the folder in it where it has several plugins."""
        return f"{self.repository}/{self.path}" if self.path else self.repository


class Alias(SQLModel, table=True):
    """A handle that a plugin had before, still understood everywhere."""

    handle: str = Field(primary_key=True)
    plugin_id: int = Field(foreign_key="plugin.id", index=True, ondelete="CASCADE")
