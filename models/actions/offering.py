"""Keeps the dictionary of a process in step with the extensions that are on."""

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain

from sqlmodel import Session, col, select

from models.actions.action import Action
from models.actions.asking import Asker
from models.actions.contributed import RunOf, contributed
from models.actions.responding import Responder
from models.complaint import Complaint
from models.database.engine import Database
from models.database.watching import Watching
from models.extensions.additions import OfferedAdditions
from models.extensions.host import this_host
from models.extensions.installed import Installed, installed
from models.extensions.manifest import Manifest
from models.extensions.manifest.contributions import ContributedAction
from models.messages.additions import OfferedButton
from models.messages.message import Message
from models.messages.realms import stands_still
from models.messages.references import Reference
from models.rules.extensions import ExtensionState
from models.tables import Extension

_LOOK_SECONDS = 0.5
# Those that do not run now still say so when they are asked.
_OFFERED = {ExtensionState.ON, ExtensionState.HELD, ExtensionState.QUARANTINED}

Mark = tuple[tuple[str, str, str], ...]


class Offering:
    """Looks which extensions are on, and while some are, wakes the threads that wait for their answers.

    Where it is not started, it looks when somebody asks for what is not known, and `wakes` nobody.
    """

    def __init__(self, database: Database, responder: Responder, *, wakes: bool = True) -> None:
        self._database = database
        self._responder = responder
        responder.look = self.look
        self._looking = threading.Lock()
        self._stop = threading.Event()
        self._mark: Mark = ()
        self._watching = Watching(database, responder.realms.commits.note) if wakes else None
        self._thread = threading.Thread(target=self._run, name="extensions", daemon=True)
        self._complaint = Complaint("extensions_not_looked_up")

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(_LOOK_SECONDS):
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - the database may be away; what is known stands until it is back
                self._complaint.tell(error)
            else:
                self._complaint.over()
        self._switch(on=False)

    def look(self) -> None:
        """Bring the dictionary in step."""
        with self._looking:
            self._look()

    def _look(self) -> None:
        with self._database.read() as session:
            mark = _mark(session)
            if mark == self._mark:
                return
            known = installed(session, this_host())
        offered = [each for each in known if each.state in _OFFERED]
        self._responder.dictionary.contribute(chain.from_iterable(map(self._actions, offered)))
        on = [each.manifest for each in offered if each.state is ExtensionState.ON]
        self._responder.additions.offered = _added([each for each in on if each is not None])
        self._mark = mark
        self._switch(on=any(each.state is ExtensionState.ON for each in offered))

    def _switch(self, *, on: bool) -> None:
        if self._watching is not None:
            self._watching.switch(on=on)

    def _actions(self, offered: Installed) -> list[Action]:
        if offered.manifest is None:
            return []
        return contributed(offered.manifest, self._run_of(offered))

    def _run_of(self, offered: Installed) -> RunOf:
        manifest = offered.manifest

        def run_of(action: ContributedAction) -> Callable[..., Message]:
            if offered.state is not ExtensionState.ON or manifest is None:
                return partial(_still, offered)
            return partial(self._responder.realms.ask, manifest, action)

        return run_of


def _added(on: Sequence[Manifest]) -> OfferedAdditions:
    """What these, which are on, add to answers and cards."""
    return OfferedAdditions(
        references=tuple(chain.from_iterable(map(_references, on))),
        buttons=tuple(chain.from_iterable(map(_buttons, on))),
        decorating=frozenset(each.handle for each in on if each.decorate),
    )


def _references(manifest: Manifest) -> Iterator[Reference]:
    for each in manifest.filter:
        yield Reference(manifest.handle, each.prefix, each.rest, each.link)


def _buttons(manifest: Manifest) -> Iterator[OfferedButton]:
    for each in manifest.action:
        if each.button:
            command = f"{manifest.handle} {each.name}"
            labels = {language: manifest.said(each.button, language) for language in manifest.words}
            yield OfferedButton(manifest.handle, each.button, command, each.selection, labels)


def _mark(session: Session) -> Mark:
    """What tells whether anything of what is offered has changed."""
    columns = (Extension.handle, Extension.state, Extension.folder)
    rows = session.exec(select(*columns).order_by(col(Extension.handle)))
    return tuple((handle, state, folder) for handle, state, folder in rows)


def _still(offered: Installed, _asker: Asker, /, **_values: object) -> Message:
    return stands_still(offered.name, offered.handle, offered.state, offered.troubles)
