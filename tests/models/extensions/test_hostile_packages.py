"""Packages that mean harm: each is refused with its reasons, or inert, and nothing of it runs."""

import subprocess
from pathlib import Path

import pytest
from minisign import KeyPair

from models.extensions.manifest import Handles
from models.extensions.refusal import PackageError
from models.extensions.store import Store
from tests.models.extensions.hostile import (
    HOSTILE,
    INERT,
    INFO,
    Became,
    attempt,
    install,
    made,
    watching,
)
from tests.models.extensions.packages import WHEEL, archive, contents, package, wheel
from tests.models.extensions.samples import HANDLES


@pytest.mark.parametrize("case", HOSTILE)
def test_what_means_harm_is_refused_or_inert(case: str, tmp_path: Path) -> None:
    data, reason = made(case)
    became = attempt(data, tmp_path)
    assert (became.processes, became.runs, became.outside) == ([], [], [])
    installed = tmp_path / "store" / "installed"
    if reason == INERT:
        assert became.reasons == ()
        assert len(list(installed.iterdir())) == 1
        assert not list(installed.rglob("cron.d"))
    else:
        assert any(reason in each for each in became.reasons), became.reasons
        assert not list(installed.glob("*"))


def test_there_are_forty_of_them() -> None:
    assert len(HOSTILE) >= 40


# What a package may hold beside its manifest and its code.
BESIDE = ("README.md", "LICENSE", "logo.png", "lang/de.po")


def test_a_good_package_is_unpacked_into_a_folder_of_its_own(tmp_path: Path) -> None:
    became = attempt(package(**dict.fromkeys(BESIDE, "How")), tmp_path)
    assert became == Became((), [], [], [])
    (folder,) = (tmp_path / "store" / "installed").iterdir()
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.relative_to(folder).as_posix() for path in files} == {
        *("extension.toml", *BESIDE, "site/acmejira/__init__.py"),
        *(f"site/{INFO}/{file}" for file in ("METADATA", "RECORD", "WHEEL", "entry_points.txt")),
    }
    assert {path.stat().st_mode & 0o777 for path in files} == {0o644}


def test_the_watch_sees_what_a_package_must_not_do(tmp_path: Path) -> None:
    watch = watching()
    watch.begin()
    exec(compile("1", "/acmejira/__init__.py", "exec"))
    subprocess.run(["true"], check=True)
    (tmp_path / "outside").write_text("")
    watch.is_on = False
    assert len(watch.runs) == 1
    assert "subprocess.Popen" in watch.processes
    assert (tmp_path / "outside").resolve() in watch.written
    watch.begin()
    watch.is_on = False
    assert (watch.processes, watch.runs, watch.written) == ([], [], [])


def test_a_folder_is_a_package_too_and_a_link_in_it_is_refused(tmp_path: Path) -> None:
    folder = as_folder(tmp_path / "in")
    (tmp_path / "in.zip").write_bytes(package())
    store = Store(tmp_path / "store")
    from_folder, from_archive = (
        store.folder(install(path, store)) for path in (folder, tmp_path / "in.zip")
    )
    assert files_of(from_folder) == files_of(from_archive)
    (folder / "README.md").symlink_to("/etc/passwd")
    with pytest.raises(PackageError, match=r"'README.md' is a link"):
        install(folder, store)
    (tmp_path / "linked").symlink_to(folder)
    with pytest.raises(PackageError, match="cannot be read"):
        install(tmp_path / "linked", store)


def test_two_wheels_with_the_same_file_leave_nothing(tmp_path: Path) -> None:
    info = "acmewiki-1.dist-info"
    second = archive(
        {
            "acmejira/__init__.py": "",
            f"{info}/METADATA": "Metadata-Version: 2.1\nName: acmewiki\nVersion: 1\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": "",
        }
    )
    (tmp_path / "in.zip").write_bytes(
        package({WHEEL: wheel(), "acmewiki-1-py3-none-any.whl": second})
    )
    with pytest.raises(PackageError, match="RECORD"):
        install(tmp_path / "in.zip", Store(tmp_path / "store"))
    twin = {WHEEL: wheel(), "acmejira-1.2.0-1-py3-none-any.whl": wheel()}
    (tmp_path / "in.zip").write_bytes(package(twin))
    with pytest.raises(PackageError, match="another wheel has the same file"):
        install(tmp_path / "in.zip", Store(tmp_path / "store"))
    assert not list((tmp_path / "store" / "installed").iterdir())


def test_a_publisher_with_a_key_signs_each_archive(tmp_path: Path) -> None:
    pair, stranger = KeyPair.generate(), KeyPair.generate()
    keyed = Handles(HANDLES.publishers, {"ACME": pair.public_key.to_base64().decode()})
    path = tmp_path / "in.zip"
    path.write_bytes(package())
    store = Store(tmp_path / "store")
    with pytest.raises(PackageError, match=r"there is no in\.zip\.minisig beside it"):
        install(path, store, keyed)
    signature = tmp_path / "in.zip.minisig"
    signature.write_bytes(bytes(stranger.secret_key.sign(path.read_bytes())))
    with pytest.raises(PackageError, match="its signature is not its publisher's"):
        install(path, store, keyed)
    signature.write_bytes(b"no signature")
    with pytest.raises(PackageError, match="its signature is not its publisher's"):
        install(path, store, keyed)
    signature.write_bytes(bytes(pair.secret_key.sign(path.read_bytes())))
    assert install(path, store, keyed).startswith("acmejira-1.2.0-")
    with pytest.raises(PackageError, match="a folder bears no signature"):
        install(as_folder(tmp_path / "in"), store, keyed)


def as_folder(folder: Path) -> Path:
    for name, content in contents().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
