"""A key that was verified: whose it is, as far as an endpoint and a parser need it. Pure."""

from dataclasses import dataclass

from models.rules.kinds import KeyKind


@dataclass(frozen=True, slots=True)
class Verified:
    """A key that is known: its id and kind, and the domain it is bound to, if it is."""

    key_id: int
    kind: KeyKind
    domain: str | None
    name: str
