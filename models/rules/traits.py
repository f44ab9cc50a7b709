"""What an error's words tell. Reading them takes up to a millisecond, so that nobody waits for it at the database."""

from typing import NamedTuple

from models.rules.fingerprint import fingerprint
from models.rules.surroundings import is_of_surroundings


class ErrorTraits(NamedTuple):
    """By which fingerprint an error is known again, and whether it is of its server's surroundings."""

    fingerprint: str
    of_surroundings: bool


def traits_of(handle: str, message: str | None, backtrace: str | None) -> ErrorTraits:
    """The traits of an error that the plugin with this handle met."""
    return ErrorTraits(fingerprint(handle, message, backtrace), is_of_surroundings(message))
