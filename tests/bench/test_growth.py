"""The bench's master list: its statements fit the tables as they are."""

from contextlib import closing
from datetime import UTC, datetime

from bench.growth import grow
from bench.stage import Stage
from models.database.engine import Database
from models.operating.usage import changed_sites
from models.queries.host_branches import reported_branches
from models.queries.list_pages import page_of_list
from models.rules.status import Verdict


def test_what_is_measured_is_a_master_list(database_url: str) -> None:
    grow(Stage("", database_url, "", ""), plugins=4, broken=1)
    with closing(Database(database_url)) as database, database.read() as session:
        page = page_of_list(session, datetime.now(UTC), "grown", "chat", slice(0, 2))
        assert [line.plugin.handle for line in page.lines] == [
            "discourse-grown-0",
            "discourse-grown-1",
        ]
        assert page.tally == {Verdict.INCOMPATIBLE: 1, Verdict.COMPATIBLE: 3}
        assert [line.sites.keyed for line in page.lines] == [2, 3]
        assert not changed_sites(session, datetime.now(UTC).date())
        assert set(reported_branches(session)) == {"stable", "beta", "tests-passed"}
