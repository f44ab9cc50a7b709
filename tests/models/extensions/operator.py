"""An operator's shell: a folder in which they stand, and `python -m models extensions`."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from sqlmodel import col, select
from typer.testing import CliRunner

from models.__main__ import app
from models.database.engine import Database
from models.tables import AuditEntry, Extension
from tests.models.extensions.packages import WHEEL, package, wheel
from tests.models.extensions.samples import LEAST

ALLOCATED = '[handles]\nacmejira = "ACME"\nacmewiki = "ACME"\n'


class Done(NamedTuple):
    """What a command left."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


def allocate(place: Path) -> Path:
    """A folder of extensions in which handles are allocated; the place that it is in."""
    (place / "extensions").mkdir()
    (place / "extensions" / "handles.toml").write_text(ALLOCATED)
    return place


def shell(database_url: str) -> Run:
    """Runs a command of `extensions`, with what is typed."""

    def run(*arguments: str, typed: str = "") -> Done:
        given = {"DATABASE_URL": database_url, "LINK_SIGNING_KEY": "k" * 32}
        done = CliRunner().invoke(app, ["extensions", *arguments], input=typed, env=given)
        return Done(done.exit_code, done.stdout, done.stderr)

    return run


def put(
    place: Path, manifest: str = LEAST, name: str = "jira.zip", handle: str = "acmejira"
) -> str:
    """A package of this manifest."""
    found = manifest.replace("acmejira", handle)
    (place / name).parent.mkdir(exist_ok=True, parents=True)
    (place / name).write_bytes(package({WHEEL: wheel()}, manifest=found))
    return name


def rows(database: Database) -> list[tuple[str, str, str]]:
    """Handle, state and version of each."""
    with database.read() as session:
        found = session.exec(select(Extension).order_by(col(Extension.handle)))
        return [(each.handle, each.state, each.version) for each in found]


def audited(database: Database) -> list[str]:
    """The words of the audit log."""
    with database.read() as session:
        return list(session.exec(select(AuditEntry.words).order_by(col(AuditEntry.id))))


def folders(place: Path) -> list[str]:
    """The folders of what is installed."""
    return sorted(path.name for path in (place / "extensions" / "installed").glob("*"))
