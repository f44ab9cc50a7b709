"""Maintainers by the metadata: people with a proven login that owns a plugin's repository or code."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from models.tables import CodeOwner, GithubLink, Person, Plugin


def maintained_plugins(session: Session, person_id: int) -> frozenset[int]:
    """The plugins that this person maintains by one of their proven GitHub logins."""
    return frozenset(owners(session, person_id))


def owners(session: Session, person_id: int) -> dict[int, list[str]]:
    """The same plugins, each with the logins that make this person its maintainer."""
    proved = select(GithubLink).where(
        GithubLink.person_id == person_id,
        col(GithubLink.verified_at).is_not(None),
    )
    found: dict[int, list[str]] = {}
    for link in session.exec(proved.order_by(GithubLink.login_key)).all():
        in_account = col(Plugin.repository_key).startswith(f"{link.login_key}/", autoescape=True)
        owned = select(Plugin.id).where(in_account)
        named = select(CodeOwner.plugin_id).where(CodeOwner.login_key == link.login_key)
        for plugin_id in sorted({*session.exec(owned), *session.exec(named)}):
            found.setdefault(plugin_id or 0, []).append(link.login)
    return found


def maintainers_of(session: Session, plugin_ids: Collection[int]) -> list[tuple[Person, list[int]]]:
    """Everybody who maintains some of these plugins by a login, each with the plugins' ids.

    Fast for few plugins and many people; `maintained_plugins` is the other way round.
    """
    by_login: dict[str, list[int]] = {}
    owned = select(Plugin.repository_key, Plugin.id).where(col(Plugin.id).in_(plugin_ids))
    for repository, plugin_id in session.exec(owned):
        by_login.setdefault(repository.partition("/")[0], []).append(plugin_id or 0)
    for code in session.exec(select(CodeOwner).where(col(CodeOwner.plugin_id).in_(plugin_ids))):
        by_login.setdefault(code.login_key, []).append(code.plugin_id)
    proved = (
        select(GithubLink.login_key, Person)
        .join(Person)
        .where(col(GithubLink.verified_at).is_not(None))
    )
    links = session.exec(proved.where(col(GithubLink.login_key).in_(by_login)))
    return [(person, by_login[login]) for login, person in links]
