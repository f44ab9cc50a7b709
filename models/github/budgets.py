"""What GitHub allows each identity, as all processes share it."""

from sqlmodel import Session

from models.database import bulk
from models.tables import GithubBudget


def budget_of(session: Session, identity: str) -> GithubBudget | None:
    """What was told last of the identity's limits, free of the session; None for one that was
    never asked for.
    """
    stored = session.get(GithubBudget, identity)
    if stored is not None:
        session.expunge(stored)
    return stored


def tell_budget(session: Session, heard: GithubBudget) -> None:
    """Tell the others what was heard. Another one may have hit the limit meanwhile: the later
    end holds for both.
    """
    # Two jobs may be the first to hear of an identity at the same moment.
    bulk.run(session, _FIRST, identity=heard.identity, now=heard.heard_at)
    stored = session.get_one(
        GithubBudget, heard.identity, populate_existing=True, with_for_update=True
    )
    if stored.blocked_until:
        heard.blocked_until = max(stored.blocked_until, heard.blocked_until or stored.blocked_until)
    stored.sqlmodel_update(heard.model_dump())


_FIRST = """
INSERT INTO github_budget (identity, strikes, heard_at) VALUES (:identity, 0, :now) ON CONFLICT (identity) DO NOTHING
"""
