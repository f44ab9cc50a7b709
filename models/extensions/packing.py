"""Packs a workspace, the folder that an author works in: the manifest, the code as a wheel, the wheels that it brings,
and the lock of them all. Nothing of it runs, and the same files make the same package.
"""

import base64
import io
import json
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import parse_wheel_filename

from models.extensions import wheels
from models.extensions.catalogues import compiled, words_of
from models.extensions.contents import LOCK, MANIFEST, Files, as_text, read_file
from models.extensions.manifest import Manifest, ManifestError, reread
from models.extensions.refusal import PackageError
from models.extensions.wheelhouse import from_wheelhouse, unmet_words
from models.rules.languages import is_language_tag

_BESIDE = ("README.md", "LICENSE", "LICENSE.*", "logo.png", "lang/*.po", "lang/*.mo")
_WHEELS = "wheels/*.whl"
_PROJECT = "pyproject.toml"
_LEFT_OUT = ("__pycache__", ".pyc", ".pyo")
# The same files make the same bytes, whenever and wherever they are packed.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def files_of(workspace: Path, house: Path | None = None) -> Files:
    """The files of a package, made of the workspace. What its wheels lack is looked for in the wheelhouse.

    Raises:
        PackageError: something is missing or wrong; all of it is named.
        OSError: a file is out of reach.
    """
    if not (workspace / MANIFEST).is_file():
        raise PackageError([f"has no {MANIFEST}; extensions new NAME makes a folder that has"])
    text = read_file(workspace / MANIFEST)
    try:
        manifest = reread(as_text(MANIFEST, text))
    except ManifestError as error:
        raise PackageError(error.problems) from error
    brought = dict(_found(workspace, (_WHEELS,)))
    name = f"wheels/{manifest.handle}-{manifest.version}-py3-none-any.whl"
    brought[name] = _wheel(workspace, manifest)
    problems = list(chain.from_iterable(_troubles(*each) for each in sorted(brought.items())))
    if house is not None and not problems:
        brought |= from_wheelhouse(brought, house)
        problems += chain.from_iterable(_troubles(*each) for each in sorted(brought.items()))
    if problems := problems or list(unmet_words(brought, workspace / "wheels")):
        raise PackageError(problems)
    lock = _lock(brought).encode()
    text += _labels(workspace, manifest).encode()
    return {MANIFEST: text, LOCK: lock, **dict(_found(workspace, _BESIDE)), **brought}


