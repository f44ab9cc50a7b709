"""What is there before: a key of each kind, and breakages."""

from datetime import UTC, datetime

from bench.hostile.requests import Keys
from bench.stage import PLUGINS, Stage
from models.database.engine import Database
from models.operating import keys
from models.rules.authority import API, HolderKind, Role
from models.rules.kinds import KeyKind
from models.tables import RoleGrant

_DOMAIN = "fuzz.example.org"


def keys_of_all_kinds(database: Database, stage: Stage) -> Keys:
    """A key of each kind; of robots, one with each role and one with none."""
    now = datetime.now(UTC)
    with database.write() as session:
        user = keys.create(session, KeyKind.USER, None, _DOMAIN, now)
        robots = []
        for role in (Role.ADMIN, Role.GUARDIAN, None):
            name = f"robot-{role or 'none'}"
            secret = keys.create(session, KeyKind.ROBOT, name, None, now)
            robots.append({"Authorization": f"Bearer {secret}"})
            if role:
                session.add(
                    RoleGrant(
                        platform=API,
                        workspace=API,
                        kind=HolderKind.USER,
                        holder=name,
                        role=role,
                        granted_at=now,
                    )
                )
    return {
        "site key": [{"Api-Key": stage.key}],
        "user key": [{"User-Api-Key": user}],
        "canary key": [{"Authorization": f"Bearer {stage.canary_key}"}],
        "robot key": robots,
    }


def breakages() -> dict[str, object]:
    """A report of plugins that break, so that there is something to be found."""
    lines = [
        {"name": name, "branch": "main", "sha": "a" * 40, "status": 2, "message": "boom"}
        for name in PLUGINS[:5]
    ]
    host = {"branch": "tests-passed", "sha": "1" * 40}
    return {"domain": _DOMAIN, "discourse": host, "plugins": lines}
