"""What an operator should know of GitHub: whether it is listened to, whether it is asked, and
how far that came.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, col, func, select

from models.database.engine import Database
from models.github.sync import DELIVERED, ISSUES, OUT_OF_REACH
from models.health.finding import Finding, Weight
from models.messages.times import ago, clock
from models.rules.inert import inert
from models.settings import Settings, SettingsError
from models.tables import GithubBudget, GithubSync, Plugin, Repository


def github_findings(session: Session, settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether GitHub is listened to, whether it is asked, and how far that came."""
    yield from _listening(session, settings)
    yield from _asking(session, settings, now)


def _listening(session: Session, settings: Settings) -> Iterator[Finding]:
    count = _told_of(session)
    how = f"Let a webhook post to {settings.public_url}/github/webhooks and set GITHUB_WEBHOOK_SECRET to its secret"
    if settings.github_secrets:
        words = f"GitHub's webhooks are taken; secrets that it may sign with: {len(settings.github_secrets)}."
        yield Finding(Weight.FINE, f"{words} Plugins whose repositories it reported on: {count:,}.")
    elif count:
        yield Finding(Weight.FIX, _deaf(count))
    elif settings.asks_github:
        yield Finding(
            Weight.HINT,
            f"GitHub is asked every ten minutes, but its webhooks are not taken. {how} to know at once.",
        )
    else:
        words = "GitHub's webhooks are not taken: no issues, releases or CI."
        yield Finding(Weight.HINT, f"{words} {how}; or set GITHUB_TOKEN, to have it asked.")


def _asking(session: Session, settings: Settings, now: datetime) -> Iterator[Finding]:
    if not settings.asks_github:
        if settings.github_secrets:
            words = "GitHub is not asked, so what its webhooks miss stays unknown"
            yield Finding(
                Weight.HINT,
                f"{words}: set GITHUB_TOKEN, or GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY_FILE.",
            )
        return
    as_whom = "as a GitHub App" if settings.github_app_id else "with a token"
    asked = f"GitHub is asked {as_whom} at {settings.github_api_url}."
    away = _out_of_reach(session)
    if away:
        asked = f"{asked} {away}."
    yield Finding(Weight.FIX if away else Weight.FINE, f"{asked} {_progress(session, now)}")
    for budget in session.exec(select(GithubBudget).order_by(GithubBudget.identity)).all():
        if budget.problem:
            yield Finding(Weight.FIX, f"{budget.problem}.")
        elif budget.blocked_until and budget.blocked_until > now:
            yield Finding(
                Weight.HINT,
                f"GitHub wants to be left alone until {clock(budget.blocked_until)}.",
            )
        elif budget.remaining is not None and budget.reset_at and budget.reset_at > now:
            left = f"{budget.remaining:,} of {budget.allowed or 0:,} requests until {clock(budget.reset_at)}"
            yield Finding(Weight.FINE, f"GitHub still answers {inert(budget.identity)}: {left}.")
    yield from _problems(session)


def _out_of_reach(session: Session) -> str:
    """Why GitHub could not be reached when it was asked last; empty where it could."""
    last = select(GithubSync.problem).where(col(GithubSync.asked_at).is_not(None))
    newest = session.exec(last.order_by(col(GithubSync.asked_at).desc()).limit(1)).first() or ""
    return inert(newest) if newest.startswith(OUT_OF_REACH) else ""


def _progress(session: Session, now: datetime) -> str:
    """How many repositories' issues are in the mirror, and how old the oldest reading is."""
    read = select(func.count(), func.min(GithubSync.done_at)).where(
        GithubSync.task == ISSUES,
        col(GithubSync.done_at).is_not(None),
    )
    count, oldest = session.exec(read).one()
    words = f"Repositories whose issues were read: {count:,} of {_followed(session):,}"
    return f"{words}, the least lately {ago(oldest, now)}." if oldest else f"{words}."


def _problems(session: Session) -> Iterator[Finding]:
    rows = session.exec(
        select(GithubSync)
        .where(col(GithubSync.problem).is_not(None))
        .order_by(col(GithubSync.asked_at).desc())
    ).all()
    if rows:
        last = inert(f"{_called(session, rows[0].subject)}, {rows[0].task}: {rows[0].problem}")
        yield Finding(
            Weight.HINT,
            f"What could not be read on GitHub: {len(rows):,}. The last: {last}.",
        )


def _called(session: Session, subject: str) -> str:
    """A repository by its name; whatever else there is has one."""
    row = session.get(Repository, int(subject)) if subject.isdecimal() else None
    return row.full_name if row else subject


def refuse_to_be_deaf(database: Database, settings: Settings) -> None:
    """Make sure that GitHub is listened to if its webhooks tell of plugins.

    Raises:
        SettingsError: there is no secret to know GitHub by.
    """
    if settings.github_secrets:
        return
    with database.read() as session:
        if count := _told_of(session):
            raise SettingsError(_deaf(count))


def _told_of(session: Session) -> int:
    """How many plugins' repositories a webhook ever told of."""
    told = select(GithubSync.subject).where(GithubSync.task == DELIVERED)
    ids = {int(subject) for subject in session.exec(told)}
    followed = session.exec(
        select(Plugin.repository_id).where(col(Plugin.repository_id).is_not(None)),
    )
    return sum(id_ in ids for id_ in followed)


def _followed(session: Session) -> int:
    return session.exec(select(func.count()).where(col(Plugin.repository_id).is_not(None))).one()


def _deaf(count: int) -> str:
    return (
        f"GITHUB_WEBHOOK_SECRET is not set, but plugins followed on GitHub: {count:,}. "
        "Set it to the secret of the webhook or GitHub App that reports on them."
    )
