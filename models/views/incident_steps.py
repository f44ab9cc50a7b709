"""What the queries answer of what happened, over all incidents: frozen values, as those of `models.views`."""

from dataclasses import dataclass

from models.views import IncidentView, StoryView


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of an incident's story by its own `number`, with the incident as it stands now."""

    number: int
    incident: IncidentView
    step: StoryView
