"""Maintainers as the metadata knows them: whoever proved to be the GitHub owner of a plugin's repository."""

from sqlmodel import Session, col, select

from models.tables import GithubLink, Plugin


def maintained_plugins(session: Session, person_id: int) -> frozenset[int]:
    """The plugins whose repositories a login owns that this person proved to be theirs."""
    proved = select(GithubLink.login_key).where(
        GithubLink.person_id == person_id, col(GithubLink.verified_at).is_not(None)
    )
    return frozenset(
        plugin_id or 0
        for login in session.exec(proved).all()
        for plugin_id in session.exec(
            select(Plugin.id).where(col(Plugin.repository_key).startswith(f"{login}/", autoescape=True))
        )
    )
