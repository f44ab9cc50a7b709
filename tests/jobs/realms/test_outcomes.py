"""What counts as a failure of an extension, and what does not."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import select

from jobs.realms.errors import RealmError
from jobs.realms.outcomes import Here, failed
from models.actions.core.table import CORE
from models.actions.dictionary import Dictionary
from models.actions.responding import Responder
from models.database.engine import Database
from models.extensions import calls
from models.extensions.manifest import reread
from models.messages.message import Message
from models.settings import Settings
from models.tables import Extension
from tests.asking import SIGNED
from tests.jobs.realms.chatting import installed_here


@pytest.mark.parametrize(
    ("error", "title", "counted"),
    [
        (RealmError("it did not answer", excused=True), "Jira could not answer now", 0),
        (RealmError("HostError: out of reach", raised=True), "Jira could not answer now", 0),
        (RealmError("HostError: forged", raised=False), "Jira could not answer", 1),
        (RealmError("ValueError: no", raised=True), "Jira could not answer", 1),
        (RealmError("it did not answer"), "Jira could not answer", 1),
    ],
)
def test_a_failure_is_what_its_own_code_did(
    database: Database, root: Path, now: datetime, error: RealmError, title: str, counted: int
) -> None:
    installed_here(database, root, now)
    here = Here(database, Settings(), Responder(database, Dictionary(CORE), SIGNED))
    with database.write() as session:
        number = calls.put(session, "acmejira", "hello", {}, {}, now)
        (claim,) = calls.claim(session, "a", now)
        manifest = reread(session.exec(select(Extension.manifest)).one())
    assert not failed(here, claim, manifest, error)
    with database.read() as session:
        answer = calls.answer_of(session, number)
        assert answer
        assert Message.from_json(answer).title == title
        assert len(session.exec(select(Extension)).one().failures) == counted
