"""Maintainers by the metadata: people with a proven login that owns a plugin's repository or code."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import CompoundSelect
from sqlmodel import Session, and_, col, func, select, union_all

from models.rules.authority import HolderKind, Role
from models.tables import CodeOwner, GithubLink, Person, Plugin, RoleGrant


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


def maintainer_names(session: Session, plugin_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """By what names those are known in chat who maintain each of these plugins: by a proven login, or by a role.

    A group that has the role is named by the platform's id. Who has none of these plugins is left out.
    """
    names: dict[int, list[str]] = {}
    for plugin_id, name in session.execute(_everybody(plugin_ids)):
        names.setdefault(plugin_id, []).append(name)
    return {id_: tuple(sorted(set(each))) for id_, each in names.items()}


def _everybody(plugin_ids: Collection[int]) -> CompoundSelect[Any]:
    """The plugin's id and a name of each maintainer, in one statement: whatever breaks asks it."""
    proved = col(GithubLink.verified_at).is_not(None)
    named = (
        select(CodeOwner.plugin_id, Person.name)
        .join(GithubLink, col(GithubLink.login_key) == col(CodeOwner.login_key))
        .join(Person, col(Person.id) == col(GithubLink.person_id))
        .where(proved, col(CodeOwner.plugin_id).in_(plugin_ids))
    )
    account = col(GithubLink.login_key) + "/"
    in_account = func.substr(Plugin.repository_key, 1, func.length(account)) == account
    owning = (
        select(Plugin.id, Person.name)
        .join(GithubLink, in_account)
        .join(Person, col(Person.id) == col(GithubLink.person_id))
        .where(proved, col(Plugin.id).in_(plugin_ids))
    )
    themselves = and_(
        Person.platform == RoleGrant.platform,
        Person.workspace == RoleGrant.workspace,
        Person.user == RoleGrant.holder,
        RoleGrant.kind == HolderKind.USER,
    )
    trusted = (
        select(RoleGrant.plugin_id, func.coalesce(Person.name, RoleGrant.holder))
        .outerjoin(Person, themselves)
        .where(RoleGrant.role == Role.MAINTAINER, col(RoleGrant.plugin_id).in_(plugin_ids))
    )
    return union_all(named, owning, trusted)
