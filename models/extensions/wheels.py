"""Wheels: looked at before anything of them is written, and unpacked without running any of it."""

import configparser
import csv
import io
import platform
import posixpath
import warnings
from collections.abc import Iterable, Iterator, Sequence
from email.parser import HeaderParser
from importlib.metadata import Distribution
from os import PathLike
from pathlib import Path
from typing import BinaryIO
from zipfile import ZipInfo

import installer
from installer.destinations import WheelDestination
from installer.exceptions import InstallerError
from installer.records import RecordEntry
from installer.sources import WheelFile
from installer.utils import Scheme, parse_entrypoints
from packaging.tags import sys_tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version

from models.extensions.archives import WHEEL, opened
from models.extensions.core_metadata import wrong_metadata
from models.extensions.refusal import PackageError

THIS_PYTHON = Version(platform.python_version())
# Where modules go; scripts, headers and data of a wheel are of no use to an extension, and are left out.
_MODULES = {"purelib", "platlib"}
_AT_START = {"sitecustomize", "usercustomize"}
# What a wheel says of itself is read whole, by us and when its realm starts.
_LONGEST_WORDS = 1 << 20
# A RECORD without hashes has one problem a file.
_MOST_ISSUES = 3
_NEEDED = ("METADATA", "WHEEL")
_ENTRY_POINTS = "entry_points.txt"
# Under which group of entry points a realm looks for its extension.
GROUP = "pluginwatch.extensions"


def fits_here(filename: str) -> bool:
    """Whether a wheel of this name is for this Python and this machine."""
    return not parse_wheel_filename(filename)[3].isdisjoint(sys_tags())


def size(data: bytes) -> int:
    """How many bytes a wheel that has no troubles unpacks to."""
    with opened(data, WHEEL) as archive:
        return sum(info.file_size for info in archive.infolist())


def has_extension(filename: str, data: bytes, handle: str) -> bool:
    """Whether a wheel that has no troubles has the entry point by which a realm finds the extension."""
    with opened(data, WHEEL, filename) as archive:
        source = WheelFile(archive)
        if _ENTRY_POINTS not in source.dist_info_filenames:
            return False
        stated = _Stated(source.read_dist_info(_ENTRY_POINTS))
    return bool(stated.entry_points.select(group=GROUP, name=handle))


def troubles(filename: str, data: bytes) -> Iterator[str]:
    """All that is wrong with a wheel, each beginning with its name."""
    try:
        name, version, *_ = parse_wheel_filename(filename)
        if name in _AT_START:
            yield f"{filename}: bears the name of what runs whenever Python starts"
        with opened(data, WHEEL, filename) as archive:
            found = [*_at_start(archive.namelist()), *_long(archive.infolist())]
            if found:
                raise PackageError(found)  # noqa: TRY301 - told like the archive's
            source = WheelFile(archive)
            source.validate_record()
            if found := list(_lacking(source)):
                raise PackageError(found)  # noqa: TRY301 - as above
            metadata = source.read_dist_info("METADATA")
            found += (
                f"METADATA {wrong}"
                for wrong in wrong_metadata(metadata, name, version, THIS_PYTHON)
            )
            found += _of_another_format(source.read_dist_info("WHEEL"))
            found += _of_no_entry_points(source)
    except InvalidWheelFilename as error:
        yield f"{filename}: {error}"
    except PackageError as error:
        yield from (f"{filename}: {problem}" for problem in error.problems)
    except InstallerError as error:
        yield f"{filename}: {_issues(error)}"
    except UnicodeDecodeError:
        yield f"{filename}: a file in its dist-info is no UTF-8"
    except Exception as error:  # noqa: BLE001 - a damaged wheel may fail anywhere in its reader
        yield f"{filename}: is damaged ({type(error).__name__})"
    else:
        yield from (f"{filename}: {problem}" for problem in found)


def unpack(filename: str, data: bytes, site: Path) -> None:
    """Write the modules of a wheel that has no troubles below the folder `site`.

    Raises:
        PackageError: it and another one have the same file, or it cannot be written.
    """
    with opened(data, WHEEL, filename) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            installer.install(WheelFile(archive), _ModuleFolder(site), {})
        except FileExistsError as error:
            raise PackageError([f"{filename}: another wheel has the same file"]) from error
        except (InstallerError, OSError, ValueError) as error:
            raise PackageError(
                [f"{filename}: cannot be unpacked ({type(error).__name__})"]
            ) from error


