"""Who runs the commands."""

import getpass
import os
import platform
from datetime import datetime

from models.database.engine import Session
from models.people.persons import Who, who
from models.rules.people import Actor


def operator(session: Session, now: datetime) -> Who:
    """Whoever sits at this shell, as the audit log knows them."""
    return who(session, operators_actor(), now)


def operators_actor() -> Actor:
    """Whoever sits at this shell."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        user = str(os.getuid())
    return Actor("shell", platform.node() or "here", user, user)
