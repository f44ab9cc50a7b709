"""Incidents that people close. Frozen values for `record`."""

from dataclasses import dataclass

from models.rules.people import Actor
from models.rules.privacy import Clearance


@dataclass(frozen=True, slots=True)
class IncidentClosing:
    """Somebody closes the incident of this number, which can never end by itself.

    The `reason` is redacted and cut. What is not `allowed` to be known where it was said cannot be closed there.
    """

    actor: Actor
    number: int
    reason: str
    allowed: Clearance
