"""What the bench of questions stores: its statements fit the tables as they are."""

from contextlib import closing
from datetime import UTC, datetime

from sqlmodel import select

from bench.questions import store
from bench.stage import Stage
from models.database.engine import Database
from models.tables import Report, SourceVerdict, Status
from tests.world import make_world


def test_what_is_asked_about_is_stored_with_its_states(database_url: str) -> None:
    with closing(Database(database_url)) as database:
        make_world(database, datetime.now(UTC), "solved", "voting", "chat")
        store(Stage("", database_url, "", ""), 0, 3)
        with database.read() as session:
            assert len(session.exec(select(Report)).all()) == 3
            judged = session.exec(select(SourceVerdict)).all()
            assert sorted(each.plugin_id for each in judged) == [1, 2, 3]
            assert len(session.exec(select(Status)).all()) == 3
