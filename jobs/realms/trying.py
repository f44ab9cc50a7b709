"""`python -m jobs try FOLDER`: start an extension as it would be started here, and ask it something."""

import contextlib
import time
import tomllib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jobs.realms.answers import message_of
from jobs.realms.errors import RealmError
from jobs.realms.fetching import Fetcher
from jobs.realms.greeting import greeted
from jobs.realms.realm import Realm
from jobs.realms.services import Services
from models.actions.action import Asked, Misunderstood
from models.actions.asking import Asker
from models.actions.contributed import questions
from models.actions.core.table import COMMANDS, CORE
from models.actions.dictionary import Dictionary
from models.actions.responding import Responder
from models.actions.words import one_word
from models.database.engine import Database
from models.extensions.manifest import Handles, Manifest, ManifestError, read
from models.extensions.manifest.contributions import ContributedAction
from models.extensions.options import OptionsError, environment, read_options
from models.messages.drawing import plain
from models.messages.message import Message
from models.operating.signing import Signer
from models.queries.clearances import LOCAL
from models.settings import Settings

QUESTION_SECONDS = 10.0
# Whoever starts processes on this machine may read the database, and so may know what is in it.
_OPERATOR = Asker(LOCAL, LOCAL, "you", "you", channel="")
_MANIFEST = "extension.toml"
_WHEELS = "site"


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
        options = read_options(manifest, environment())
        fetcher = Fetcher(options, settings.private_hosts)
        dictionary = Dictionary(CORE)
        signer = Signer(settings.link_signing_key, settings.public_url)
        responder = Responder(database, dictionary, signer)
        services = Services(manifest.may, responder, fetcher, _OPERATOR)
        began = time.monotonic()
        realm = greeted(manifest, folder / _WHEELS, options, settings)
        took = round((time.monotonic() - began) * 1000)
        say(f"{manifest.name} {manifest.version} greets as its manifest says, after {took} ms.")
        brought = sorted(realm.hello.distributions.items())
        say("It brings " + ", ".join(f"{name} {version}" for name, version in brought) + ".")
        try:
            if words:
                say(drawn(_asked(realm, manifest, words, services)))
        finally:
            realm.stop()
    except ManifestError as error:
        raise TrialError("\n".join(error.problems)) from error
    except (OptionsError, RealmError) as error:
        raise TrialError(str(error)) from error


def _manifest(folder: Path) -> Manifest:
    try:
        text = (folder / _MANIFEST).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TrialError(f"{folder} has no {_MANIFEST} that can be read") from error
    if not (folder / _WHEELS).is_dir():
        raise TrialError(f"{folder} has no folder {_WHEELS}, which holds its unpacked wheels")
    return read(text, _as_if_allocated(text), COMMANDS)


def _as_if_allocated(text: str) -> Handles:
    """To be tried out, a handle need not be allocated yet."""
    with contextlib.suppress(ValueError, RecursionError):
        raw = tomllib.loads(text)
        return Handles(MappingProxyType({str(raw.get("handle")): str(raw.get("publisher"))}))
    return Handles()


def _asked(realm: Realm, manifest: Manifest, words: Sequence[str], services: Services) -> Message:
    """The answer to what the words ask, as one would type them in chat."""

    def run_of(contributed: ContributedAction) -> Callable[..., Message]:
        return partial(_answer, realm, services, manifest.handle, contributed.run)

    known = Dictionary([*CORE, *questions(manifest, run_of)])
    match known.typed(" ".join(map(one_word, [manifest.handle, *words]))).read:
        case Asked(action, values) if action.owner == manifest.handle:
            answer: Message = action.run(**values)
            return answer
        case Misunderstood(problem, _):
            raise TrialError(problem)
        case _:
            raise TrialError(f"{manifest.name} has no such question")


def _answer(realm: Realm, services: Services, handle: str, run: str, **values: Any) -> Message:
    asker = {"name": services.asker.name, "platform": services.asker.platform}
    params = {"run": run, "asker": asker, "arguments": values}
    answer = realm.request("call", params, QUESTION_SECONDS, services.serve)
    return message_of(answer, handle)


def drawn(message: Message) -> str:
    """The message in plain words."""
    return "\n".join([message.title, *(plain(block, str) for block in message)])
