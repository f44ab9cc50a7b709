"""How many sites a key may speak for."""

from collections import Counter
from collections.abc import Iterable

from sqlmodel import Session, col, func, select

from models.tables import Site

# A site key may serve several canary servers; a user key is bound to one domain anyway.
MOST_OF_KEY = 100
REFUSED = f"is not recorded: its key speaks for {MOST_OF_KEY} sites already; make another key for this one"


def room(session: Session, key_ids: Iterable[int]) -> Counter[int]:
    """How many more sites each of these keys may bring."""
    wanted = set(key_ids)
    rows = session.exec(
        select(Site.key_id, func.count())
        .where(col(Site.key_id).in_(wanted))
        .group_by(col(Site.key_id))
    )
    held = {key_id: count for key_id, count in rows if key_id is not None}
    return Counter({key_id: max(0, MOST_OF_KEY - held.get(key_id, 0)) for key_id in wanted})
