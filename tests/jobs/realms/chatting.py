"""People who ask extensions, and what their askings leave behind."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

from sqlmodel import col, select

from models.actions.asking import Asker
from models.actions.core.table import CORE
from models.actions.dictionary import Dictionary
from models.actions.offering import Offering
from models.actions.responding import Responder
from models.database.engine import Database
from models.messages.message import Message
from models.people.persons import appoint
from models.rules.authority import Holder, HolderKind
from models.tables import Announcement, Extension, RealmCall
from tests.asking import ANYONE, SIGNED
from tests.jobs.realms.extensions import CODE, install_extension
from tests.waiting import LONG

ADMIN = Holder("local", "local", HolderKind.USER, "you")


@dataclass
class Chat:
    """Somebody who asks, in a process of their own."""

    database: Database
    responder: Responder
    offering: Offering

    def ask(self, text: str, asker: Asker = ANYONE) -> Message:
        self.offering.look()
        return self.responder.respond(self.responder.dictionary.typed(text), asker)


@contextmanager
def chatting(url: str) -> Iterator[Chat]:
    """One in another process would do just this."""
    with closing(Database(url)) as database:
        responder = Responder(database, Dictionary(CORE), SIGNED)
        offering = Offering(database, responder)
        offering.start()
        try:
            yield Chat(database, responder, offering)
        finally:
            offering.stop()


def realms() -> list[int]:
    """The processes of realms that this one has started."""
    children = Path("/proc/self/task").glob("*/children")
    found = [child for file in children for child in file.read_text().split()]
    return [int(each) for each in found if "bwrap" in _name(int(each))]


def _name(pid: int) -> str:
    """What this process runs; nothing if it has ended since it was listed, as what other tests start may."""
    try:
        return Path(f"/proc/{pid}/comm").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def until(holds: Callable[[], bool], words: str) -> None:
    deadline = monotonic() + LONG
    while not holds():
        assert monotonic() < deadline, words
        sleep(0.01)


def called(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.exec(select(RealmCall.run).order_by(col(RealmCall.id))))


def announced(database: Database) -> list[Message]:
    with database.read() as session:
        rows = session.exec(select(Announcement).order_by(col(Announcement.id)))
        return [Message.from_json(row.message) for row in rows]


def state(database: Database) -> tuple[str, str | None]:
    with database.read() as session:
        row = session.exec(select(Extension)).one()
        return row.state, row.why


def installed_here(database: Database, root: Path, now: datetime, code: str = CODE) -> None:
    """The extension is installed, turned off, and whoever sits at the room is an admin."""
    install_extension(database, root, now, code=code)
    with database.write() as session:
        appoint(session, [ADMIN], now)
