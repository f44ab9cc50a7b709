"""`extensions new` and `extensions pack`: from an author's folder to a package, of which nothing ran."""

import zipfile
from collections.abc import Callable
from importlib.metadata import distributions
from pathlib import Path

import pytest

from models.extensions.bundled import BUNDLED, SAMPLE, bundled
from models.extensions.catalogues import compiled
from models.extensions.manifest import Manifest, reread
from tests.models.extensions.operator import Run, allocate, put, shell
from tests.models.extensions.packages import library, wheel

# What a manifest may say already, and nothing does yet; what is not listed here, helloworld uses.
TO_COME: set[str] = set()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return allocate(tmp_path)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return shell(f"sqlite:///{tmp_path}/x.sqlite3")


def manifest_of(folder: Path) -> Manifest:
    return reread((folder / "extension.toml").read_text())


def test_helloworld_uses_every_kind_of_contribution() -> None:
    sample = manifest_of(BUNDLED / SAMPLE)
    kinds = {
        name for name, field in Manifest.model_fields.items() if "tuple" in str(field.annotation)
    }
    assert {kind for kind in kinds if not getattr(sample, kind)} == TO_COME
    assert {each.kind for each in sample.action} == {"question", "act"}
    assert sample.option
    assert sample.table


def test_a_copy_is_packed_the_same_each_time(run: Run, place: Path) -> None:
    made = run("new", "acmejira", "--publisher", 'A"CME')
    assert made.code == 0, made
    mine = manifest_of(place / "acmejira")
    assert (mine.handle, mine.publisher, str(mine.version)) == ("acmejira", 'A"CME', "0.1.0")
    copied = "".join(path.read_text() for path in (place / "acmejira").rglob("*") if path.is_file())
    assert SAMPLE not in copied.lower()
    assert "EXTENSION_ACMEJIRA_SECRET" in copied
    first = run("pack", "acmejira")
    assert (first.code, first.out) == (0, "acmejira-0.1.0.zip: Acmejira 0.1.0\n"), first
    packed = (place / "acmejira-0.1.0.zip").read_bytes()
    (place / "acmejira" / "acmejira" / "__pycache__").mkdir()
    (place / "acmejira" / "acmejira" / "__pycache__" / "x.pyc").write_bytes(b"x")
    (place / "acmejira" / "notes.txt").write_text("not packed")
    assert run("pack", "acmejira", "--to", "extensions").code == 0
    assert (place / "extensions" / "acmejira-0.1.0.zip").read_bytes() == packed
    again = run("new", "acmejira")
    assert "acmejira is there already" in again.err
    assert "3 to 32 letters" in run("new", "../evil").err


def test_nothing_of_what_is_packed_runs(run: Run, place: Path) -> None:
    run("new", "acmejira", "--publisher", "ACME")
    (place / "acmejira" / "setup.py").write_text('open("RAN", "w")')
    (place / "acmejira" / "acmejira" / "__init__.py").write_text('open("RAN", "w")')
    assert run("pack", "acmejira").code == 0
    assert run("install", "acmejira-0.1.0.zip", "--agree").code == 0
    assert not list(place.rglob("RAN"))


def _without_code(folder: Path) -> None:
    (folder / "acmejira" / "__init__.py").unlink()


def _without_manifest(folder: Path) -> None:
    (folder / "extension.toml").unlink()


def _needy(folder: Path) -> None:
    (folder / "wheels").mkdir()
    (folder / "wheels" / "acmejira-1.0-py3-none-any.whl").write_bytes(
        wheel(version="1.0", **{"Requires-Dist": "humanize>=4"})
    )


def _one_text(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[project]\ndependencies = "greeter>=2"\n')


def _not_utf_8(folder: Path) -> None:
    (folder / "pyproject.toml").write_bytes('[project]\ndescription = "für"\n'.encode("latin-1"))


def _damaged(folder: Path) -> None:
    (folder / "wheels").mkdir()
    (folder / "wheels" / "other-1.0-py3-none-any.whl").write_bytes(b"no wheel")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_without_code, "has no acmejira/__init__.py"),
        (_without_manifest, "has no extension.toml"),
        (
            _needy,
            "needs humanize>=4, which is not in wheels; "
            "pip download --only-binary :all: --dest acmejira/wheels 'humanize>=4' puts it there",
        ),
        (_damaged, "other-1.0-py3-none-any.whl: is no ZIP archive"),
        (
            _one_text,
            'pyproject.toml: dependencies of [project] must be a list of texts, such as ["greeter>=2"]',
        ),
        (_not_utf_8, "pyproject.toml is no UTF-8"),
    ],
)
def test_what_cannot_be_packed_says_why(
    run: Run, place: Path, spoil: Callable[[Path], None], words: str
) -> None:
    run("new", "acmejira")
    spoil(place / "acmejira")
    done = run("pack", "acmejira")
    assert done.code == 1
    assert words in done.err
    assert not list(place.glob("*.zip"))
    assert not list(place.glob(".pack*"))


