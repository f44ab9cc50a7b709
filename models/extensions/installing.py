"""Install, remove and purge: what changes in the database, in the caller's one transaction. Nothing here commits."""

from datetime import datetime
from typing import Any

from packaging.version import Version
from sqlmodel import Session, select

from models.database.engine import be_alone
from models.extensions.chats import close_chat, forget_chat
from models.extensions.contents import MANIFEST
from models.extensions.hearing import listen_no_more
from models.extensions.host import HostApi, unmet
from models.extensions.installed import dependents, installed, present
from models.extensions.manifest import Manifest
from models.extensions.manifest.words import satisfies
from models.extensions.package import Package
from models.extensions.refusal import PackageError
from models.extensions.tables import making as tables
from models.extensions.terms import agreement, terms
from models.extensions.upgrading import put_up, withdraw
from models.people.persons import Who, audit
from models.rules.audit import AuditOutcome
from models.rules.extensions import ExtensionState
from models.tables import Extension
from models.views.extensions import Offer


class ExtensionRequestError(ValueError):
    """What was asked for cannot be done; the words say why."""


def offer(session: Session, manifest: Manifest, host: HostApi) -> Offer:
    """What installing a package of this manifest would mean.

    Raises:
        PackageError: it cannot be installed beside what is there; all reasons are named.
    """
    row = _row(session, manifest.handle)
    known = installed(session, host)
    there = present(known)
    problems = list(unmet(manifest, {name: each.version for name, each in there.items()}))
    problems += tables.misfits(session, manifest)
    if row:
        problems += _unlike(row, manifest)
    if problems:
        raise PackageError(problems)
    shown = terms(manifest)
    holds = [
        other
        for other in dependents(manifest.handle, known)
        if (needing := there[other].manifest)
        and not satisfies(manifest.version, needing.requires[manifest.handle])
    ]
    is_agreed = row is not None and row.agreed_terms == _stored(shown)
    return Offer(
        handle=manifest.handle,
        name=manifest.name,
        version=str(manifest.version),
        terms=shown,
        code=agreement(manifest),
        is_agreed=is_agreed,
        replaces=row.version if row else "",
        holds=tuple(holds),
        is_on=row is not None and row.state == ExtensionState.ON,
    )


def install(
    session: Session,
    package: Package,
    folder: str,
    host: HostApi,
    person: Who,
    now: datetime,
    *,
    agrees: bool,
) -> str:
    """Note that the package is installed, and turned off. It is unpacked in `folder` already.

    Where another version is on, it stays on until this one has greeted.

    Returns the folder of the version that it replaces, which can go; blank if there is none.

    Raises:
        PackageError: it cannot be installed, or its terms were not agreed to.
    """
    be_alone(session)
    found = offer(session, package.manifest, host)
    if not (agrees or found.is_agreed):
        raise PackageError(["its licence and its permissions were not agreed to"])
    manifest = package.manifest
    values = _values(package, folder, now)
    if not found.is_agreed:
        values |= _agreement(found.terms, person, now)
    tables.make(session, manifest)
    before = _place(session, manifest, values, now)
    agreed = "; ".join(found.terms) if not found.is_agreed else "as agreed to before"
    words = f"extension install {manifest.handle} {manifest.version}: {agreed}"
    audit(session, person, "extension install", AuditOutcome.DONE, words, now)
    return before


def remove(session: Session, handle: str, host: HostApi, person: Who, now: datetime) -> str:
    """Note that the extension is removed. What it stored is kept. Returns its folder, which can go.

    Raises:
        ExtensionRequestError: it is not installed, or others need it.
    """
    be_alone(session)
    row = _row(session, handle)
    if row is None or row.state == ExtensionState.KEPT:
        raise ExtensionRequestError(f"there is no extension {handle} that is installed")
    if needed_by := dependents(handle, installed(session, host)):
        others = ", ".join(needed_by)
        raise ExtensionRequestError(f"{handle} is needed by {others}; remove that first")
    folder = row.folder
    withdraw(session, row)
    listen_no_more(session, handle)
    close_chat(session, handle, now)
    row.state = ExtensionState.KEPT
    row.folder = ""
    row.changed_at = now
    session.add(row)
    words = f"extension remove {handle} {row.version}"
    audit(session, person, "extension remove", AuditOutcome.DONE, words, now)
    return folder


def purge(session: Session, handle: str, person: Who, now: datetime) -> None:
    """Forget an extension that was removed, with all that was kept of it.

    Raises:
        ExtensionRequestError: nothing is kept of it, or it is installed.
    """
    be_alone(session)
    row = _row(session, handle)
    if row is None:
        raise ExtensionRequestError(f"there is no extension {handle}, and nothing kept of one")
    if row.state != ExtensionState.KEPT:
        raise ExtensionRequestError(f"{handle} is installed; remove it first")
    session.delete(row)
    tables.drop(session, handle)
    forget_chat(session, handle)
    words = f"extension purge {handle} {row.version}"
    audit(session, person, "extension purge", AuditOutcome.DONE, words, now)


def _place(session: Session, manifest: Manifest, values: dict[str, Any], now: datetime) -> str:
    """Have these values take the place of what is there. Returns the folder of that, if it can go at once."""
    handle = manifest.handle
    row = _row(session, handle) or Extension(handle=handle, **values)
    if row.state == ExtensionState.ON:
        put_up(session, row, values, now)
        return ""
    tables.note_version(session, manifest)
    before = "" if row.id is None else row.folder
    if row.id is not None:
        withdraw(session, row)
        listen_no_more(session, handle)
    row.sqlmodel_update(values)
    session.add(row)
    return before


def _unlike(row: Extension, manifest: Manifest) -> list[str]:
    problems = []
    if Version(row.version) > manifest.version:
        problems.append(
            f"{row.version} is newer, and what it stored may be of no use to {manifest.version}; "
            "remove and purge it first"
        )
    return problems


def _values(package: Package, folder: str, now: datetime) -> dict[str, Any]:
    return {
        "state": ExtensionState.OFF,
        "version": str(package.manifest.version),
        "manifest": package.files[MANIFEST].decode(),
        "folder": folder,
        "digest": package.digest,
        "changed_at": now,
        # What another version did is no fault of this one.
        "failures": [],
        "why": None,
    }


def _agreement(shown: tuple[str, ...], person: Who, now: datetime) -> dict[str, Any]:
    return {
        "agreed_by_id": person.person_id,
        "agreed_at": now,
        "agreed_terms": _stored(shown),
    }


def _row(session: Session, handle: str) -> Extension | None:
    return session.exec(select(Extension).where(Extension.handle == handle)).first()


def _stored(shown: tuple[str, ...]) -> str:
    return "\n".join(shown)
