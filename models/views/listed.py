"""What is read of the master list's plugins by those who list them, with all that belongs to each."""

from dataclasses import dataclass

from models.views import IncidentView, PluginView, StatusLine


@dataclass(frozen=True, slots=True)
class OwnerView:
    """What a repository's owner says of themselves on GitHub."""

    email: str | None = None
    website: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class ListedPlugin:
    """A plugin with its status on one host branch, and its failure while it is broken there.

    `owner_kind` is User or Organization, `default_branch` the repository's; both are empty where
    GitHub has not told them. `tested` says that its CI is read. `maintainers` are logins, the
    one who is asked first at the front. `owner` is what GitHub tells of the repository's owner.
    """

    plugin: PluginView
    status: StatusLine | None = None
    incident: IncidentView | None = None
    owner_kind: str = ""
    default_branch: str = ""
    tested: bool = False
    maintainers: tuple[str, ...] = ()
    owner: OwnerView | None = None
