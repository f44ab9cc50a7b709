"""What a release of a plugin's package says of itself, in whatever form its ecosystem has."""

from dataclasses import dataclass

from models.rules.declaring import Standing


class MetadataError(ValueError):
    """It is no package's metadata, or of no use; the message says why."""


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """A release: the hosts and the runtime that it needs, as ranges, what it requires, can use and was tested with, as
    names with ranges, and how it is kept.

    A name that it requires may be a host's, too; those that it was tested with are hosts'.
    `repository` is its repository on GitHub, if it names one. `problems` say what was left out.
    `authors` are the names of who publishes it.
    """

    name: str
    version: str
    requires: tuple[tuple[str, str], ...] = ()
    standing: Standing | None = None
    repository: str | None = None
    about: str | None = None
    problems: tuple[str, ...] = ()
    needs: str = ""
    reason: str = ""
    authors: str | None = None
    runtime: str = ""
    optional: tuple[tuple[str, str], ...] = ()
    tested: tuple[tuple[str, str], ...] = ()
