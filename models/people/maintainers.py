"""Maintainers by the metadata: people with a proven login that owns a plugin's repository or code."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from models.database import bulk
from models.rules.authority import HolderKind, Role
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


def maintainer_names(session: Session, plugin_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """By what names those are known in chat who maintain each of these plugins: by a proven login, or by a role.

    A group that has the role is named by the platform's id. Who has none of these plugins is left out.
    """
    return names_among(bulk.fetch(session, MAINTAINERS, plugins=[(id_,) for id_ in plugin_ids]))


def names_among(found: Mapping[str, Sequence[Any]]) -> dict[int, tuple[str, ...]]:
    """The same, of what answers `MAINTAINERS`."""
    names: dict[int, list[str]] = {}
    for plugin_id, name in found["maintainers"]:
        names.setdefault(plugin_id, []).append(name)
    return {id_: tuple(sorted(set(each))) for id_, each in names.items()}


# Not by SQLAlchemy, which takes longer over it than the database: whatever breaks asks it.
_MAINTAINERS = f"""
WITH asked AS (SELECT r.id FROM {{plugins(id int)}} r),
proved AS (
    SELECT l.login_key, p.name FROM github_link l JOIN person p ON p.id = l.person_id
    WHERE l.verified_at IS NOT NULL
)
SELECT c.plugin_id, l.name
FROM asked a JOIN code_owner c ON c.plugin_id = a.id JOIN proved l ON l.login_key = c.login_key
UNION ALL
SELECT g.id, l.name
FROM asked a JOIN plugin g ON g.id = a.id
JOIN proved l ON substr(g.repository_key, 1, length(l.login_key) + 1) = l.login_key || '/'
UNION ALL
SELECT t.plugin_id, coalesce(p.name, t.holder)
FROM asked a JOIN role_grant t ON t.plugin_id = a.id AND t.role = '{Role.MAINTAINER}'
LEFT JOIN person p
    ON t.kind = '{HolderKind.USER}'
    AND p.platform = t.platform AND p.workspace = t.workspace AND p."user" = t.holder
"""  # noqa: S608 - built from this project's own words
MAINTAINERS = {"maintainers": ("plugin_id, name", _MAINTAINERS)}
