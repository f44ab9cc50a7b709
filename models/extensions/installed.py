"""What is installed, and how it stands: as it was left, and as what else is there lets it be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from packaging.version import Version
from sqlmodel import Session, col, select

from models.extensions.host import HostApi, unfit, unmet
from models.extensions.manifest import Manifest, ManifestError, reread
from models.rules.extensions import ExtensionState
from models.tables import Extension, ExtensionUpgrade


@dataclass(frozen=True, slots=True)
class Installed:
    """An extension that is installed, or was and left data (`KEPT`).

    `why` has all that keeps it from running here. Its manifest is None where this version of Pluginwatch does not
    understand it; such a one never runs. `folder` is the name of the one it is unpacked in, and `fault` what it is
    quarantined for. `upgrade` says what becomes of another version that is to take its place, which is unpacked in
    `upgrade_folder`.
    """

    handle: str
    state: ExtensionState
    version: Version
    manifest: Manifest | None
    folder: str
    why: tuple[str, ...] = ()
    fault: str | None = None
    upgrade: str = ""
    upgrade_folder: str = ""

    @property
    def troubles(self) -> tuple[str, ...]:
        """All that keeps it from running, in words."""
        return (self.fault, *self.why) if self.fault else self.why

    @property
    def name(self) -> str:
        """What people call it."""
        return self.manifest.name if self.manifest else self.handle


Known = Mapping[str, Installed]


def installed(session: Session, host: HostApi) -> tuple[Installed, ...]:
    """Every extension by its handle, as it stands now."""
    rows = session.exec(
        select(Extension, ExtensionUpgrade)
        .join(
            ExtensionUpgrade,
            col(ExtensionUpgrade.extension_id) == col(Extension.id),
            isouter=True,
        )
        .order_by(col(Extension.handle))
    )
    return standing([_as_left(*row) for row in rows], host)


def folders(known: Sequence[Installed]) -> set[str]:
    """The folders that are in use, or are going to be."""
    used = chain.from_iterable((each.folder, each.upgrade_folder) for each in known)
    return {folder for folder in used if folder}


def present(known: Sequence[Installed]) -> Known:
    """Those that are installed, by their handles."""
    return {each.handle: each for each in known if each.state is not ExtensionState.KEPT}


def dependents(handle: str, known: Sequence[Installed]) -> list[str]:
    """Which installed extensions need this one."""
    return [
        each.handle
        for each in present(known).values()
        if each.manifest is not None and handle in each.manifest.requires
    ]


def standing(known: Sequence[Installed], host: HostApi) -> tuple[Installed, ...]:
    """How each stands beside the others: held is what is on and does not fit, and what needs a held one. Pure."""
    there = present(known)
    troubled = {handle: (*each.why, *_misfits(each, host, there)) for handle, each in there.items()}
    running = _running(there, troubled)
    told = []
    for each in known:
        why = troubled.get(each.handle, ())
        if each.state is ExtensionState.ON and each.handle not in running:
            lacking = tuple(_lacking(each, running)) if not why else ()
            told.append(replace(each, state=ExtensionState.HELD, why=(*why, *lacking)))
        else:
            told.append(replace(each, why=why))
    return tuple(told)


def _as_left(row: Extension, upgrade: ExtensionUpgrade | None) -> Installed:
    manifest: Manifest | None = None
    why: tuple[str, ...] = ()
    try:
        manifest = reread(row.manifest)
    except ManifestError as error:
        why = error.problems
    state = ExtensionState(row.state)
    left = Installed(row.handle, state, Version(row.version), manifest, row.folder, why, row.why)
    if upgrade is None:
        return left
    became = f"{upgrade.version} {upgrade.why or 'is being tried'}"
    return replace(left, upgrade=became, upgrade_folder=upgrade.folder)


def _misfits(each: Installed, host: HostApi, there: Known) -> Iterator[str]:
    if each.manifest is not None:
        yield from unfit(each.manifest, host)
        yield from unmet(each.manifest, {name: other.version for name, other in there.items()})


def _running(there: Known, troubled: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Those that are on and can run; whatever needs one that cannot, cannot either."""
    running = {
        handle
        for handle, each in there.items()
        if each.state is ExtensionState.ON and not troubled[handle]
    }
    while lost := {handle for handle in running if any(_lacking(there[handle], running))}:
        running -= lost
    return running


def _lacking(each: Installed, running: set[str]) -> Iterator[str]:
    for handle in each.manifest.requires if each.manifest else ():
        if handle not in running:
            yield f"needs {handle}, which does not run"