def record_text(rows: Iterable[Sequence[str]]) -> str:
    """What RECORD says of these files, each a path, a hash and a size; a path may hold commas and quotes."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _of_another_format(text: str) -> Iterator[str]:
    """https://packaging.python.org/en/latest/specifications/binary-distribution-format/: what is not 1.x may differ."""
    version = HeaderParser().parsestr(text).get("Wheel-Version", "")
    if version.partition(".")[0].strip() != "1":
        yield f"says that it is of the format {version.strip() or 'nothing'}, of which only 1.x is known here"


def _lacking(source: WheelFile) -> Iterator[str]:
    there = set(source.dist_info_filenames)
    yield from (f"has no {name} in its dist-info" for name in _NEEDED if name not in there)


def _of_no_entry_points(source: WheelFile) -> Iterator[str]:
    if _ENTRY_POINTS not in source.dist_info_filenames:
        return
    text = source.read_dist_info(_ENTRY_POINTS)
    try:
        # The two readers, who unpacks and who loads it, stumble over different things, and have no error of their own.
        list(parse_entrypoints(text))
        _ = _Stated(text).entry_points
    except (configparser.Error, AssertionError, TypeError):
        right = "each line must be like name = module:function, below a group in [brackets]"
        yield f"{_ENTRY_POINTS} makes no sense; {right}"


def _issues(error: Exception) -> str:
    """What is wrong; of many faults of one kind, the first ones."""
    issues = [str(each) for each in getattr(error, "issues", [error])]
    more = len(issues) - _MOST_ISSUES
    return "; ".join(
        [*issues[:_MOST_ISSUES], *([f"and {more} more like these"] if more > 0 else [])]
    )


def _at_start(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        base = posixpath.basename(name).casefold()
        # Some file systems take letters of either case for the same.
        modules = {part.partition(".")[0].casefold() for part in name.split("/")}
        if base.endswith(".pth") or not modules.isdisjoint(_AT_START):
            yield f"{name!r} would run whenever Python starts"
        elif base.endswith((".pyc", ".pyo")) or "__pycache__" in name:
            yield f"{name!r} is compiled code, which nobody can read"


def _long(infos: Iterable[ZipInfo]) -> Iterator[str]:
    for info in infos:
        is_said = posixpath.dirname(info.filename).endswith((".dist-info", ".egg-info"))
        if is_said and info.file_size > _LONGEST_WORDS:
            yield f"{info.filename!r} is larger than {_LONGEST_WORDS >> 20} MiB"


class _Stated(Distribution):
    """A distribution that has entry points and nothing else."""

    def __init__(self, entry_points: str) -> None:
        self._entry_points = entry_points

    def read_text(self, filename: str) -> str | None:
        """What a file of its dist-info says."""
        return self._entry_points if filename == _ENTRY_POINTS else None

    def locate_file(self, path: str | PathLike[str]) -> Path:
        """Where a file of it would be."""
        return Path(path)


class _ModuleFolder(WheelDestination):
    """Writes modules into one folder, and nothing anywhere else."""

    def __init__(self, site: Path) -> None:
        self._site = site

    def write_script(self, name: str, module: str, attr: str, section: str) -> RecordEntry:  # noqa: ARG002 - see below
        """Write nothing: no script of an extension is ever called."""
        return RecordEntry(name, None, None)

    def write_file(
        self,
        scheme: Scheme,
        path: object,
        stream: BinaryIO,
        is_executable: bool,  # noqa: ARG002 - nothing is
    ) -> RecordEntry:
        """Write one module, which must not be there yet."""
        name = str(path)
        if scheme in _MODULES:
            target = (self._site / name).resolve()
            if not target.is_relative_to(self._site.resolve()):
                raise PackageError([f"{name!r} leads out of its folder"])
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                while block := stream.read(1 << 16):
                    file.write(block)
        return RecordEntry(name, None, None)

    def finalize_installation(
        self,
        scheme: Scheme,  # noqa: ARG002 - modules are in one place
        record_file_path: object,
        records: Iterable[tuple[Scheme, RecordEntry]],
    ) -> None:
        """Write RECORD, from which the versions of what is there can be told."""
        text = record_text(record.to_row() for _, record in records)
        (self._site / str(record_file_path)).write_text(text, encoding="utf-8")
