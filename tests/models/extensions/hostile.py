"""Packages that mean harm, each with a reason for which it is refused, and what the interpreter does meanwhile.

`python -m tests.models.extensions.hostile` prints what became of each.
"""

import io
import os
import struct
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import typer
from packaging.version import Version

from models.extensions.host import HostApi
from models.extensions.manifest import Handles
from models.extensions.package import read_package
from models.extensions.refusal import PackageError
from models.extensions.store import Store
from tests.models.extensions.packages import (
    CODE,
    WHEEL,
    archive,
    contents,
    entry,
    library,
    lock,
    package,
    wheel,
)
from tests.models.extensions.samples import COMMANDS, HANDLES, LEAST

HOST = HostApi(Version("0.2.0.dev0"), Version("3.11.7"))
LINK, PIPE = 0o120777, 0o010644
# Where a size stands in an entry of an archive's directory.
_SIZE_AT = 24
INERT = ""
DATA = "acmejira-1.2.0.data"
INFO = "acmejira-1.2.0.dist-info"


def with_entry(name: str, mode: int = 0o100644, content: bytes = b"x") -> bytes:
    return archive({**contents(), name: entry(name, mode, content)})


def with_wheel(data: bytes, name: str = WHEEL) -> bytes:
    return package({name: data})


def with_manifest(line: str, instead: str) -> bytes:
    assert line in LEAST
    return package(manifest=LEAST.replace(line, instead))


def locked(text: str) -> bytes:
    return package(locked=lock({WHEEL: wheel()}, text))


def wheel_with(name: str, mode: int = 0o100644) -> bytes:
    """A wheel with an entry of its own mode, which its RECORD does not name."""
    made = io.BytesIO(wheel())
    with zipfile.ZipFile(made, "a") as out:
        out.writestr(*entry(name, mode, b"/etc/passwd"))
    return made.getvalue()


def twice_in_a_wheel() -> bytes:
    made = io.BytesIO(wheel())
    with zipfile.ZipFile(made, "a") as out, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        out.writestr("acmejira/__init__.py", CODE)
    return made.getvalue()


def with_a_lie() -> bytes:
    """A package whose directory says of its last entry that it unpacks to three bytes."""
    made = bytearray(package())
    at = made.rfind(b"PK\x01\x02") + _SIZE_AT
    made[at : at + 4] = (3).to_bytes(4, "little")
    return bytes(made)


def encrypted() -> bytes:
    """A package whose first entry says that it is encrypted, in front of it and in the directory."""
    made = bytearray(package())
    for begin, flags_at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        made[made.find(begin) + flags_at] |= 1
    return bytes(made)


def stacked() -> bytes:
    """A package whose directory leads to its last entry fifty times more."""
    made = package()
    end = made.rfind(b"PK\x05\x06")
    last = made[made.rfind(b"PK\x01\x02") : end]
    number, size = struct.unpack("<10xHI", made[end : end + 16])
    counted = struct.pack("<HHI", number + 50, number + 50, size + 50 * len(last))
    return made[:end] + 50 * last + made[end : end + 8] + counted + made[end + 16 :]


def with_line_in_lock(line: str) -> str:
    return lock({WHEEL: wheel()}).replace('version = "1.2.0"', f'version = "1.2.0"\n{line}')


