"""Another version of an extension that is on: it is tried beside it, and takes its place once it greeted.

Nothing here commits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, select

from models.extensions.manifest import reread
from models.extensions.standing import note_greeting
from models.extensions.tables.making import note_version
from models.people.persons import Who, audit
from models.rules.audit import AuditOutcome
from models.rules.extensions import ExtensionState
from models.tables import Extension, ExtensionUpgrade, Person

_LONGEST_WHY = 300
_TAKEN_OVER = frozenset(
    {"version", "manifest", "folder", "digest", "agreed_by_id", "agreed_at", "agreed_terms"}
)
# In these its code runs, or would: it is either tried again, or goes on.
_STAYS = {ExtensionState.ON, ExtensionState.QUARANTINED}


@dataclass(frozen=True, slots=True)
class UpgradeCandidate:
    """A version that is to be tried: the text of its manifest, and the name of the folder it is unpacked in."""

    handle: str
    version: str
    manifest: str
    folder: str


def put_up(
    session: Session, extension: Extension, values: Mapping[str, Any], now: datetime
) -> None:
    """Have this version tried, in place of another that was to be. The extension stays as it is."""
    withdraw(session, extension)
    current = {name: getattr(extension, name) for name in _TAKEN_OVER}
    wanted = {name: value for name, value in values.items() if name in _TAKEN_OVER}
    told = {**current, **wanted, "asked_at": now}
    session.add(ExtensionUpgrade(extension_id=extension.id or 0, **told))


def withdraw(session: Session, extension: Extension) -> None:
    """No other version is to be tried."""
    session.exec(delete(ExtensionUpgrade).where(col(ExtensionUpgrade.extension_id) == extension.id))


def candidates(session: Session) -> list[UpgradeCandidate]:
    """Every version that is to be tried."""
    wanted = (
        select(Extension.handle, ExtensionUpgrade)
        .join(ExtensionUpgrade, col(ExtensionUpgrade.extension_id) == col(Extension.id))
        .where(ExtensionUpgrade.why == "")
    )
    return [
        UpgradeCandidate(handle, row.version, row.manifest, row.folder)
        for handle, row in session.exec(wanted)
    ]


def take_place(session: Session, candidate: UpgradeCandidate, now: datetime) -> str | None:
    """It greeted, so it takes the place of the version that is there.

    Returns the folder of that, which can go; None where another one is wanted by now.
    """
    found = _found(session, candidate)
    if found is None:
        return None
    extension, row, person = found
    before, version = extension.folder, extension.version
    extension.sqlmodel_update({name: getattr(row, name) for name in _TAKEN_OVER})
    if extension.state in _STAYS:
        note_greeting(session, extension, now)
    session.add(extension)
    session.delete(row)
    note_version(session, reread(extension.manifest))
    words = f"extension upgrade {extension.handle} {version}: {row.version} took its place"
    audit(session, person, "extension upgrade", AuditOutcome.DONE, words, now)
    return before


def decline(session: Session, candidate: UpgradeCandidate, why: str, now: datetime) -> None:
    """It did not greet as its manifest says; the version that is there goes on."""
    found = _found(session, candidate)
    if found is None:
        return
    extension, row, person = found
    row.why = why[:_LONGEST_WHY]
    session.add(row)
    words = f"extension upgrade {extension.handle} {extension.version}: {row.version} {why}"
    audit(session, person, "extension upgrade", AuditOutcome.STALE, words, now)


def _found(
    session: Session, candidate: UpgradeCandidate
) -> tuple[Extension, ExtensionUpgrade, Who] | None:
    """The rows of what is still wanted, and whoever agreed to it."""
    rows = (
        select(Extension, ExtensionUpgrade, Person)
        .join(ExtensionUpgrade, col(ExtensionUpgrade.extension_id) == col(Extension.id))
        .join(Person, col(Person.id) == col(ExtensionUpgrade.agreed_by_id))
        .where(ExtensionUpgrade.folder == candidate.folder, ExtensionUpgrade.why == "")
    )
    found = session.exec(rows).first()
    if found is None:
        return None
    extension, row, person = found
    return extension, row, Who(person.id or 0, person.name)
