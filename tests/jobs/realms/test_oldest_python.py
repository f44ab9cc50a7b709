"""The kit under the oldest Python that it says it supports: its frames, by hand, without a jail."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from models import jail
from tests.waiting import LONG

WHEELS = Path(__file__).with_name("wheels")
KIT = Path(__file__).parents[3] / "kit"


def oldest() -> str | None:
    """Python 3.9, from the system or from pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [*sorted(pyenv.glob("3.9.*/bin/python3.9")), shutil.which("python3.9")]
    return next((str(each) for each in found if each), None)


def answered(python: str, asked: list[tuple[str, dict[str, Any]]]) -> dict[int, Any]:
    """What a realm under this Python answers to each of these, by its number."""
    frames = [
        json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        for number, (method, params) in enumerate(asked)
    ]
    done = subprocess.run(
        [python, *jail.plain(str(KIT))[1:]],
        input="\n".join([*frames, ""]),
        env={},
        capture_output=True,
        text=True,
        timeout=LONG,
        check=True,
    )
    said = map(json.loads, done.stdout.splitlines())
    return {answer["id"]: answer for answer in said if "id" in answer}


def test_it_serves_under_python_3_9() -> None:
    python = oldest()
    if python is None:
        pytest.skip("there is no Python 3.9 here, so that nothing shows that the kit runs on it")
    call = {"run": "hello", "asker": {"name": "ann"}, "arguments": {}}
    asked: list[tuple[str, dict[str, Any]]] = [
        ("hello", {"handle": "hostile", "wheels": str(WHEELS)}),
        ("confine", {"memory": 256 << 20}),
        ("hello", {"handle": "hostile", "wheels": str(WHEELS)}),
        ("configure", {"options": {}}),
        ("call", call),
        ("call", {**call, "run": "fork"}),
        ("stop", {}),
    ]
    answers = answered(python, asked)
    assert "before this process is confined" in answers[0]["error"]["message"]
    assert answers[2]["result"]["version"] == "1.0"
    assert answers[4]["result"] == {
        "message": {"title": "hello ann"},
        "acts": [],
        "writes": [],
        "raised": [],
        "said": [],
    }
    assert "Operation not permitted" in answers[5]["error"]["message"]
    assert sorted(answers) == [0, 1, 2, 3, 4, 5, 6]
