"""What GitHub allows each identity, as all processes share it."""

from sqlmodel import Session

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
    stored = session.get(GithubBudget, heard.identity)
    if stored and stored.blocked_until:
        heard.blocked_until = max(stored.blocked_until, heard.blocked_until or stored.blocked_until)
    session.merge(GithubBudget(**heard.model_dump()))
