"""What a repository says of itself that is on no list yet: frozen values."""

from dataclasses import dataclass

from models.metadata.header import Header


@dataclass(frozen=True, slots=True)
class PreviewView:
    """What GitHub showed of it, or a `problem`; with `trouble`, GitHub did not answer."""

    repository: str
    path: str
    handle: str
    header: Header | None = None
    tags: tuple[str, ...] = ()
    problem: str = ""
    trouble: bool = False
