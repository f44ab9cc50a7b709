"""An index of extensions: a JSON file, signed by its publisher, that anyone can host beside the packages that it names.

Pure, but for reading the packages of a folder that one is made of.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

from packaging.version import Version
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from models.extensions.contents import peek, read_file
from models.extensions.host import HostApi
from models.extensions.manifest import Handles, ManifestError, as_if_allocated, read
from models.extensions.manifest.words import (
    Handle,
    Line,
    Short,
    VersionOf,
    Versions,
    satisfies,
)
from models.extensions.package import SIGNATURE
from models.extensions.refusal import PackageError
from models.rules.inert import inert

INDEX = "index.json"
_MOST = 1_000
_TRUSTED = 4_096


class _IndexPart(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True
    )


class IndexEntry(_IndexPart):
    """A package: what it is, where it is, as the index's address leads there, and its hash and signature."""

    handle: Handle
    name: Short
    version: VersionOf
    description: Line
    licence: Short
    host: Versions
    url: Line
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    signature: Annotated[str, StringConstraints(max_length=_TRUSTED)] = ""


class ExtensionIndex(_IndexPart):
    """All that a publisher offers."""

    index: Literal[1]
    publisher: Short
    extensions: Annotated[tuple[IndexEntry, ...], Field(strict=False, max_length=_MOST)]

    def newest(self, handle: str, host: HostApi) -> IndexEntry:
        """The newest of this handle that is for this Pluginwatch.

        Raises:
            PackageError: there is none.
        """
        found = [each for each in self.extensions if each.handle == handle]
        fitting = [each for each in found if satisfies(host.version, each.host)]
        if not found:
            raise PackageError([f"the index of {self.publisher} has no {inert(handle)}"])
        if not fitting:
            raise PackageError([f"no version of {handle} there is for Pluginwatch {host.version}"])
        return max(fitting, key=_version)


def read_index(data: bytes, signature: bytes, handles: Handles) -> ExtensionIndex:
    """Read an index whose signature is its publisher's, by the key that the operator knows.

    Raises:
        PackageError: it is not, or makes no sense.
    """
    try:
        found = ExtensionIndex.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise PackageError([f"it is no index: {where}: {first['msg']}"]) from error
    key = handles.keys.get(found.publisher)
    if key is None:
        publisher = inert(found.publisher)
        raise PackageError([f"[keys] in handles.toml has no key of {publisher}, who signed it"])
    # Its cryptography takes some seven megabytes, and only who reads an index needs it.
    from minisign import Error, PublicKey, Signature  # noqa: PLC0415 - see above

    try:
        PublicKey.from_base64(key).verify(data, Signature.from_bytes(signature))
    except (Error, ValueError) as error:
        raise PackageError([f"its signature is not its publisher's: {error}"]) from error
    return found


def index_of(folder: Path, publisher: str) -> str:
    """An index of the archives in a folder, which stand beside it.

    Raises:
        PackageError: one makes no sense, or is another publisher's.
        OSError: a file is out of reach.
    """
    entries = tuple(_entries(folder, publisher))
    if not entries:
        raise PackageError([f"{folder} has no package"])
    made = {"index": 1, "publisher": publisher, "extensions": entries}
    return json.dumps(made, indent=2, ensure_ascii=False)


def _entries(folder: Path, publisher: str) -> Iterator[dict[str, str]]:
    for path in sorted(folder.glob("*.zip")):
        text = peek(path)
        try:
            manifest = read(text, as_if_allocated(text), frozenset())
        except ManifestError as error:
            raise PackageError([f"{path.name}: {each}" for each in error.problems]) from error
        if manifest.publisher != publisher:
            raise PackageError([f"{path.name}: is {manifest.publisher}'s, not {publisher}'s"])
        beside = path.with_name(path.name + SIGNATURE)
        yield {
            "handle": manifest.handle,
            "name": manifest.name,
            "version": str(manifest.version),
            "description": manifest.description,
            "licence": manifest.licence,
            "host": str(manifest.host.needs) or "*",
            "url": path.name,
            "sha256": sha256(read_file(path)).hexdigest(),
            "signature": beside.read_text(encoding="utf-8") if beside.is_file() else "",
        }


def _version(entry: IndexEntry) -> Version:
    return entry.version
