"""`python -m jobs try FOLDER`: start an extension as it would be started here, and ask it something."""

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jobs.realms.answers import RealmAnswer
from jobs.realms.errors import RealmError
from jobs.realms.greeting import RunningExtension, Says, Start, in_its_realm
from jobs.realms.opened import WHEELS, OpenedExtension
from jobs.realms.same_process import SameProcessRealm
from models.actions.action import Asked, Misunderstood
from models.actions.asking import Asker
from models.actions.contributed import contributed
from models.actions.core.table import COMMANDS, CORE
from models.actions.dictionary import Dictionary
from models.actions.responding import Responder
from models.actions.words import one_word
from models.database.engine import Database
from models.extensions.contents import MANIFEST
from models.extensions.host import this_host
from models.extensions.manifest import Manifest, ManifestError, as_if_allocated, read
from models.extensions.manifest.contributions import ContributedAction
from models.extensions.options import OptionsError
from models.extensions.package import read_package
from models.extensions.packing import archive_of, files_of
from models.extensions.refusal import PackageError
from models.extensions.store import Store
from models.messages.drawing import in_words
from models.operating.signing import Signer
from models.rules.places import LOCAL
from models.settings import Settings

_LOOK_SECONDS = 0.3
# Whoever starts processes on this machine may read the database, and so may know what is in it.
_OPERATOR = Asker(LOCAL, LOCAL, "you", "you", channel="")


class TrialError(Exception):
    """The extension cannot be tried, or does not do what it says; the words say why."""


def try_out(
    folder: Path,
    words: Sequence[str],
    database: Database,
    settings: Settings,
    say: Says,
    *,
    same: bool = False,
) -> None:
    """Start the extension that is in the folder, unpacked or as its author works on it, and ask it what the words
    ask, if there are any: in its jail, or in this `same` process, with the code of the folder itself.

    Raises:
        TrialError: something of it is wrong. What it raises in this same process is raised as it is.
    """
    try:
        with _unpacked(folder) as unpacked:
            if same and unpacked != folder:
                _take_code_of(folder, unpacked)
            start = _in_this_process if same else in_its_realm
            _tried(unpacked, words, database, settings, say, start)
    except (ManifestError, PackageError) as error:
        raise TrialError("\n".join(error.problems)) from error
    except OptionsError as error:
        raise TrialError(str(error)) from error
    except RealmError as error:
        raise TrialError("\n".join(filter(None, (str(error), error.last.backtrace)))) from error


Stamps = frozenset[tuple[Path, int]]


def wait_for_change(folder: Path, before: Stamps) -> None:
    """Wait until the files of the folder are others than before."""
    while stamps(folder) == before:
        time.sleep(_LOOK_SECONDS)


def stamps(folder: Path) -> Stamps:
    """What changes with any file of the folder."""
    found: set[tuple[Path, int]] = set()
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # an editor puts another one in its place
            found.add((path, path.stat().st_mtime_ns))
    return frozenset(found)


def _tried(
    folder: Path,
    words: Sequence[str],
    database: Database,
    settings: Settings,
    say: Says,
    start: Start,
) -> None:
    manifest = _manifest(folder)
    signer = Signer(settings.link_signing_key, settings.public_url)
    responder = Responder(database, Dictionary(CORE), signer)
    began = time.monotonic()
    opened = OpenedExtension(manifest, folder, settings, says=say, start=start)
    took = round((time.monotonic() - began) * 1000)
    say(f"{manifest.name} {manifest.version} greets as its manifest says, after {took} ms.")
    brought = sorted(opened.realm.hello.distributions.items())
    say("It brings " + ", ".join(f"{name} {version}" for name, version in brought) + ".")
    try:
        if words:
            _say_all(_asked(opened, words, responder, database), say)
    finally:
        opened.realm.stop()


def _say_all(answer: RealmAnswer, say: Says) -> None:
    say(in_words(answer.message))
    for name, arguments in answer.acts:
        say(f"It would do: {name} {json.dumps(arguments)}")
    for raised in answer.raised:
        say(f"It would raise: {raised.name} {json.dumps(raised.facts)}")
    for said in answer.said:
        say(f"It would say: {said.plugin} {said.branch} {said.verdict}")
    for write in answer.writes:
        say(f"It would write: {write.kind} {write.table} {dict(write.values)}")


def _manifest(folder: Path) -> Manifest:
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TrialError(f"{folder} has no {MANIFEST} that can be read") from error
    if not (folder / WHEELS).is_dir():
        raise TrialError(f"{folder} has no folder {WHEELS} with its unpacked wheels")
    return read(text, as_if_allocated(text), COMMANDS)


@contextlib.contextmanager
def _unpacked(folder: Path) -> Iterator[Path]:
    """The folder with its wheels unpacked: itself, or, of a workspace, one that is made for now."""
    if (folder / WHEELS).is_dir() or not (folder / MANIFEST).is_file():
        yield folder
        return
    with TemporaryDirectory() as place:
        file = Path(place) / "package.zip"
        file.write_bytes(archive_of(files_of(folder)))
        handles = as_if_allocated((folder / MANIFEST).read_text(encoding="utf-8"))
        package = read_package(file, this_host(), handles, COMMANDS)
        store = Store(Path(place))
        yield store.folder(store.unpack(package))


def _take_code_of(workspace: Path, unpacked: Path) -> None:
    """Let the code be found where its author works on it, so that a breakpoint set there is met."""
    handle = _manifest(unpacked).handle
    # A folder without an __init__.py gives way to the one of this name further on.
    for copied in (unpacked / WHEELS / handle).glob("*.py"):
        copied.unlink()
    sys.path.append(str(workspace.resolve()))


def _in_this_process(
    manifest: Manifest, wheels: Path, _settings: Settings, says: Says | None
) -> RunningExtension:
    return SameProcessRealm(manifest.handle, wheels, says or print)


def _asked(
    opened: OpenedExtension, words: Sequence[str], responder: Responder, database: Database
) -> RealmAnswer:
    """The answer to what the words ask, as one would type them in chat."""
    manifest = opened.manifest

    def run_of(action: ContributedAction) -> Callable[..., RealmAnswer]:
        def run(**values: Any) -> RealmAnswer:
            return opened.answer(action.run, values, _OPERATOR, responder, database)

        return run

    known = Dictionary([*CORE, *contributed(manifest, run_of)])
    match known.typed(" ".join(map(one_word, [manifest.handle, *words]))).read:
        case Asked(action, values) if action.owner == manifest.handle:
            answer: RealmAnswer = action.run(**values)
            return answer
        case Misunderstood(problem, _):
            raise TrialError(str(problem))
        case _:
            there = ", ".join(each.name for each in manifest.action) or "none"
            raise TrialError(f"{manifest.name} has no such action; there are: {there}")
