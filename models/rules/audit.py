"""What became of an attempt to act, as the audit log keeps it."""

from enum import StrEnum


class AuditOutcome(StrEnum):
    """It was done, or there was nothing to do; or it came too late, was refused, or spoke of nothing that is known.

    `TAKEN` is what somebody else has in hand already.
    """

    DONE = "done"
    ALREADY = "already"
    STALE = "stale"
    TAKEN = "taken"
    DENIED = "denied"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, *, changed: bool) -> "AuditOutcome":
        """Of an attempt that was allowed: whether it changed anything."""
        return cls.DONE if changed else cls.ALREADY
