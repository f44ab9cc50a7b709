"""Who waits for extensions: two at a time, and a step of a bug report goes on without its extension's words."""

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import datetime

import pytest

from models.actions import realms
from models.actions.realms import Realms
from models.database.engine import Database
from models.extensions import calls
from models.messages.message import Message
from tests.waiting import LONG


def test_a_third_one_goes_on_without_the_extension_s_words(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(realms, "_SECONDS_TO_BE_NEXT", 0.05)
    with database.write() as session:
        put = [calls.put(session, "acmejira", "step", {}, {}, now) for _ in range(3)]
    asking = Realms(database)
    with ThreadPoolExecutor(3) as threads:
        waiting = {threads.submit(asking.added, call): call for call in put}
        done, others = wait(waiting, timeout=LONG, return_when=FIRST_COMPLETED)
        with database.write() as session:
            claims = calls.claim(session, "lease", now)
            for claim in claims:
                calls.answer(session, claim, Message("said").to_json(), now)
        assert [each.result() for each in done] == [None]
        assert {claim.id for claim in claims} == {waiting[each] for each in others}
        assert [each.result() for each in others] == [Message("said")] * 2
