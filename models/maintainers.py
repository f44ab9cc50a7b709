"""Maintainers as the metadata knows them: who proved to be the owner of a plugin's repository, or one of its code."""

from sqlmodel import Session, col, select

from models.tables import CodeOwner, GithubLink, Plugin


def maintained_plugins(session: Session, person_id: int) -> frozenset[int]:
    """The plugins that a login owns, or owns the code of, which this person proved to be theirs."""
    return frozenset(owners(session, person_id))


def owners(session: Session, person_id: int) -> dict[int, list[str]]:
    """The same plugins, each with the logins by which they are this person's."""
    proved = select(GithubLink).where(GithubLink.person_id == person_id, col(GithubLink.verified_at).is_not(None))
    found: dict[int, list[str]] = {}
    for link in session.exec(proved.order_by(GithubLink.login_key)).all():
        owned = select(Plugin.id).where(col(Plugin.repository_key).startswith(f"{link.login_key}/", autoescape=True))
        named = select(CodeOwner.plugin_id).where(CodeOwner.login_key == link.login_key)
        for plugin_id in sorted({*session.exec(owned), *session.exec(named)}):
            found.setdefault(plugin_id or 0, []).append(link.login)
    return found
