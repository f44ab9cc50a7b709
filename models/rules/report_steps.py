"""The steps that a bug report has behind its form, each of an extension. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

# How long a report that nobody finishes is kept.
DRAFT_KEPT = timedelta(days=1)


class ReportMove(StrEnum):
    """Where somebody goes from a step: on with what they filled in, on without it, or to the end."""

    NEXT = "next"
    SKIP = "skip"
    FINISH = "finish"


@dataclass(frozen=True, slots=True)
class ReportStep:
    """A step of the extension `handle`, which is called `extension`. `fields` are (name, label, type, words to choose
    from, whether it must be answered).

    `answers` are what was filled in, by the names of the fields, and `said` what the extension said to that: blocks of
    a message, in JSON. Both are empty until then. Only who knows the `token` may say it, for numbers of drafts are used
    again.
    """

    handle: str
    extension: str
    title: str
    run: str
    skippable: bool
    fields: tuple[tuple[str, str, str, tuple[str, ...], bool], ...]
    answers: Mapping[str, str]
    said: str = ""
    token: str = ""

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ReportStep":
        """As it was stored."""
        fields = tuple(
            (name, label, kind, tuple(of), required)
            for name, label, kind, of, required in stored["fields"]
        )
        return cls(**{**stored, "fields": fields})


def can_finish(steps: Sequence[ReportStep]) -> bool:
    """Whether nothing is missing: what may not be skipped is answered."""
    return all(step.skippable or step.answers for step in steps)
