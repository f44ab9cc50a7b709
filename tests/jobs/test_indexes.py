"""A publisher's signed index: made of a folder, served on loopback, and installed from."""

from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from minisign import KeyPair

from jobs.fetching_indexes import fetch_index, fetch_newest, lines
from jobs.fetching_packages import FetchError
from models.extensions.host import this_host
from models.extensions.index import INDEX
from models.extensions.manifest.handles import Handles, read_handles
from models.extensions.package import read_package
from tests.models.extensions.operator import shell
from tests.models.extensions.packages import WHEEL, package, wheel
from tests.models.extensions.samples import LEAST
from tests.servers.serving import Silent, serving

HERE = frozenset({"127.0.0.1"})
PAIR = KeyPair.generate()


def packed(version: str, needs: str = ">=0.2") -> bytes:
    manifest = LEAST.replace("1.2.0", version).replace('needs = ">=0.2"', f'needs = "{needs}"')
    wheels = {WHEEL.replace("1.2.0", version): wheel(version=version)}
    return package(wheels, manifest=manifest)


def sign(path: Path, pair: KeyPair = PAIR) -> None:
    signature = bytes(pair.secret_key.sign(path.read_bytes()))
    path.with_name(f"{path.name}.minisig").write_bytes(signature)


def known(publisher: str = "ACME", pair: KeyPair = PAIR) -> Handles:
    key = pair.public_key.to_base64()
    text = key.decode() if isinstance(key, bytes) else key
    return read_handles(f'[handles]\nacmejira = "ACME"\n[keys]\n{publisher} = "{text}"')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three versions, of which the newest is for a later Pluginwatch, and their index, all signed."""
    folder = tmp_path / "offered"
    folder.mkdir()
    for version, needs in (("1.2.0", ">=0.2"), ("1.10.0", ">=0.2"), ("2.0.0", ">=9")):
        path = folder / f"acmejira-{version}.zip"
        path.write_bytes(packed(version, needs))
        sign(path)
    made = shell(f"sqlite:///{tmp_path}/x.sqlite3")("index", str(folder), "--publisher", "ACME")
    assert made.code == 0, made
    sign(folder / INDEX)
    return folder


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    class Hosting(Silent, SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(folder))

    with serving(Hosting) as port:
        yield f"http://127.0.0.1:{port}/{INDEX}"


def test_the_newest_that_is_for_here_is_fetched_and_can_be_installed(
    url: str, tmp_path: Path
) -> None:
    index = fetch_index(url, known(), HERE)
    assert [line.split(":")[0] for line in lines(index)] == [
        "acmejira 1.10.0",
        "acmejira 1.2.0",
        "acmejira 2.0.0",
    ]
    path = fetch_newest(index, url, "acmejira", this_host(), tmp_path / "incoming", HERE)
    assert path.name == "acmejira-1.10.0.zip"
    found = read_package(path, this_host(), known(), frozenset({"status"}))
    assert str(found.manifest.version) == "1.10.0"
    with pytest.raises(FetchError, match="has no acmewiki"):
        fetch_newest(index, url, "acmewiki", this_host(), tmp_path, HERE)


def test_what_is_not_the_publishers_is_refused(url: str, folder: Path, tmp_path: Path) -> None:
    index = fetch_index(url, known(), HERE)
    with pytest.raises(FetchError, match="has no key of ACME"):
        fetch_index(url, known("Other"), HERE)
    with pytest.raises(FetchError, match="its signature is not its publisher's"):
        fetch_index(url, known(pair=KeyPair.generate()), HERE)
    with pytest.raises(FetchError, match="must begin with https"):
        fetch_index(url, known(), frozenset())
    text = (folder / INDEX).read_text()
    for wrong, why in ((text.replace("1.2.0", "1.3.0"), "signature"), ("{}", "it is no index")):
        (folder / INDEX).write_text(wrong)
        with pytest.raises(FetchError, match=why):
            fetch_index(url, known(), HERE)
    (folder / "acmejira-1.10.0.zip").write_bytes(packed("1.10.0") + b"x")
    incoming = tmp_path / "incoming"
    with pytest.raises(FetchError, match="and so is another one"):
        fetch_newest(index, url, "acmejira", this_host(), incoming, HERE)
    assert list(incoming.iterdir()) == []
