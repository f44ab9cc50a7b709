"""What is followed now, and what no more, told to the extensions that hear it. Nothing here commits."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from models.extensions.happening import happened


def tell_follows(
    session: Session,
    platform: str,
    handles: Iterable[str],
    now: datetime,
    *,
    tag: str = "",
    host_branch: str = "",
    ends: bool = False,
) -> None:
    """Tell that somebody on the platform follows these plugins, or when it `ends` that they do no more.

    A blank handle stands for the plugins with the tag or, without one, for all.
    """
    of = {"tag": tag, "host_branch": host_branch, "platform": platform}
    facts = [{"plugin": handle, **of} for handle in handles]
    happened(session, f"follow.{'ended' if ends else 'begun'}", now, *facts)
