"""No table grows without end, and operators can read why."""

import re
from pathlib import Path

from sqlmodel import SQLModel

from models.operating import retention
from models.settings import Settings

_OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"


def test_every_table_has_its_bound_in_the_operators_page() -> None:
    text = _OPERATING.read_text()
    section = text.partition("## What is kept for how long")[2].partition("\n## ")[0]
    named = {
        name
        for line in section.splitlines()
        if line.startswith("|")
        for name in re.findall(r"`([a-z_]+)`", line)
    }
    assert set(SQLModel.metadata.tables) - named == set()
    assert {kept.table for kept in retention.rules(Settings())} <= named