def archive_of(files: Mapping[str, bytes]) -> bytes:
    """One ZIP archive of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)
    return made.getvalue()


def _found(workspace: Path, parts: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    # Only these places are looked at: a folder that somebody works in may hold an environment of thousands of files.
    for path in sorted(chain.from_iterable(map(workspace.glob, parts))):
        if path.is_file():
            yield path.relative_to(workspace).as_posix(), read_file(path)


def _wheel(workspace: Path, manifest: Manifest) -> bytes:
    """The extension's own wheel, of the folder that bears its handle.

    No build tool makes it: one would run what the workspace says, and the manifest has said everything already.
    """
    handle = manifest.handle
    code = {**dict(_code(workspace, handle)), **dict(_compiled(workspace, handle))}
    if f"{handle}/__init__.py" not in code:
        raise PackageError([f"has no {handle}/__init__.py, in which its handlers are"])
    info = f"{handle}-{manifest.version}.dist-info"
    stated = ("Metadata-Version: 2.1", f"Name: {handle}", f"Version: {manifest.version}")
    how = ("Wheel-Version: 1.0", "Generator: pluginwatch", "Root-Is-Purelib: true")
    code |= {
        f"{info}/METADATA": _lines(
            *stated, f"Summary: {manifest.description}", *_dependencies(workspace)
        ),
        f"{info}/WHEEL": _lines(*how, "Tag: py3-none-any"),
        f"{info}/entry_points.txt": _lines(f"[{wheels.GROUP}]", f"{handle} = {handle}"),
    }
    records = [(name, f"sha256={_hash(data)}", str(len(data))) for name, data in code.items()]
    record = f"{info}/RECORD"
    code[record] = wheels.record_text([*records, (record, "", "")]).encode()
    return archive_of(code)


def _code(workspace: Path, handle: str) -> Iterator[tuple[str, bytes]]:
    """The files of the folder that bears the handle, but what Python compiled, and what is hidden, such as .env."""
    for path in sorted((workspace / handle).rglob("*")):
        place = path.relative_to(workspace)
        is_hidden = any(part.startswith(".") for part in place.parts)
        is_left_out = any(part.endswith(_LEFT_OUT) for part in place.parts)
        if path.is_file() and not (is_hidden or is_left_out):
            yield place.as_posix(), read_file(path)


def _dependencies(workspace: Path) -> Iterator[str]:
    """The dependencies of its code, from a pyproject.toml beside the manifest; nothing else of that is read."""
    if not (workspace / _PROJECT).is_file():
        return
    try:
        stated = tomllib.loads(as_text(_PROJECT, read_file(workspace / _PROJECT)))
        for each in _requirements(stated.get("project", {})):
            yield f"Requires-Dist: {Requirement(each)}"
    except (tomllib.TOMLDecodeError, InvalidRequirement) as error:
        raise PackageError([f"{_PROJECT}: {error}"]) from error


def _requirements(project: Any) -> list[str]:
    needed = project.get("dependencies", []) if isinstance(project, dict) else None
    if not isinstance(needed, list) or not all(isinstance(each, str) for each in needed):
        right = 'dependencies of [project] must be a list of texts, such as ["greeter>=2"]'
        raise PackageError([f"{_PROJECT}: {right}"])
    return needed


def _compiled(workspace: Path, handle: str) -> Iterator[tuple[str, bytes]]:
    """Each catalogue of words, `lang/de.po`, as the realm reads it."""
    for path in sorted((workspace / "lang").glob("*.po")):
        if not is_language_tag(path.stem):
            raise PackageError(
                [f"lang/{path.name}: is named by the tag, such as de.po or pt-br.po"]
            )
        yield f"{handle}/lang/{path.stem}.mo", compiled(path.name, read_file(path))


def _labels(workspace: Path, manifest: Manifest) -> str:
    """The words of the catalogues for what the manifest itself says: a table each, at its end.

    Who draws a card or a digest has the manifest, and no file of the extension.
    """
    lines = []
    for path in sorted((workspace / "lang").glob("*.po")):
        said = words_of(read_file(path), manifest.labels)
        if said and path.stem not in manifest.words:
            pairs = (f"{_quoted(each)} = {_quoted(said[each])}" for each in said)
            lines += ["", f"[words.{path.stem}]", *pairs]
    return "\n".join([*lines, ""]) if lines else ""


def _quoted(words: str) -> str:
    """As TOML has it: as JSON, but for halves of characters, which TOML does not take."""
    return json.dumps(words, ensure_ascii=False)


def _troubles(path: str, data: bytes) -> Iterator[str]:
    return wheels.troubles(PurePosixPath(path).name, data)


def _lock(brought: Mapping[str, bytes]) -> str:
    """A pylock.toml of these wheels. A text in JSON is one in TOML, too."""
    releases: dict[tuple[str, str], list[str]] = {}
    for path in sorted(brought):
        name, version, *_ = parse_wheel_filename(PurePosixPath(path).name)
        releases.setdefault((name, str(version)), []).append(_locked(path, brought[path]))
    lines = ['lock-version = "1.0"', 'created-by = "pluginwatch"']
    for (released, number), locked in releases.items():
        lines += [
            "",
            "[[packages]]",
            f"name = {json.dumps(released)}",
            f"version = {json.dumps(number)}",
            f"wheels = [{', '.join(locked)}]",
        ]
    return "\n".join([*lines, ""])


def _locked(path: str, data: bytes) -> str:
    name = json.dumps(PurePosixPath(path).name)
    hashes = f'{{ sha256 = "{sha256(data).hexdigest()}" }}'
    return f"{{ name = {name}, path = {json.dumps(path)}, hashes = {hashes} }}"


def _hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(sha256(data).digest()).rstrip(b"=").decode()


def _lines(*lines: str) -> bytes:
    return "\n".join([*lines, ""]).encode()
