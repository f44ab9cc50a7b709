"""What becomes of the keys that sites' admins ask for in a browser. Frozen values for `record`."""

from dataclasses import dataclass

from models.rules.key_requests import AskedKey
from models.rules.people import Actor


@dataclass(frozen=True, slots=True)
class KeyAsked:
    """Somebody asks for a key for a site. The `token` is what finds the request again."""

    token: str
    asked: AskedKey


@dataclass(frozen=True, slots=True)
class FileWanted:
    """Whoever asked says that the file is on their domain now."""

    token: str


@dataclass(frozen=True, slots=True)
class FileSeen:
    """What stood in the file of the request of this number; or the `trouble` that it could not be read, in words."""

    request_id: int
    text: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class KeyApproval:
    """Somebody vouches that the request with this code comes from this domain."""

    actor: Actor
    domain: str
    code: str


@dataclass(frozen=True, slots=True)
class KeyTaken:
    """Whoever asked goes back to their site with the key."""

    token: str
