"""What lists of plugins are sorted by."""

from enum import StrEnum


class ListOrder(StrEnum):
    """The worst status first, by name, or by how many sites run it."""

    WORST = "worst"
    NAME = "name"
    SITES = "sites"


class SearchOrder(StrEnum):
    """By the handle, by the owner of the repository, by the status on a host branch, or by when it was changed."""

    HANDLE = "handle"
    OWNER = "owner"
    STATUS = "status"
    UPDATED = "updated"
