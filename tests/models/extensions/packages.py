"""Packages of the tests, good and hostile: a wheel is made of files, and a package of wheels."""

import base64
import io
import zipfile
from collections.abc import Mapping
from hashlib import sha256

from tests.models.extensions.samples import LEAST

Files = dict[str, bytes | str]
CODE = 'open("RAN", "w").close()\n'
WHEEL = "acmejira-1.2.0-py3-none-any.whl"
_INFO = "acmejira-1.2.0.dist-info"


def archive(files: Mapping[str, bytes | str | tuple[zipfile.ZipInfo, bytes | str]]) -> bytes:
    """A ZIP archive, the same whenever it is made; an entry may be a ZipInfo of its own with its bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            if isinstance(content, tuple):
                out.writestr(*content)
            else:
                out.writestr(*entry(name, 0o600, content))
    return made.getvalue()


def wheel(
    more: Files | None = None,
    *,
    without: str = "",
    record: str | None = None,
    version: str = "1.2.0",
    **stated: str,
) -> bytes:
    """A wheel of one module that says so when it runs, with more files, and a RECORD of them all."""
    metadata = {"Name": "acmejira", "Version": version, **stated}
    info = _INFO.replace("1.2.0", version)
    files: Files = {
        "acmejira/__init__.py": CODE,
        f"{info}/METADATA": "Metadata-Version: 2.1\n"
        + "".join(f"{k}: {v}\n" for k, v in metadata.items()),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[pluginwatch.extensions]\nacmejira = acmejira\nacmewiki = acmejira\n",
        **(more or {}),
    }
    lines = [f"{name},{_hash(content)},{len(content)}" for name, content in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,"]) if record is None else record
    files.pop(without, None)
    return archive(files)


def library(name: str, version: str, *needs: str, code: str = "") -> bytes:
    """A wheel of a library of one module, which needs these."""
    info = f"{name}-{version}.dist-info"
    stated = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {each}" for each in needs)]
    files: Files = {
        f"{name}.py": code,
        f"{info}/METADATA": "\n".join(["Metadata-Version: 2.1", *stated, ""]),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [f"{path},{_hash(content)},{len(content)}" for path, content in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,"])
    return archive(files)


def lock(wheels: Mapping[str, bytes], more: str = "") -> str:
    """A pylock.toml of these wheels."""
    lines = ['lock-version = "1.0"', 'created-by = "tests"']
    for name, data in wheels.items():
        parts = name.split("-")
        lines += ["[[packages]]", f'name = "{parts[0]}"', f'version = "{parts[1]}"']
        hashed = f'hashes = {{ sha256 = "{sha256(data).hexdigest()}" }}'
        lines += [f'wheels = [{{ name = "{name}", path = "wheels/{name}", {hashed} }}]']
    return "\n".join([*lines, more, ""])


def contents(
    wheels: Mapping[str, bytes] | None = None,
    *,
    manifest: str = LEAST,
    locked: str | None = None,
    **more: str,
) -> Files:
    """The files of a package."""
    of = {WHEEL: wheel()} if wheels is None else wheels
    return {
        "extension.toml": manifest,
        "pylock.toml": lock(of) if locked is None else locked,
        **{f"wheels/{name}": data for name, data in of.items()},
        **more,
    }


def package(wheels: Mapping[str, bytes] | None = None, **how: str) -> bytes:
    """A package as one archive."""
    return archive(contents(wheels, **how))


def entry(
    name: str, mode: int = 0o100644, content: bytes | str = b""
) -> tuple[zipfile.ZipInfo, bytes | str]:
    """An entry of an archive with a mode of its own."""
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info, content


def _hash(content: bytes | str) -> str:
    data = content.encode() if isinstance(content, str) else content
    return "sha256=" + base64.urlsafe_b64encode(sha256(data).digest()).rstrip(b"=").decode()
