"""What happens here, told to the extensions that hear it. Nothing here commits."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from models.extensions.raising import Fact, tell
from models.outbox.ways_out import EXTENSION, opened


def happened(session: Session, kind: str, now: datetime, *facts: Mapping[str, Fact]) -> None:
    """Tell each extension that hears this kind of the catalogue, once for each of these facts.

    While none that hears anything is on, one question finds that out.
    """
    if facts and EXTENSION in opened(session):
        tell(session, [(kind, each) for each in facts], kind.partition(".")[0], 1, now)
