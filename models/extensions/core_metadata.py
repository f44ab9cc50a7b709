"""What a wheel says of itself in METADATA: what is wrong with it, and what would be right. Pure.

https://packaging.python.org/en/latest/specifications/core-metadata/
"""

from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from models.messages.words import clip
from models.rules.inert import inert

# A greater one may mean something else by the same fields.
_KNOWN = 2


def wrong_metadata(
    text: str, name: NormalizedName, version: Version, python: Version
) -> Iterator[str]:
    """What is wrong with this METADATA of a wheel whose file is called so, on this Python."""
    stated = HeaderParser().parsestr(text)
    yield from _wrong_version_of_itself(stated)
    for field, right in (("Name", str(name)), ("Version", str(version))):
        yield from _not(field, right, stated)
    for wanted in stated.get_all("Requires-Python", []):
        yield from _for_another_python(str(wanted), python)
    for need in stated.get_all("Requires-Dist", []):
        try:
            Requirement(need)
        except InvalidRequirement:
            yield f"says Requires-Dist: {_shown(need)}; it must be like humanize>=4"


def _wrong_version_of_itself(stated: "Message[str, str]") -> Iterator[str]:
    number = str(stated.get("Metadata-Version", ""))
    major = number.partition(".")[0]
    if not major.isdecimal() or int(major) > _KNOWN:
        yield f"says Metadata-Version: {_shown(number)}; it must be {_KNOWN}.x or older, such as 2.1"


def _not(field: str, right: str, stated: "Message[str, str]") -> Iterator[str]:
    given = [str(each) for each in stated.get_all(field, [])]
    if len(given) > 1:
        yield f"says {field} {len(given)} times; it must say {field}: {right}, as its file is called, once"
    elif not given or not _SAME[field](given[0], right):
        said = _shown(given[0]) if given else "nothing"
        yield f"says {field}: {said}; it must be {right}, as its file is called"


def _same_name(given: str, right: str) -> bool:
    return canonicalize_name(given) == right


def _same_version(given: str, right: str) -> bool:
    try:
        return Version(given) == Version(right)
    except InvalidVersion:
        return False


_SAME = {"Name": _same_name, "Version": _same_version}


def _for_another_python(wanted: str, python: Version) -> Iterator[str]:
    try:
        fits = SpecifierSet(wanted).contains(python, prereleases=True)
    except InvalidSpecifier:
        yield f"says Requires-Python: {_shown(wanted)}; it must be like >=3.11"
        return
    if not fits:
        yield f"is for Python {_shown(wanted)}; this is {python}"


def _shown(text: str) -> str:
    return clip(inert(text)) or "nothing"
