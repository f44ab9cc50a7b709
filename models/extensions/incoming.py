"""What was found in `incoming`, as all processes know it, and what of it is to be installed. Nothing here commits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from packaging.version import Version
from sqlmodel import Session, col, delete, select

from models.extensions.detecting import Detected, became
from models.extensions.host import HostApi
from models.extensions.installed import Known, installed, present
from models.extensions.installing import offer
from models.extensions.manifest import ManifestError, reread
from models.extensions.refusal import PackageError
from models.people.persons import Who, audit
from models.rules.audit import AuditOutcome
from models.tables import ExtensionPackage, Person
from models.views.extensions import Offer, PackageView


@dataclass(frozen=True, slots=True)
class InstallOrder:
    """A package that somebody wants installed, by its file, and the code of the terms that they agreed to."""

    file: str
    handle: str
    person: Who
    code: str


def stamps(session: Session) -> Mapping[str, str]:
    """The stamps of what was found, by the names of the files."""
    return {row.file: row.stamp for row in session.exec(select(ExtensionPackage))}


def note_found(
    session: Session, there: Collection[str], changed: Sequence[tuple[str, Detected]], now: datetime
) -> None:
    """Note what is `there` by the names of the files, and the packages that changed, each with its new stamp."""
    session.exec(delete(ExtensionPackage).where(col(ExtensionPackage.file).not_in(there)))
    for stamp, found in changed:
        session.exec(delete(ExtensionPackage).where(col(ExtensionPackage.file) == found.path.name))
        manifest = found.manifest
        session.add(
            ExtensionPackage(
                file=found.path.name,
                stamp=stamp,
                handle=manifest.handle if manifest else "",
                version=str(manifest.version) if manifest else "",
                manifest=found.text,
                problems=list(found.problems),
                seen_at=now,
            )
        )


def package_views(session: Session, host: HostApi) -> tuple[PackageView, ...]:
    """Every package by the name of its file, beside what is installed."""
    rows = session.exec(select(ExtensionPackage).order_by(col(ExtensionPackage.file)))
    there = present(installed(session, host))
    return tuple(_view(row, there) for row in rows)


def newest(session: Session, handle: str) -> ExtensionPackage | None:
    """The newest package of this handle that is not refused; a refused one if there is no other."""
    of_handle = select(ExtensionPackage).where(ExtensionPackage.handle == handle)
    return max(session.exec(of_handle), key=_rank, default=None)


def offered(session: Session, package: ExtensionPackage, host: HostApi) -> Offer:
    """What installing the package would mean.

    Raises:
        PackageError: it cannot be installed; all reasons are named.
    """
    if package.problems:
        raise PackageError(package.problems)
    try:
        return offer(session, reread(package.manifest), host)
    except ManifestError as error:
        raise PackageError(error.problems) from error


def order(session: Session, package: ExtensionPackage, found: Offer, person: Who) -> None:
    """Have the package installed by the process that has it, if it is still the one that was offered."""
    package.ordered_by_id, package.ordered_code = person.person_id, found.code
    session.add(package)


def orders(session: Session) -> list[InstallOrder]:
    """What is to be installed."""
    wanted = select(ExtensionPackage, Person).join(
        Person, col(Person.id) == col(ExtensionPackage.ordered_by_id)
    )
    return [
        InstallOrder(row.file, row.handle, Who(person.id or 0, person.name), row.ordered_code or "")
        for row, person in session.exec(wanted.order_by(col(ExtensionPackage.id)))
    ]


def refuse_order(
    session: Session, refused: InstallOrder, problems: Sequence[str], now: datetime
) -> None:
    """It cannot be installed, for these reasons; they stand beside the package until it changes."""
    row = close_order(session, refused)
    if row is not None:
        row.problems = list(problems)
    words = f"extension install {refused.handle}: {'; '.join(problems)}"
    audit(session, refused.person, "extension install", AuditOutcome.STALE, words, now)


def close_order(session: Session, ended: InstallOrder) -> ExtensionPackage | None:
    """It was installed, or cannot be. Returns the package, if it is still there."""
    of_file = select(ExtensionPackage).where(ExtensionPackage.file == ended.file)
    row = session.exec(of_file).first()
    if row is not None:
        row.ordered_by_id = row.ordered_code = None
        session.add(row)
    return row


def _view(row: ExtensionPackage, there: Known) -> PackageView:
    state = "refused"
    if row.ordered_by_id is not None:
        state = "is being installed"
    elif not row.problems:
        state = became(row.handle, Version(row.version), there)
    return PackageView(row.file, row.handle, row.version, state, tuple(row.problems))


def _rank(row: ExtensionPackage) -> tuple[bool, Version]:
    return not row.problems, Version(row.version)
