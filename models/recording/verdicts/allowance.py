"""How many steps of incidents a key may make: what goes beyond is stored, and opens and tells nothing."""

from datetime import datetime

from sqlmodel import Session

from models.database import bulk
from models.recording.verdicts.changes import Change
from models.rules.incidents import MOST_STEPS_OF_KEY, STEPS_WITHIN
from models.rules.sources import IN_REPOSITORY, JudgingSource


class Allowance:
    """How many steps of incidents the keys behind a batch of changes may still make; asked for when one is made."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now
        self._keys: dict[tuple[JudgingSource, str], tuple[JudgingSource, str]] = {}
        self._left: dict[tuple[JudgingSource, str], int] = {}
        self._flooding: set[tuple[JudgingSource, str]] = set()

    def take(self, change: Change) -> bool:
        """Whether the step that the change means may be made; it counts then."""
        said_by = change.failure.said_by if change.failure else None
        # CI is heard through its host's signature, and client sites open nothing alone.
        if change.source in IN_REPOSITORY or not said_by:
            return True
        key = self._key(change.source, said_by)
        if self._left[key] <= 0:
            self._flooding.add(key)
            return False
        self._left[key] -= 1
        return True

    @property
    def beyond(self) -> list[tuple[JudgingSource, str]]:
        """The keys that went beyond it, by their source and name."""
        return sorted(self._flooding)

    def _key(self, source: JudgingSource, said_by: str) -> tuple[JudgingSource, str]:
        """The key with which the server reported last, of which it is known then how many steps are left."""
        if (source, said_by) not in self._keys:
            ((name, made),) = bulk.run(
                self._session,
                _MADE,
                origin=source,
                domain=said_by,
                since=self._now - STEPS_WITHIN,
                most=MOST_STEPS_OF_KEY,
            )
            key = self._keys[source, said_by] = (source, name or said_by)
            self._left.setdefault(key, MOST_STEPS_OF_KEY - made)
        return self._keys[source, said_by]


# The key's name, and the steps of incidents that any server of it saw last, counted no further than is allowed. It
# joins an incident to its server by name, of which no relation of the tables tells.
_MADE = """
SELECT (SELECT k.name FROM site s JOIN api_key k ON k.id = s.key_id WHERE s.kind = 'canary' AND s.domain = :domain),
    count(*) FROM (
    SELECT 1 FROM story_entry e {each incident i where i.id = e.incident_id}
    WHERE e.at > :since AND e.kind IN ('opened', 'reopened', 'changed') AND i.origin = :origin
      AND i.said_by {among
          SELECT o.domain FROM site s JOIN site o ON o.key_id = s.key_id AND o.kind = s.kind
          WHERE s.kind = 'canary' AND s.domain = :domain
          UNION SELECT CAST(:domain AS TEXT)}
    LIMIT :most) q
"""
