"""No table grows without end, and operators can read why."""

import re
from collections import Counter
from pathlib import Path

from sqlmodel import SQLModel

from models.operating import retention
from models.settings import Settings

_OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"


def test_every_table_has_its_bound_in_the_operators_page() -> None:
    text = _OPERATING.read_text()
    section = text.partition("## What is kept for how long")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    tables = [line.split("|")[2] for line in rows]
    named = Counter(re.findall(r"`([a-z_]+)`", " ".join(tables)))
    assert set(SQLModel.metadata.tables) - set(named) == set()
    assert {table for table, rows in named.items() if rows > 1} == set()
    assert {kept.table for kept in retention.rules(Settings())} <= set(named)


def test_no_bound_is_looked_after_twice() -> None:
    kept = retention.rules(Settings())
    assert len({(each.table, each.oldest) for each in kept}) == len(kept)
