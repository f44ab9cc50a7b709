"""A project's own steps, from a Python file that the settings name."""

import runpy

from jobs.canary.steps import STEPS, Step
from models.settings import SettingsError

_FORM = "STEPS, a tuple of jobs.canary.steps.Step with names that differ"


def read_steps(path: str) -> tuple[Step, ...]:
    """The steps of the file; without one the usual ones.

    Raises:
        SettingsError: the file cannot be run, or defines no steps; the words say which.
    """
    if not path:
        return STEPS
    try:
        steps = runpy.run_path(path, run_name="canary_steps").get("STEPS")
    except Exception as error:
        raise SettingsError(
            f"CANARY_STEPS: {path} cannot be run: {type(error).__name__}: {error}"
        ) from error
    if (
        not isinstance(steps, tuple | list)
        or not steps
        or not all(isinstance(step, Step) for step in steps)
    ):
        raise SettingsError(f"CANARY_STEPS: {path} does not define {_FORM}")
    if len({step.name for step in steps}) < len(steps):
        raise SettingsError(f"CANARY_STEPS: {path} does not define {_FORM}")
    return tuple(steps)
