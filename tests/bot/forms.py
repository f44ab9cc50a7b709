"""A form that the house answers with, on every platform, and what comes back."""

from collections.abc import Mapping

from hypothesis import strategies as st

from models.messages.bug_report import report_form
from models.messages.form import (
    LONGEST_ANSWER,
    LONGEST_HINT,
    LONGEST_LABEL,
    MOST_FIELDS,
    Field,
    Form,
)
from models.messages.message import Message
from models.views import PluginView

COMMAND = "report discourse-events"
FILLED = {
    "happened": "It broke:\n@everyone <!channel> look",
    "expected": "It works",
    "steps": "1. open it",
    "host": "stable at 1234567",
    "logs": "",
}
FORM = report_form(
    PluginView("discourse-events", "Events", "example/discourse-events"), "tests-passed at abc1234"
)


def answer(text: str, filled: Mapping[str, str]) -> Message:
    """What the house says: the form, and once it is filled in what was in it."""
    if filled:
        return Message(f"Thanks for {len(filled)} answers")
    return FORM if "report" in text else Message(text)


def _fields(names: list[str]) -> st.SearchStrategy[tuple[Field, ...]]:
    kinds = st.sampled_from(["line", "paragraph"])
    hints = st.text(max_size=LONGEST_HINT)
    labels = st.text(min_size=1, max_size=LONGEST_LABEL).filter(str.strip)
    prefilled = st.sampled_from(
        ["", "x" * LONGEST_ANSWER, "😀" * LONGEST_ANSWER, "\u200b" * LONGEST_ANSWER]
    )
    return st.tuples(
        *(
            st.builds(Field, st.just(name), labels, hints, kinds, st.booleans(), prefilled)
            for name in names
        )
    )


_names = st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=MOST_FIELDS, unique=True)
_words = st.text(min_size=1, max_size=200).filter(str.strip)
some_forms = st.builds(Form, _words, _words, _names.flatmap(_fields))
