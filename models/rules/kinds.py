"""Which kinds of keys, sites and artefacts there are. Pure."""

from enum import StrEnum


class KeyKind(StrEnum):
    """`site` keys belong to guards on canary servers and decide the status, `user` keys to one client site's domain,
    `canary` keys to the browser canary of the server that they are named after,
    and `robot` keys to a program that asks and acts as a person would.
    """

    SITE = "site"
    USER = "user"
    CANARY = "canary"
    ROBOT = "robot"


class SiteKind(StrEnum):
    """A canary server's reports decide the status; a client site's reports are field evidence."""

    CANARY = "canary"
    CLIENT = "client"


class ArtefactKind(StrEnum):
    """What a run may leave behind."""

    CONSOLE_LOG = "console-log"
    SCREENSHOT = "screenshot"
    TRACE = "trace"