OWN = "[pluginwatch.extensions]\nacmejira = acmejira\n"
SOURCE = '[[packages]]\nname = "evil"\nversion = "1"\n'
# Each package, with what stands in a reason of its refusal; INERT ones are taken, and do nothing. Large ones are made
# when they are asked for: making them took each process that only imports this two seconds.
HOSTILE: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "an entry above": (with_entry("../evil.py"), "'../evil.py' leads out of its folder"),
    "an absolute entry": (with_entry("/tmp/evil.py"), "leads out of its folder"),
    "an entry above in the middle": (with_entry("lang/../../evil.po"), "leads out"),
    "a backslash": (with_entry("lang\\..\\evil.po"), "letters that no file's name may have"),
    "a drive": (with_entry("C:evil.po"), "letters that no file's name may have"),
    "a line break in a name": (with_entry("lang/a\nb.po"), "letters that no file's name may have"),
    "a very long name": (with_entry(f"lang/{'a' * 300}.po"), "is longer than 200 bytes"),
    "a name that no disk takes": (with_entry(f"lang/{'ä' * 150}.po"), "longer than 200 bytes"),
    "a link": (with_entry("README.md", LINK, b"/etc/passwd"), "is a link or a device"),
    "a pipe": (with_entry("README.md", PIPE), "is a link or a device"),
    "two of one name": (with_entry("PYLOCK.toml"), "stands twice"),
    "a bomb": (lambda: with_entry("README.md", content=b"\0" * (65 << 20)), "MiB at the most"),
    "a bomb in a wheel": (
        lambda: with_wheel(wheel({"a.py": b"\0" * (129 << 20)})),
        "as a bomb does",
    ),
    "too many entries": (
        archive({**contents(), **{f"lang/{n}.po": "" for n in range(600)}}),
        "entries, of 500 at the most",
    ),
    "too many entries in a wheel": (
        lambda: with_wheel(archive({f"{n}.py": "" for n in range(5_001)})),
        "entries, of 5,000 at the most",
    ),
    "no archive": (b"MZ" + b"\0" * 100, "is no ZIP archive"),
    "half an archive": (package()[: len(package()) // 2], "is no ZIP archive"),
    "a script of set-up": (with_entry("setup.py", content=CODE.encode()), "source distribution"),
    "a source distribution": (with_entry("wheels/evil-1.tar.gz"), "source distribution"),
    "a locked source distribution": (
        locked(
            SOURCE + 'sdist = { name="evil-1.tar.gz", path="evil-1.tar.gz", hashes={sha256="0"} }'
        ),
        "evil: is locked as source",
    ),
    "a locked repository": (
        locked(SOURCE + 'vcs = { type="git", url="https://evil.example", commit-id="0" }'),
        "evil: is locked as source",
    ),
    "a locked folder": (locked(SOURCE + 'directory = { path = "." }'), "evil: is locked as source"),
    "a locked address": (
        locked(
            SOURCE
            + 'wheels = [{ url="https://evil.example/evil-1-py3-none-any.whl", hashes={sha256="0"} }]'
        ),
        "is not in the package's folder wheels",
    ),
    "a wrong hash": (
        package({WHEEL: wheel()}, locked=lock({WHEEL: wheel({"a.py": "1"})})),
        "has not the sha256 that pylock.toml names",
    ),
    "a wheel that is not locked": (
        package({WHEEL: wheel()}, locked=lock({}, "packages = []")),
        "does not stand in pylock.toml",
    ),
    "no lock": (archive({"extension.toml": LEAST}), "has no pylock.toml"),
    "a lock that is none": (package(locked="packages = 1"), "pylock.toml is no lock of wheels"),
    "a start-up file": (
        with_wheel(wheel({"evil.pth": f"import os; {CODE}"})),
        "would run whenever Python",
    ),
    "sitecustomize": (with_wheel(wheel({"sitecustomize.py": CODE})), "would run whenever Python"),
    "usercustomize": (
        with_wheel(wheel({"usercustomize/__init__.py": CODE})),
        "would run whenever Python",
    ),
    "sitecustomize as a namespace, by another way": (
        with_wheel(wheel({f"{DATA}/platlib/sitecustomize/a.py": CODE})),
        "would run whenever Python",
    ),
    "sitecustomize in other letters": (
        with_wheel(wheel({"SiteCustomize.py": CODE})),
        "would run whenever Python",
    ),
    "a wheel named usercustomize": (
        package({"usercustomize-1.2.0-py3-none-any.whl": wheel()}),
        "bears the name of what runs whenever Python starts",
    ),
    "sitecustomize as a library": (
        with_wheel(wheel({"sitecustomize.cpython-311-x86_64-linux-gnu.so": "ELF"})),
        "would run whenever Python",
    ),
    "a start-up file by another way": (
        with_wheel(wheel({f"{DATA}/purelib/evil.pth": "import os"})),
        "would run whenever Python",
    ),
    "compiled code": (with_wheel(wheel({"evil.pyc": b"\0"})), "is compiled code"),
    "a cache of compiled code": (
        with_wheel(wheel({"__pycache__/a.cpython-311.pyc": b"\0"})),
        "compiled",
    ),
    "a file that RECORD does not name": (
        with_wheel(wheel_with("evil.py")),
        "is not mentioned in RECORD",
    ),
    "a RECORD of other contents": (
        with_wheel(wheel(record=f"acmejira/__init__.py,sha256=AAAA,1\n{INFO}/RECORD,,")),
        "didn't match RECORD",
    ),
    "no RECORD": (with_wheel(wheel(without=f"{INFO}/RECORD")), "Unable to retrieve `RECORD`"),
    "no metadata": (with_wheel(wheel(without=f"{INFO}/METADATA")), "has no METADATA"),
    "a wheel that is called otherwise": (
        with_wheel(wheel(Name="other")),
        "says Name: other; it must be acmejira",
    ),
    "a link in a wheel": (with_wheel(wheel_with("evil", LINK)), "is a link or a device"),
    "an entry above in a wheel": (with_wheel(wheel_with("../evil.py")), "leads out of its folder"),
    "an entry above in a wheel's data": (
        with_wheel(wheel({f"{DATA}/purelib/../../evil.py": CODE})),
        "leads out of its folder",
    ),
    "a script of a wheel": (with_wheel(wheel({f"{DATA}/scripts/evil": CODE})), INERT),
    "data of a wheel": (with_wheel(wheel({f"{DATA}/data/etc/cron.d/evil": CODE})), INERT),
    "a console script": (
        with_wheel(
            wheel({f"{INFO}/entry_points.txt": f"{OWN}[console_scripts]\nls = acmejira:ls\n"})
        ),
        INERT,
    ),
    "another Python": (
        with_wheel(wheel(), "acmejira-1.2.0-cp27-cp27m-any.whl"),
        "has no wheel for this Python and machine",
    ),
    "another machine": (
        with_wheel(wheel(), "acmejira-1.2.0-py3-none-win_amd64.whl"),
        "has no wheel for this Python and machine",
    ),
    "a wheel of a wrong name": (
        with_wheel(wheel(), "acmejira-1.2.0-py3.whl"),
        "Invalid wheel filename",
    ),
    "a file that stands twice in a wheel": (with_wheel(twice_in_a_wheel()), "stands twice"),
    "another one's metadata in a wheel": (
        with_wheel(wheel({"evil-1.dist-info/METADATA": "Name: evil\nVersion: 1\n"})),
        "exactly one",
    ),
    "a file that is a folder, too": (
        with_wheel(wheel({"evil": "x", "evil/a.py": "x"})),
        "another wheel has the same file",
    ),
    "a size that is a lie": (with_a_lie(), "is a damaged archive"),
    "a start-up file in other letters": (
        with_wheel(wheel({"EVIL.PTH": f"import os; {CODE}"})),
        "would run whenever Python",
    ),
    "metadata without end": (
        lambda: with_wheel(wheel({f"{INFO}/entry_points.txt": os.urandom(1 << 20) + b"x"})),
        "is larger than 1 MiB",
    ),
    "a lock without end": (
        lambda: package(locked=f"# {os.urandom(1 << 20).hex()}"),
        "pylock.toml has more than 1,024 KiB",
    ),
    "a key without end in a lock": (package(locked="a." * 100_000 + "a=1"), "dots in line 1"),
    "a key without end": (package(manifest=f"{LEAST}\n{'a.' * 100_000}a=1\n"), "dots in line"),
    "a key without end between marks that hide none": (
        package(locked='x = [ """\n\' """, {' + "a." * 100_000 + 'a = 1}, "\'" ]\n'),
        "dots in line 2",
    ),
    "a wheel in a wheel": (with_wheel(wheel({"acmejira/evil.whl": wheel()})), INERT),
    "letters as wide as ours": (with_wheel(wheel({"\uff53itecustomize.py": CODE})), INERT),
    "modules of Python's and the kit's names": (
        with_wheel(wheel({"json.py": CODE, "pluginwatch_kit/__init__.py": CODE})),
        INERT,
    ),
    "entry points that make no sense": (
        with_wheel(wheel({f"{INFO}/entry_points.txt": "]]\n\0"})),
        "entry_points.txt makes no sense",
    ),
    "a script that is no function": (
        with_wheel(wheel({f"{INFO}/entry_points.txt": f"{OWN}[console_scripts]\nls = ;rm\n"})),
        "entry_points.txt makes no sense",
    ),
    "a group that goes on behind its bracket": (
        with_wheel(wheel({f"{INFO}/entry_points.txt": f"{OWN}[console_scripts]a:b\n"})),
        "entry_points.txt makes no sense",
    ),
    "no code of its own": (
        package({"evil-1-py3-none-any.whl": library("evil", "1")}),
        "has no wheel for here with the entry point acmejira",
    ),
    "code for other machines only": (
        package(locked=with_line_in_lock("marker = \"sys_platform == 'win32'\"")),
        "has no wheel for here with the entry point acmejira",
    ),
    "code for nobody": (
        package(locked=with_line_in_lock("marker = \"extra == 'evil'\"")),
        "has no wheel for here with the entry point acmejira",
    ),
    "a line of the lock for another Python": (
        package(locked=with_line_in_lock('requires-python = "<3"')),
        "acmejira: is for Python <3; this is",
    ),
    "a lock for other machines": (
        package(locked="environments = [\"sys_platform == 'win32'\"]\n" + lock({WHEEL: wheel()})),
        "is for other machines than this one",
    ),
    "a library that is elsewhere": (
        with_wheel(wheel(**{"Requires-Dist": "evil @ https://evil.example/evil.whl"})),
        "needs evil @ https://evil.example/evil.whl, which is not in the package",
    ),
    "an encrypted entry": (encrypted(), "is encrypted"),
    "entries that lie upon each other": (stacked(), "as a bomb does"),
    "a name that goes on behind its end": (
        package(**{"README.md": "x"}).replace(b"README.md", b"READ\0E.md"),
        "letters that no file's name may have",
    ),
    "another name in front of the entry": (
        package().replace(b"extension.toml", b"EVILnsion.toml", 1),
        "is a damaged archive",
    ),
    "a script before the archive": (b"#!/bin/sh\ntouch RAN\nexit\n" + package(), INERT),
    "a file for all users' rights": (with_entry("README.md", 0o104777), INERT),
    "a folder of Python's own": (
        with_wheel(wheel({"pyvenv.cfg": "home = /", "python311._pth": "/", "evil.egg-link": "/"})),
        INERT,
    ),
    "a rule of plurals that is code": (
        package(
            **{"lang/de.po": 'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=exit();\\n"\n'}
        ),
        INERT,
    ),
    "a handle of another publisher": (
        with_manifest('"acmejira"', '"other"'),
        "is Other's, not ACME's",
    ),
    "a handle of ours": (with_manifest('"acmejira"', '"status"'), "is a word of Pluginwatch's own"),
    "a handle of nobody": (with_manifest('"acmejira"', '"evil"'), "is not allocated"),
    "too new an interface": (
        with_manifest("api = 1", "api = 2"),
        "api: is 2; this Pluginwatch knows 1",
    ),
    "too new a host": (
        with_manifest('">=0.2"', '">=7"'),
        "needs Pluginwatch >=7; this is 0.2.0.dev0",
    ),
    "a host that it breaks with": (
        with_manifest('needs = ">=0.2"', 'needs = "*", breaks = ">=0.2"'),
        "does not work with Pluginwatch >=0.2",
    ),
}


def made(case: str) -> tuple[bytes, str]:
    """The package of a case, and what stands in a reason of its refusal."""
    packed, reason = HOSTILE[case]
    if callable(packed):
        return packed(), reason
    return packed, reason


@dataclass
class Watch:
    """What the interpreter did while a package was read and unpacked."""

    processes: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)
    is_on: bool = False

    def begin(self) -> None:
        """Forget what was seen, and watch from now on, until it is turned off."""
        self.processes, self.runs, self.written = [], [], []
        self.is_on = True

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        """What every audit event of the interpreter comes by."""
        if not self.is_on:
            return
        first = arguments[0] if arguments else None
        if event.startswith(_STARTS):
            self.processes.append(event)
        if event == "exec" and _of_package(getattr(first, "co_filename", "")):
            self.runs.append(str(first))
        if event == "import" and _of_package(str(first)):
            self.runs.append(str(first))
        if event == "open" and isinstance(first, str | bytes) and _writes(arguments[2]):
            self.written.append(Path(os.fsdecode(first)).resolve())


