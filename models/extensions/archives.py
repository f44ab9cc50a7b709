"""ZIP archives of strangers, read into memory within limits. Nothing is written. Pure but for the bytes it gets."""

import io
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from models.extensions.refusal import PackageError

_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1
_LONGEST_NAME = 200
_MOST_RATIO = 200
# Below this size a high ratio does no harm.
_SMALL = 1 << 20


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How many entries an archive may have, and how many bytes they may be in all."""

    entries: int
    size: int


PACKAGE = ArchiveLimits(500, 64 << 20)
WHEEL = ArchiveLimits(5_000, 128 << 20)


def read_archive(data: bytes, limits: ArchiveLimits) -> Mapping[str, bytes]:
    """Every file of the archive by its name.

    Raises:
        PackageError: it is no sound archive, or beyond a limit.
    """
    with opened(data, limits) as archive, _undamaged():
        return {
            info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()
        }


def read_entry(file: BinaryIO, limits: ArchiveLimits, name: str) -> bytes:
    """One file of the archive, without the others.

    Raises:
        PackageError: it is no sound archive, beyond a limit, or has no such file.
    """
    with _sound(file, limits) as archive, _undamaged():
        if name not in archive.namelist():
            raise PackageError([f"has no {name}"])
        return archive.read(name)


@contextmanager
def _undamaged() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise PackageError([f"is a damaged archive: {error}"]) from error


def opened(data: bytes, limits: ArchiveLimits, name: str = "") -> zipfile.ZipFile:
    """The archive, once its directory was found to be sound; `name` is the file's.

    Raises:
        PackageError: it is not.
    """
    file = io.BytesIO(data)
    file.name = name
    return _sound(file, limits)


def _sound(file: BinaryIO, limits: ArchiveLimits) -> zipfile.ZipFile:
    length = file.seek(0, io.SEEK_END)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise PackageError([f"is no ZIP archive: {error}"]) from error
    problems = list(_troubles(archive.infolist(), length, limits))
    if problems:
        raise PackageError(problems)
    return archive


def wrong_name(name: str) -> str:
    """Why a file may not be called so; empty where it may."""
    parts = name.removesuffix("/").split("/")
    if not name.isprintable() or "\\" in name or ":" in name:
        return f"{name!r} has letters that no file's name may have"
    if len(name.encode("utf-8", "replace")) > _LONGEST_NAME:
        return f"{name[:40]!r}… is longer than {_LONGEST_NAME} bytes"
    if name.startswith("/") or any(part in {"", ".", ".."} for part in parts):
        return f"{name!r} leads out of its folder"
    return ""


def _troubles(
    infos: Sequence[zipfile.ZipInfo], length: int, limits: ArchiveLimits
) -> Iterator[str]:
    if len(infos) > limits.entries:
        yield f"has {len(infos):,} entries, of {limits.entries:,} at the most"
        return
    size = sum(info.file_size for info in infos)
    if size > limits.size:
        yield f"unpacks to {size >> 20:,} MiB, of {limits.size >> 20} MiB at the most"
    if (
        size > max(_SMALL, length * _MOST_RATIO)
        or sum(info.compress_size for info in infos) > length
    ):
        yield f"unpacks to {size / max(1, length):,.0f} times its size, as a bomb does"
    seen: set[str] = set()
    for info in infos:
        yield from _wrong_entry(info)
        folded = unicodedata.normalize("NFKC", info.filename).casefold()
        if folded in seen:
            yield f"{info.filename!r} stands twice, perhaps in other letters"
        seen.add(folded)


def _wrong_entry(info: zipfile.ZipInfo) -> Iterator[str]:
    # zipfile cuts a name at a NUL, so the name is looked at as it was written.
    if wrong := wrong_name(info.orig_filename):
        yield wrong
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        yield f"{info.filename!r} is a link or a device, and no file"
    if info.flag_bits & _ENCRYPTED:
        yield f"{info.filename!r} is encrypted"
    if info.compress_type not in _METHODS:
        yield f"{info.filename!r} is compressed in a way that few can read; use deflate"
