"""What a Python package says of itself: its core metadata, as every wheel holds it."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.utils import getaddresses
from pathlib import Path

from packaging.metadata import RawMetadata, parse_email
from packaging.requirements import Requirement
from packaging.specifiers import Specifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from models.metadata.listing import repository_in
from models.metadata.package_facts import MetadataError, PackageFacts
from models.rules.clean import clean
from models.rules.declaring import Standing

_LONGEST_BYTES = 1024 * 1024
_LONGEST_NAMES = 200
_METADATA = re.compile(r"[^/]+\.dist-info/METADATA")
_IN_BRACKETS = re.compile(r"<[^<>]*>")
_FRAMEWORK = re.compile(r"Framework :: ([\w .-]+?) :: (\d+(?:\.\d+)*)")
# As package indexes know these labels.
_SOURCE = re.compile(r"(?:source[ _-]?code|source|repository|code|github|git)(?: repository)?")
_STATUS = re.compile(r"Development Status :: (\d)")
# As the classifiers count: planning, pre-alpha, alpha, beta, stable, mature, inactive.
_INACTIVE = "its metadata says that it is inactive"
_STANDINGS = {
    **dict.fromkeys("123", Standing.EXPERIMENTAL),
    "4": Standing.BETA,
    **dict.fromkeys("56", Standing.STABLE),
    "7": Standing.DEPRECATED,
}


def read_package(path: Path) -> PackageFacts:
    """The facts of a wheel, or of a METADATA file.

    Raises:
        MetadataError: it is neither.
    """
    if path.stat().st_size > _LONGEST_BYTES and path.suffix != ".whl":
        raise MetadataError("it is longer than any package's metadata")
    if path.suffix != ".whl":
        return parse_package(path.read_bytes())
    try:
        with zipfile.ZipFile(path) as wheel:
            inside = [each for each in wheel.infolist() if _METADATA.fullmatch(each.filename)]
            if len(inside) != 1 or inside[0].file_size > _LONGEST_BYTES:
                raise MetadataError("it is no wheel, which has one METADATA file")
            return parse_package(wheel.read(inside[0]))
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise MetadataError("it is no wheel") from error


def parse_package(text: bytes) -> PackageFacts:
    """The facts of core metadata. What only an extra requires it can use, in whatever version: pip asks for none then.

    Raises:
        MetadataError: it names no package and version.
    """
    raw, _ = parse_email(text)
    name, version = raw.get("name"), raw.get("version")
    try:
        if not name or not version:
            raise MetadataError("it names no package and version")
        Version(version)
    except InvalidVersion as error:
        raise MetadataError(f"{str(version)[:60]!r} is no version of a package") from error
    found = _Requirements()
    found.read(raw)
    standing = _standing(raw.get("classifiers", []))
    return PackageFacts(
        clean(name),
        version,
        tuple(found.requires),
        standing,
        _repository(_addresses(raw)),
        clean(_told(raw.get("summary"))) or None,
        tuple(found.problems),
        reason=_INACTIVE if standing is Standing.DEPRECATED else "",
        authors=_publishers(raw),
        runtime=found.runtime,
        optional=tuple(found.optional),
        tested=tuple(_tested(raw.get("classifiers", []))),
    )


@dataclass(slots=True)
class _Requirements:
    """What it requires, what its extras require, and which Python it needs."""

    requires: list[tuple[str, str]] = field(default_factory=list)
    optional: list[tuple[str, str]] = field(default_factory=list)
    runtime: str = ""
    problems: list[str] = field(default_factory=list)

    def read(self, raw: RawMetadata) -> None:
        extras = raw.get("provides_extra", [])
        for line in raw.get("requires_dist", ()):
            try:
                self.requires += _required(line)
                self.optional += _optional(line, extras)
                self._leave_out(line, Requirement(line).specifier)
            except ValueError:
                self.problems.append(f"{clean(line)[:100]} was not understood")
        python = raw.get("requires_python", "")
        try:
            self.runtime = _range(SpecifierSet(python))
            self._leave_out("python", SpecifierSet(python))
        except ValueError:
            self.problems.append(f"python {clean(python)[:60]} was not understood")

    def _leave_out(self, of: str, specifiers: SpecifierSet) -> None:
        """Say which series are excluded, which no range here can; what else the specifiers say is kept."""
        if series := sorted(str(each) for each in specifiers if _is_series_excluded(each)):
            told = ", ".join(series)
            self.problems.append(f"{clean(of)[:100]}: {clean(told)[:100]} was left out")


def _publishers(raw: RawMetadata) -> str | None:
    """The names of those who keep it, and else of those who wrote it; no mail addresses."""
    for plain, mailed in (
        (raw.get("maintainer"), raw.get("maintainer_email")),
        (raw.get("author"), raw.get("author_email")),
    ):
        named = [name for name, _ in getaddresses([_told(mailed)])]
        parts = [*_told(plain).split(","), *named]
        if found := ", ".join(filter(None, map(_without_addresses, parts))):
            return clean(found)[:_LONGEST_NAMES]
    return None


def _told(value: str | None) -> str:
    """What a field says on one line: older tools wrote UNKNOWN for nothing, folded it, and encoded it as mail does."""
    said = " ".join((value or "").split())
    if "=?" in said:
        with suppress(LookupError, ValueError, HeaderParseError):
            said = str(make_header(decode_header(said)))
    return "" if said == "UNKNOWN" else said


def _addresses(raw: RawMetadata) -> list[str]:
    """The addresses that it names, first those that its own labels call its source."""
    labelled = raw.get("project_urls", {})
    sources = [
        address for label, address in labelled.items() if _SOURCE.fullmatch(label.strip().lower())
    ]
    return [*sources, raw.get("home_page", ""), *labelled.values()]


def _without_addresses(name: str) -> str:
    words = _IN_BRACKETS.sub("", name).split()
    return " ".join(word for word in words if "@" not in word)


def _required(line: str) -> list[tuple[str, str]]:
    read = Requirement(line)
    if read.marker is not None and not read.marker.evaluate({"extra": ""}):
        return []
    return [(read.name, _range(read.specifier))]


def _optional(line: str, extras: list[str]) -> list[tuple[str, str]]:
    read = Requirement(line)
    if read.marker is None or read.marker.evaluate({"extra": ""}):
        return []
    is_of_extra = any(read.marker.evaluate({"extra": each}) for each in extras)
    return [(read.name, "")] if is_of_extra else []


def _tested(classifiers: list[str]) -> Iterator[tuple[str, str]]:
    """The frameworks whose versions it names, from the oldest to the newest: what stands between was before."""
    found: dict[str, list[Version]] = {}
    for each in classifiers:
        if named := _FRAMEWORK.fullmatch(each):
            found.setdefault(named[1], []).append(Version(named[2]))
    for name, versions in found.items():
        yield name, f">={min(versions)}, <{_next(max(versions).release)}"


def _range(specifiers: SpecifierSet) -> str:
    clauses: list[str] = []
    for each in sorted(specifiers, key=str):
        clauses += _clauses(each)
    return ", ".join(clauses)


def _is_series_excluded(each: Specifier) -> bool:
    """Such as !=3.0.*, which many packages say of the first releases of Python 3."""
    return each.operator == "!=" and each.version.endswith(".*")


def _clauses(each: Specifier) -> list[str]:
    """The specifier as ranges are written here.

    Raises:
        ValueError: there is no such range.
    """
    if _is_series_excluded(each):
        return []
    if each.version.endswith(".*") and each.operator == "==":
        return [f">={each.version[:-2]}", f"<{_next(Version(each.version[:-2]).release)}"]
    if each.operator == "~=":
        return [f">={each.version}", f"<{_next(Version(each.version).release[:-1])}"]
    if each.operator == "===" or each.version.endswith(".*"):
        raise ValueError(f"{each} is no range")  # such as >=3.9.*, which was allowed once
    return [f"{each.operator.replace('==', '=')}{each.version}"]


def _next(release: tuple[int, ...]) -> str:
    return ".".join(map(str, (*release[:-1], release[-1] + 1)))


def _standing(classifiers: list[str]) -> Standing | None:
    for each in classifiers:
        if found := _STATUS.match(each):
            return _STANDINGS.get(found[1])
    return None


def _repository(addresses: list[str]) -> str | None:
    return next(filter(None, map(repository_in, filter(None, addresses))), None)