@dataclass(frozen=True)
class Became:
    """What became of a package: why it was refused, or nothing; and what must never be."""

    reasons: tuple[str, ...]
    processes: list[str]
    runs: list[str]
    outside: list[Path]


_STARTS = ("subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "os.spawn")
_WRITES = os.O_WRONLY | os.O_RDWR


def install(path: Path, store: Store, handles: Handles = HANDLES) -> str:
    """Look at a package and unpack it; the name of its folder."""
    return store.unpack(read_package(path, HOST, handles, COMMANDS))


def attempt(data: bytes, place: Path) -> Became:
    """Try to install a package in an empty folder, where the interpreter stands, and look what that did."""
    (place / "in.zip").write_bytes(data)
    store = Store(place / "store")
    watch = watching()
    reasons: tuple[str, ...] = ()
    before = Path.cwd()
    os.chdir(place)
    try:
        watch.begin()
        install(place / "in.zip", store)
    except PackageError as error:
        reasons = error.problems
    finally:
        watch.is_on = False
        os.chdir(before)
    inside = place / "store" / "installed"
    wrote = {path for path in watch.written if not path.is_relative_to(inside)}
    stands = {path for path in place.rglob("*") if not path.is_relative_to(inside)}
    outside = (wrote | stands) - {place / "in.zip", place / "store", Path(os.devnull)}
    return Became(reasons, watch.processes, watch.runs, sorted(outside))


@cache
def watching() -> Watch:
    """The only one of this process: it can never be taken away again, and slows all that comes after it."""
    watch = Watch()
    sys.addaudithook(watch.hear)
    return watch


def _writes(flags: object) -> bool:
    return isinstance(flags, int) and bool(flags & _WRITES)


def _of_package(name: str) -> bool:
    return any(word in name for word in ("acmejira", "evil", "customize", "<string>"))


def _main() -> None:
    processes = runs = outside = 0
    for name in HOSTILE:
        data, expected = made(name)
        with tempfile.TemporaryDirectory() as place:
            became = attempt(data, Path(place).resolve())
        processes += len(became.processes)
        runs += len(became.runs)
        outside += len(became.outside)
        said = next((each for each in became.reasons if expected in each), "INSTALLED")
        typer.echo(f"{name:45} {said if expected else 'inert'}"[:150])
    typer.echo(
        f"{len(HOSTILE)} packages: {processes} subprocesses, {runs} executions, {outside} files outside"
    )


if __name__ == "__main__":
    _main()
