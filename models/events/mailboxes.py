"""What readers of mails wish. Frozen values for `record`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MailWish:
    """Whoever reads mail at this address wants no more of it or, when it does not `end`, wants it again."""

    address: str
    ends: bool = True
