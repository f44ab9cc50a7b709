"""Packages as pip takes and freezes them: requirements, and where packages lie. Pure."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)

from models.rules.wanted import VERSION, Member, member_of

_CONTINUED = re.compile(r"\\\r?\n")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_OPTION = re.compile(r"--?[a-zA-Z][\w-]*(?:[ =]|$)")
_EDITABLE = re.compile(r"(?:-e|--editable)[ =]+")
_HASHES = re.compile(r"\s--(?:hash|config-settings?|global-option)[ =]\S+")
# What only pip's lines have. A name alone, or one with one version, is read alike everywhere.
_OF_PIP = re.compile(
    r"[<>~!]=|(?<![=@])[<>]|==.*;|\[[\w.,\s-]+\]\s*(?:==|$)|@\s*\S+://|^git\+|^--?[a-z]"
)
# As in `pip freeze`.
_PINNED = re.compile(r"[A-Za-z0-9][\w.-]*==[\w.!+-]+")
_REMOTE = re.compile(
    r"(?:(?:git|hg|svn|bzr)\+)?(?P<address>[a-z][\w+.-]*://[^\s#]+?)(?:@(?P<at>[^\s/@#]+))?(?:#(?P<rest>\S*))?",
    re.IGNORECASE,
)
_EGG = re.compile(r"(?:^|&)egg=([\w.-]+)")
_LONGEST_LINE = 500


def required(text: str) -> tuple[Member, ...] | None:
    """The packages of a requirements file or of `pip freeze`, each with the one version that is pinned.

    None if the text is no such file: a line says something else, or no line is of a kind that only such files have.
    """
    lines = [_COMMENT.sub("", line).strip() for line in _CONTINUED.sub(" ", text).splitlines()]
    lines = [line for line in lines if line]
    are_pinned = len(lines) > 1 and all(_PINNED.fullmatch(line[:_LONGEST_LINE]) for line in lines)
    if not are_pinned and not any(_OF_PIP.search(line[:_LONGEST_LINE]) for line in lines):
        return None
    found: list[Member] = []
    for line in lines:
        try:
            found += _of_line(_HASHES.sub("", line))
        except ValueError:
            return None
    return tuple(found)


def requirement(text: str) -> Member:
    """The package of one requirement, and its version where it says exactly one.

    Raises:
        ValueError: it is no requirement.
    """
    try:
        said = Requirement(text[:_LONGEST_LINE])
    except InvalidRequirement as error:
        raise ValueError("this is no requirement") from error
    if said.url:
        return said.name, _of_address(said.url)[1]
    return said.name, pinned(str(each) for each in said.specifier)


def pinned(specifiers: Iterable[str]) -> str:
    """The one version among specifiers such as `==1.2`, or nothing."""
    exact = [each for each in specifiers if each.startswith("==")]
    version = exact[0].lstrip("= ") if len(exact) == 1 else ""
    return "" if "*" in version else version


def _of_line(line: str) -> list[Member]:
    if editable := _EDITABLE.match(line):
        return _lying_at(line[editable.end() :].strip("\"'"))
    if _OPTION.match(line):
        return []
    if line.startswith((".", "/")) or _REMOTE.fullmatch(line):
        return _lying_at(line)
    return [requirement(line)]


def _lying_at(place: str) -> list[Member]:
    """The package of an address or of a folder; none where that has no name of its own."""
    if _REMOTE.fullmatch(place):
        return [_of_address(place)]
    name = PurePosixPath(place.partition("[")[0]).name
    return [_of_file(name)] if name.strip(".") else []


def _of_address(address: str) -> Member:
    found = _REMOTE.fullmatch(address)
    if found is None:
        raise ValueError("this is no address")
    egg = _EGG.search(found["rest"] or "")
    at = found["at"] or ""
    version = at if VERSION.fullmatch(at) else ""
    if egg:
        return egg[1], version
    name = found["address"].rsplit("/", 1)[-1]
    if name.endswith((".whl", ".tar.gz", ".zip")):
        return _of_file(name)
    return member_of(found["address"])[0], version


def _of_file(name: str) -> Member:
    """The package of a wheel or of an archive of sources, by its name; of what is neither, the name."""
    try:
        if name.endswith(".whl"):
            package, version, _, _ = parse_wheel_filename(name)
        else:
            package, version = parse_sdist_filename(name)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return name, ""
    return package, str(version)
