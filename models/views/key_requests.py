"""A request for a key, as its page shows it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KeyRequestView:
    """How far a request is. `file` is where the proof is looked for, and `answer` where the key goes."""

    domain: str
    application: str
    file: str
    origin: str
    asked_at: datetime
    is_looked_for: bool = False
    looked_at: datetime | None = None
    trouble: str = ""
    proven_at: datetime | None = None
    approved_by: str = ""
    answer: str = ""
