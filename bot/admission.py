"""What `python -m bot check` says of the workspaces in which nobody has a role by ADMINS."""

from models.health.finding import Finding, Weight
from models.settings import Settings


def not_admitted(settings: Settings, platform: str, workspace: str, name: str) -> Finding | None:
    """That only what is public is told in this workspace, unless ADMINS names somebody there."""
    if any(
        (holder.platform, holder.workspace) == (platform, workspace)
        for holder in settings.appointed
    ):
        return None
    words = f"ADMINS names nobody in {name!r} ({platform}:{workspace}): unless an admin elsewhere admits it, "
    return Finding(Weight.HINT, f"{words}only what is public is shown there, and nobody acts.")
