"""What lists of plugins are sorted by."""

from enum import StrEnum


class ListOrder(StrEnum):
    """The worst status first, by name, or by how many sites run it."""

    WORST = "worst"
    NAME = "name"
    SITES = "sites"
