"""`python -m jobs try FOLDER`: start an extension as it would be started here, and ask it something."""

import contextlib
import json
import time
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jobs.realms.answers import RealmAnswer
from jobs.realms.errors import RealmError
from jobs.realms.opened import WHEELS, OpenedExtension
from models.actions.action import Asked, Misunderstood
from models.actions.asking import Asker
from models.actions.contributed import contributed
from models.actions.core.table import COMMANDS, CORE
from models.actions.dictionary import Dictionary
from models.actions.responding import Responder
from models.actions.words import one_word
from models.database.engine import Database
from models.extensions.manifest import Handles, Manifest, ManifestError, read
from models.extensions.manifest.contributions import ContributedAction
from models.extensions.options import OptionsError
from models.messages.drawing import in_words
from models.operating.signing import Signer
from models.rules.places import LOCAL
from models.settings import Settings

# Whoever starts processes on this machine may read the database, and so may know what is in it.
_OPERATOR = Asker(LOCAL, LOCAL, "you", "you", channel="")
_MANIFEST = "extension.toml"


class TrialError(Exception):
    """The extension cannot be tried, or does not do what it says; the words say why."""


def try_out(
    folder: Path,
    words: Sequence[str],
    database: Database,
    settings: Settings,
    say: Callable[[str], None],
) -> None:
    """Start the extension that is unpacked in the folder, and ask it what the words ask, if there are any.

    Raises:
        TrialError: something of it is wrong.
    """
    try:
        manifest = _manifest(folder)
        signer = Signer(settings.link_signing_key, settings.public_url)
        responder = Responder(database, Dictionary(CORE), signer)
        began = time.monotonic()
        opened = OpenedExtension(manifest, folder, settings)
        took = round((time.monotonic() - began) * 1000)
        say(f"{manifest.name} {manifest.version} greets as its manifest says, after {took} ms.")
        brought = sorted(opened.realm.hello.distributions.items())
        say("It brings " + ", ".join(f"{name} {version}" for name, version in brought) + ".")
        try:
            if words:
                answer = _asked(opened, words, responder, database)
                say(in_words(answer.message))
                for name, arguments in answer.acts:
                    say(f"It would do: {name} {json.dumps(arguments)}")
                for raised in answer.raised:
                    say(f"It would raise: {raised.name} {json.dumps(raised.facts)}")
                for write in answer.writes:
                    say(f"It would write: {write.kind} {write.table} {dict(write.values)}")
        finally:
            opened.realm.stop()
    except ManifestError as error:
        raise TrialError("\n".join(error.problems)) from error
    except (OptionsError, RealmError) as error:
        raise TrialError(str(error)) from error


def _manifest(folder: Path) -> Manifest:
    try:
        text = (folder / _MANIFEST).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TrialError(f"{folder} has no {_MANIFEST} that can be read") from error
    if not (folder / WHEELS).is_dir():
        raise TrialError(f"{folder} has no folder {WHEELS}, which holds its unpacked wheels")
    return read(text, _as_if_allocated(text), COMMANDS)


def _as_if_allocated(text: str) -> Handles:
    """To be tried out, a handle need not be allocated yet."""
    with contextlib.suppress(ValueError, RecursionError):
        raw = tomllib.loads(text)
        return Handles(MappingProxyType({str(raw.get("handle")): str(raw.get("publisher"))}))
    return Handles()


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
            raise TrialError(problem)
        case _:
            raise TrialError(f"{manifest.name} has no such action")
