"""An extension whose realm runs: one question after the other is put to it."""

from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from jobs.realms.answers import RealmAnswer, answer_of
from jobs.realms.fetching import Fetcher
from jobs.realms.greeting import Says, Start, greeted, in_its_realm
from jobs.realms.services import Services
from models.actions.asking import Asker
from models.actions.responding import Responder
from models.database.engine import Database
from models.extensions.manifest import Manifest
from models.extensions.options import NONE, environment, read_options
from models.settings import Settings

QUESTION_SECONDS = 10.0
WHEELS = "site"


class OpenedExtension:
    """Starts the realm of the extension that is unpacked in the folder, with the options as they are set now.

    Raises:
        OptionsError: options are missing or make no sense.
        RealmError: it does not start, or is not what its manifest says.
    """

    def __init__(
        self,
        manifest: Manifest,
        folder: Path,
        settings: Settings,
        chosen: Mapping[str, str] = NONE,
        says: Says | None = None,
        start: Start = in_its_realm,
    ) -> None:
        options = read_options(manifest, environment(), chosen)
        self.chosen = dict(chosen)
        self.manifest = manifest
        self.folder = folder
        # Whether it was noted that it works.
        self.is_noted = False
        self._fetcher = Fetcher(options, settings.private_hosts)
        realm = start(manifest, folder / WHEELS, settings, says)
        self.realm = greeted(realm, manifest, options)

    def answer(
        self,
        run: str,
        arguments: dict[str, Any],
        asker: Asker,
        responder: Responder,
        database: Database,
        *,
        hears: bool = False,
        sends: bool = False,
        seconds: float = QUESTION_SECONDS,
    ) -> RealmAnswer:
        """What its handler answers to this person, or that it has heard of an event; where it
        sends a message, the id of that.

        Raises:
            RealmError: it failed.
        """
        services = Services(self.manifest, responder, self._fetcher, asker, database, run)
        params = {
            "run": run,
            "asker": {"name": asker.name, "platform": asker.platform},
            "arguments": arguments,
            "hears": hears,
            "language": asker.language,
        }
        is_act = self.is_act(run) and not hears
        answer = self.realm.request("call", params, seconds, services.serve)
        may_say = self._verdicts(run) if hears else frozenset()
        return answer_of(
            answer,
            self.manifest,
            may_act=is_act,
            may_write=is_act or hears or sends,
            may_say=may_say,
        )

    def _verdicts(self, run: str) -> frozenset[str]:
        """What this handler may say of plugins: what the webhook says that it takes."""
        sources = [each.says for each in self.manifest.source if each.run == run]
        return frozenset(chain.from_iterable(sources))

    def is_act(self, run: str) -> bool:
        """Whether this handler is that of acts alone."""
        return {each.kind for each in self.manifest.action if each.run == run} == {"act"}
