"""The folder of extensions: what comes in, and each version that is installed in a folder of its own."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from models.extensions import wheels
from models.extensions.bundled import bundled
from models.extensions.contents import LOCK
from models.extensions.package import SIGNATURE, Package

# A folder that nobody knows of may be one that is being installed at this moment.
_YOUNG = timedelta(hours=1)


class Store:
    """The folder that the setting EXTENSIONS_FOLDER names."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.incoming = root / "incoming"
        self._installed = root / "installed"

    def came_in(self) -> list[Path]:
        """Every package in `incoming`, by name."""
        if not self.incoming.is_dir():
            return []
        return sorted(
            path
            for path in self.incoming.iterdir()
            if path.suffix != SIGNATURE and not path.name.startswith(".")
        )

    def packages(self) -> dict[str, Path]:
        """What could be installed, by the name of its file: what came in, and what is bundled with Pluginwatch."""
        there = {path.name: path for path in bundled()}
        return there | {path.name: path for path in self.came_in()}

    def folder(self, name: str) -> Path:
        """Where an installed extension stands, by the name of its folder."""
        return self._installed / name

    def languages(self, name: str, handle: str) -> set[str]:
        """Of which languages an installed extension has a catalogue of words."""
        return {path.stem for path in (self.folder(name) / "site" / handle / "lang").glob("*.mo")}

    def unpack(self, package: Package) -> str:
        """Unpack a package; return the name of its folder. All of it is on the disk then, or nothing stands.

        Raises:
            PackageError: its wheels do not go together.
            OSError: the disk does not take it.
        """
        manifest = package.manifest
        self._installed.mkdir(parents=True, exist_ok=True)
        prefix = f"{manifest.handle}-{manifest.version}-"
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=self._installed))
        try:
            self._write(package, folder)
            _settle(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return folder.name

    @contextmanager
    def unpacked(self, package: Package) -> Iterator[str]:
        """The same for a block that notes that it is installed; if that fails, nothing stands.

        Raises:
            PackageError: its wheels do not go together.
            OSError: the disk does not take it.
        """
        name = self.unpack(package)
        try:
            yield name
        except BaseException:
            self.discard(name)
            raise

    def discard(self, name: str) -> None:
        """Remove the folder of what is installed no more, if it had one."""
        if name:
            shutil.rmtree(self.folder(name), ignore_errors=True)

    def spare(self, name: str) -> None:
        """Leave the folder of what is installed no more for an hour, since it may be in use."""
        with contextlib.suppress(FileNotFoundError):
            os.utime(self.folder(name))

    def sweep(self, wanted: Collection[str], now: datetime) -> None:
        """Remove what a crash left: every folder but those `wanted`, unless it is young."""
        if not self._installed.is_dir():
            return
        for path in self._installed.iterdir():
            changed_at = datetime.fromtimestamp(path.stat().st_mtime, now.tzinfo)
            if path.name not in wanted and changed_at < now - _YOUNG:
                shutil.rmtree(path, ignore_errors=True)

    def _write(self, package: Package, folder: Path) -> None:
        for name, data in package.files.items():
            if name != LOCK and not name.startswith("wheels/"):
                target = folder / name
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(data)
        (folder / "site").mkdir()
        for name in package.wheels:
            wheels.unpack(PurePosixPath(name).name, package.files[name], folder / "site")


def _settle(folder: Path) -> None:
    """Have the disk keep all of a folder, before anybody notes that it is there; realms read it as another user."""
    for place, _, names in os.walk(folder):
        for name in names:
            _keep(Path(place) / name, 0o644)
        _keep(Path(place), 0o755)
    _keep(folder.parent, None)


def _keep(path: Path, mode: int | None) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        if mode is not None:
            os.fchmod(handle, mode)
        os.fsync(handle)
    finally:
        os.close(handle)
