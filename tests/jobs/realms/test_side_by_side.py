"""Two extensions that need different versions of one library run beside each other."""

from pathlib import Path

from jobs.realms.realm import Realm

MEMORY = 256 << 20


def unpacked(folder: Path, handle: str, version: str) -> Path:
    """The unpacked wheels of an extension that brings this version of a library, named as one of the host's."""
    for name, of, code in (
        (handle, "1.0", "import sqlalchemy\n\ndef hello(call):\n    return sqlalchemy.version\n"),
        ("sqlalchemy", version, f"version = {version!r}\n"),
    ):
        info = folder / f"{name}-{of}.dist-info"
        info.mkdir(parents=True)
        (folder / f"{name}.py").write_text(code)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {of}\n")
    points = f"[pluginwatch.extensions]\n{handle} = {handle}\n"
    (folder / f"{handle}-1.0.dist-info" / "entry_points.txt").write_text(points)
    folder.chmod(0o755)
    return folder


def asked(realm: Realm) -> str:
    answer = realm.request("call", {"run": "hello", "asker": {}, "arguments": {}}, 5)
    title: str = answer["message"]["title"]
    return title


def test_each_has_its_own_version_of_a_library(tmp_path: Path) -> None:
    first = Realm("first", unpacked(tmp_path / "a", "first", "1.4"), memory=MEMORY)
    second = Realm("second", unpacked(tmp_path / "b", "second", "9.9"), memory=MEMORY)
    try:
        assert (asked(first), asked(second), asked(first)) == ("1.4", "9.9", "1.4")
        assert first.hello.distributions == {"first": "1.0", "sqlalchemy": "1.4"}
        assert second.hello.distributions == {"second": "1.0", "sqlalchemy": "9.9"}
    finally:
        first.stop()
        second.stop()
