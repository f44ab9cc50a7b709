"""A form that the house answers with, on every platform, and what comes back."""

from collections.abc import Mapping

from models.messages.bug_report import report_form
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
FORM = report_form(PluginView("discourse-events", "Events", "example/discourse-events"), "tests-passed at abc1234")


def answer(text: str, filled: Mapping[str, str]) -> Message:
    """What the house says: the form, and once it is filled in what was in it."""
    return Message(f"Thanks for {len(filled)} answers") if filled else FORM if "report" in text else Message(text)
