"""How many steps of incidents a key may make: what goes beyond is stored, and opens and tells nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.database import bulk
from models.recording.verdicts.changes import Change
from models.rules.incidents import MOST_STEPS_OF_KEY, STEPS_WITHIN
from models.rules.sources import IN_REPOSITORY, JudgingSource

_Sayer = tuple[JudgingSource, str]  # a source, and the name of who said it or of its key


class Allowance:
    """How many steps of incidents the keys behind a batch may still make."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now
        # The key with which each server reported last.
        self._keys: dict[_Sayer, _Sayer] = {}
        self._left: dict[_Sayer, int] = {}
        self._flooding: set[_Sayer] = set()

    def question(self, changes: Iterable[Change]) -> dict[str, Any]:
        """The values with which `MADE` asks about who says so, if that is to be asked: of several, about the first."""
        sayers = {sayer for change in changes if (sayer := _sayer(change))}
        for origin, domain in sorted(sayers - self._keys.keys()):
            return {
                "origin": origin,
                "domain": domain,
                "made_since": self._now - STEPS_WITHIN,
                "most": MOST_STEPS_OF_KEY,
            }
        return {}

    def learn(self, found: Mapping[str, Sequence[Any]]) -> None:
        """Learn what answers `MADE`."""
        ((origin, domain, name, made),) = found["made"]
        key = (JudgingSource(origin), name or domain)
        self._keys[JudgingSource(origin), domain] = key
        self._left.setdefault(key, MOST_STEPS_OF_KEY - made)

    def take(self, change: Change) -> bool:
        """Whether the step that the change means may be made; it counts then."""
        sayer = _sayer(change)
        if sayer is None:
            return True
        if sayer not in self._keys:
            self.learn(bulk.fetch(self._session, MADE, **self.question([change])))
        key = self._keys[sayer]
        if self._left[key] <= 0:
            self._flooding.add(key)
            return False
        self._left[key] -= 1
        return True

    @property
    def beyond(self) -> list[_Sayer]:
        """The keys that went beyond it, by their source and name."""
        return sorted(self._flooding)


def _sayer(change: Change) -> _Sayer | None:
    """Who says so, where that is limited: CI is heard through its host's signature, and client sites open nothing
    alone.
    """
    said_by = change.failure.said_by if change.failure else None
    return (change.source, said_by) if said_by and change.source not in IN_REPOSITORY else None


# The key's name, and the steps that any server of it said. It is of one server, for of several the databases would look
# up the key's servers at each step.
MADE = {"made": ("origin, domain, name, made", """
SELECT CAST(:origin AS TEXT) AS origin, CAST(:domain AS TEXT) AS domain,
    (SELECT k.name FROM site s JOIN api_key k ON k.id = s.key_id
     WHERE s.kind = 'canary' AND s.domain = :domain) AS name,
    (SELECT count(*) FROM (
        SELECT 1 FROM (
            SELECT o.domain FROM site s JOIN site o ON o.key_id = s.key_id AND o.kind = s.kind
            WHERE s.kind = 'canary' AND s.domain = :domain
            UNION SELECT CAST(:domain AS TEXT)) d
        {each story_entry e where e.sayer = CAST(:origin AS TEXT) || ' ' || d.domain AND e.at > :made_since}
        LIMIT :most) q) AS made
""")}  # fmt: skip
