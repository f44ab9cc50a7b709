"""What people read uses their words: report, notify, follow, seen; it neither hears nor has doors."""

import ast
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[3]
OURS = re.compile(
    r"\b(hear|hears|heard|doors?|parked|nobody's|blotted|anew|(told|tells?) (of|aloud|here))\b",
    re.IGNORECASE,
)
READ_BY_PEOPLE = (
    "models/messages/*.py",
    "models/actions/core/**/*.py",
    "models/health/*.py",
    "models/cli/*.py",
    "bot/admission.py",
    "bot/*/checking.py",
)


def texts(source: str) -> Iterator[str]:
    """The texts of a module without those that explain it."""
    tree = ast.parse(source)
    explaining = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            explaining.add(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node not in explaining:
            yield str(node.value)


def test_what_people_read_has_their_words() -> None:
    files = chain.from_iterable(map(ROOT.glob, READ_BY_PEOPLE))
    odd = []
    for file in files:
        said = filter(OURS.search, texts(file.read_text()))
        odd += [f"{file.relative_to(ROOT)}: {text}" for text in said if " " in text]
    assert odd == []
