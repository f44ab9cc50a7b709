"""The actions that a manifest declares, as rows of the dictionary."""

from collections.abc import Callable
from typing import Any

import pytest

from models.actions.action import Asked, Misunderstood
from models.actions.contributed import contributed
from models.actions.core.table import CORE
from models.actions.dictionary import Dictionary
from models.actions.schemas import listed
from models.extensions.manifest.contributions import ContributedAction
from tests.models.extensions.samples import LEAST, manifest

DECLARED = """
[[action]]
name = "tickets"
kind = "question"
summary = "The newest tickets"
run = "newest"
takes = [
  { name = "most", type = "integer", about = "How many", required = true },
  { name = "open", type = "flag", about = "Only the open ones" },
]
[[action]]
name = "all-tickets"
kind = "question"
summary = "All tickets"
run = "everything"
"""


def run_of(contributed: ContributedAction) -> Callable[..., Any]:
    return lambda **values: (contributed.run, values)


ACTIONS = contributed(manifest(LEAST + DECLARED), run_of)
KNOWN = Dictionary([*CORE, *ACTIONS])


def ran(text: str) -> Any:
    read = KNOWN.typed(text).read
    assert isinstance(read, Asked), read
    return read.action.run(**read.values)


def test_each_is_answered_by_its_own_handler() -> None:
    assert ran("acmejira all-tickets") == ("everything", {})
    assert ran("acmejira tickets 5") == ("newest", {"most": 5})


@pytest.mark.parametrize("minus", ["-", "−", "–"])
def test_a_whole_number_arrives_as_one(minus: str) -> None:
    assert ran(f"acmejira tickets {minus}12 open") == ("newest", {"most": -12, "open": True})
    assert listed(ACTIONS[0])["takes"]["properties"]["most"]["type"] == "integer"


@pytest.mark.parametrize("given", [7, "7", "+7"])
def test_a_whole_number_comes_as_json_or_in_a_query(given: object) -> None:
    read = KNOWN.given(ACTIONS[0], {"most": given}).read
    assert isinstance(read, Asked)
    assert read.values == {"most": 7}


@pytest.mark.parametrize("given", [True, 1.5, "1.5", "seven", "9" * 19, "١", [1], ""])
def test_what_is_no_whole_number_is_told(given: object) -> None:
    read = KNOWN.given(ACTIONS[0], {"most": given}).read
    assert isinstance(read, Misunderstood)
    assert "whole number of 18 digits" in str(read.problem) or "most is empty" in str(read.problem)
