"""What `check` says of the languages that the operator put beside English."""

from collections.abc import Iterator
from pathlib import Path

from models.health.finding import Finding, Weight
from models.operating.languages import FOLDER, catalogues
from models.rules.inert import inert


def check_languages(folder: Path = FOLDER) -> Iterator[Finding]:
    """Which catalogues are used, and what of them is left out."""
    for tag, (catalogue, problems) in catalogues(folder).items():
        if catalogue:
            yield Finding(Weight.FINE, f"Language {inert(tag)}: channels can choose it.")
        for problem in problems:
            words = f"{inert(problem)}. English stands in its place until that is right."
            yield Finding(Weight.FIX, words)
