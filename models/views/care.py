"""What everybody may know of who takes care of an incident: that somebody does, and never who."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CareTaken:
    """Since when an incident is acknowledged, and whether somebody claimed it."""

    seen_at: datetime | None = None
    is_assigned: bool = False