def test_what_lacks_is_found_in_the_wheelhouse(run: Run, place: Path) -> None:
    """The workspace's own wheels come first, then those at hand: of each the newest that fits, with what it needs."""
    run("new", "acmejira", "--publisher", "ACME")
    workspace, house = place / "acmejira", place / "house"
    for folder in (workspace / "wheels", house):
        folder.mkdir()
    project = '[project]\nname = "acmejira"\ndependencies = ["greeter>=2", "local==1.0"]\n'
    (workspace / "pyproject.toml").write_text(project)
    lacking = run("pack", "acmejira")
    assert (
        "acmejira-0.1.0-py3-none-any.whl: needs greeter>=2, which is not in wheels" in lacking.err
    )
    for name, version, *needs in (
        ("greeter", "1.0"),
        ("greeter", "2.5", "words>=1"),
        ("greeter", "2.10", "words>=1"),
        ("words", "3.0"),
        ("local", "1.0"),
    ):
        made = library(name, version, *needs)
        (house / f"{name}-{version}-py3-none-any.whl").write_bytes(made)
    own = library("local", "1.0", code="OWN = 1")
    (workspace / "wheels" / "local-1.0-py3-none-any.whl").write_bytes(own)
    assert run("pack", "acmejira", "--wheelhouse", "house").code == 0
    with zipfile.ZipFile(place / "acmejira-0.1.0.zip") as archive:
        brought = {name for name in archive.namelist() if name.startswith("wheels/")}
        assert archive.read("wheels/local-1.0-py3-none-any.whl") == own
    assert brought == {
        "wheels/acmejira-0.1.0-py3-none-any.whl",
        "wheels/greeter-2.10-py3-none-any.whl",
        "wheels/local-1.0-py3-none-any.whl",
        "wheels/words-3.0-py3-none-any.whl",
    }
    (workspace / "pyproject.toml").write_text('[project]\ndependencies = ["=="]\n')
    assert "pyproject.toml: " in run("pack", "acmejira").err


def test_data_of_any_name_is_packed_and_what_is_hidden_is_not(run: Run, place: Path) -> None:
    run("new", "acmejira", "--publisher", "ACME")
    code = place / "acmejira" / "acmejira"
    names = ["fish, chips.txt", 'the "best".txt']
    for name in names:
        (code / name).write_text("data")
    (code / ".env").write_text("TOKEN=hunter2")
    (code / ".cache").mkdir()
    (code / ".cache" / "mine.txt").write_text("hunter2")
    assert run("pack", "acmejira").code == 0
    done = run("install", "acmejira-0.1.0.zip", "--agree")
    assert done.code == 0, done
    (site,) = place.glob("extensions/installed/*/site")
    there = {path.name for path in (site / "acmejira").rglob("*")}
    assert there >= {*names, "__init__.py"}
    assert there.isdisjoint({".env", ".cache", "mine.txt"})
    (distribution,) = distributions(path=[str(site)])
    assert {path.name for path in distribution.files or ()} >= set(names)


def test_labels_of_any_letters_are_packed_in_their_languages(run: Run, place: Path) -> None:
    run("new", "acmejira", "--publisher", "ACME")
    asked = "Anything else"
    catalogue = f'''msgid ""
msgstr ""
"Language: fr\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "{asked}"
msgstr "Autre chose 😀 « \\"ça\\" »"
'''
    (place / "acmejira" / "lang" / "fr.po").write_text(catalogue, encoding="utf-8")
    done = run("pack", "acmejira")
    assert done.code == 0, done
    with zipfile.ZipFile(place / "acmejira-0.1.0.zip") as archive:
        packed = reread(archive.read("extension.toml").decode())
    assert packed.said(asked, "fr") == 'Autre chose 😀 « "ça" »'


def test_a_workspace_in_a_folder_of_any_name_is_packed(run: Run, place: Path) -> None:
    (place / "work.pyc").mkdir()
    run("new", "acmejira")
    (place / "acmejira").rename(place / "work.pyc" / "acmejira")
    assert run("pack", "work.pyc/acmejira").code == 0


def test_what_is_bundled_is_listed_and_installed_off(run: Run, place: Path) -> None:
    assert run("install", SAMPLE, "--agree").out.endswith("is installed, and off.\n")
    put(place, name="extensions/incoming/jira.zip")
    listed = run("list").out
    assert "jira.zip" in listed.partition("In extensions/incoming:")[2]
    ours, _, _ = listed.partition("Bundled with Pluginwatch:")[2].partition("In extensions")
    for each in bundled():
        assert f"\n{manifest_of(each).handle} " in ours


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("german.po", "", "lang/german.po: is named by the tag, such as de.po"),
        ("de DE.po", "", "lang/de DE.po: is named by the tag, such as de.po"),
        ("DE.po", "", "lang/DE.po: is named by the tag, such as de.po"),
        ("de.po", "charset=klingon", "lang/de.po: unknown encoding: klingon"),
        ("de.po", "charset=utf-16", "lang/de.po: "),
        (
            "de.po",
            "Plural-Forms: nplurals=2; plural=k;",
            "lang/de.po: invalid token in plural form",
        ),
    ],
)
def test_a_catalogue_that_is_named_or_written_wrong_is_told(
    run: Run, place: Path, name: str, text: str, why: str
) -> None:
    assert b"Date: 1980-01-01 00:00+0000" in compiled("de.po", b""), (
        "the same whenever it is packed"
    )
    run("new", "acmejira", "--publisher", "ACME")
    lang = place / "acmejira" / "lang"
    lang.mkdir(exist_ok=True)
    header = f"Content-Type: text/plain; {text}" if "charset" in text else text
    words = f'msgid ""\nmsgstr "{header}\\n"\n\nmsgid "a"\nmsgstr "ä"\n'
    (lang / name).write_text(words)
    done = run("pack", "acmejira")
    assert done.code == 1, done
    assert why in done.err
