"""Looks after the folder of extensions: finds packages, installs what was asked for, and removes what is left over."""

from datetime import UTC, datetime
from pathlib import Path

import structlog

from models.actions.core.table import COMMANDS
from models.database.engine import Database
from models.extensions.detecting import look_at, stamp
from models.extensions.host import allocated, this_host
from models.extensions.incoming import (
    InstallOrder,
    close_order,
    note_found,
    orders,
    refuse_order,
    stamps,
)
from models.extensions.installed import folders, installed
from models.extensions.installing import install
from models.extensions.manifest import Handles
from models.extensions.package import read_package
from models.extensions.refusal import PackageError
from models.extensions.store import Store
from models.extensions.terms import agreement
from models.settings import Settings

_log = structlog.get_logger()


def look_after_extensions(database: Database, settings: Settings) -> None:
    """Do all three, each in transactions of its own.

    Raises:
        ValueError: the operator's list of handles makes no sense.
    """
    store = Store(settings.extensions_folder)
    handles = allocated(store.root)
    _find(database, store, handles)
    with database.read() as session:
        wanted = orders(session)
    for order in wanted:
        _install(database, store, handles, order)
    with database.read() as session:
        wanted_folders = folders(installed(session, this_host()))
    store.sweep(wanted_folders, datetime.now(UTC))


def _find(database: Database, store: Store, handles: Handles) -> None:
    """Note what came in, changed or went. What did not change is not opened."""
    host = this_host()
    with database.read() as session:
        known = stamps(session)
    now_there = {
        name: (stamp(path, host, handles), path) for name, path in store.packages().items()
    }
    if {name: found for name, (found, _) in now_there.items()} == known:
        return
    changed = [
        (found, look_at(path, host, handles, COMMANDS))
        for name, (found, path) in now_there.items()
        if known.get(name) != found
    ]
    with database.write() as session:
        note_found(session, now_there.keys(), changed, datetime.now(UTC))
    for _, each in changed:
        _log.info("package_found", file=each.path.name, problems=list(each.problems))


def _path(store: Store, order: InstallOrder) -> Path:
    """Where the package is; where it would be, if it went away."""
    return store.packages().get(order.file, store.incoming / order.file)


def _install(database: Database, store: Store, handles: Handles, order: InstallOrder) -> None:
    host, now = this_host(), datetime.now(UTC)
    try:
        package = read_package(_path(store, order), host, handles, COMMANDS)
        if agreement(package.manifest) != order.code:
            raise PackageError(["is another one than was agreed to"])  # noqa: TRY301 - told alike
        with store.unpacked(package) as folder, database.write() as session:
            before = install(session, package, folder, host, order.person, now, agrees=True)
            close_order(session, order)
    except PackageError as error:
        with database.write() as session:
            refuse_order(session, order, error.problems, now)
        _log.warning("package_refused", file=order.file, problems=list(error.problems))
        return
    store.discard(before)
    _log.info("extension_installed", handle=order.handle, file=order.file)
