"""Where the GitHub App is installed."""

from sqlmodel import Session, col, func, select

from models.tables import AppInstallation


def installation_of(session: Session, full_name: str) -> int | None:
    """The App's installation in the account of this repository, if it is active."""
    active = select(AppInstallation.github_id).where(
        func.lower(AppInstallation.account) == full_name.partition("/")[0].lower(),
        AppInstallation.state == "active",
    )
    return session.exec(active.order_by(col(AppInstallation.github_id).desc())).first()
