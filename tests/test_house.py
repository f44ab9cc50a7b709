"""The house rules of CONTRIBUTING.md that a machine can see: who may import what, and how long things may get."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.words_template import TEMPLATE, template

ROOT = Path(__file__).parent.parent
ROOMS = ("models", "webhooks", "bot", "jobs")

# Which rooms may not know of which.
STRANGERS = {
    "models": {"webhooks", "bot", "jobs"},
    "webhooks": {"bot", "jobs"},
    "bot": {"webhooks", "jobs"},
    "jobs": {"webhooks", "bot"},
}
# Where a library may be imported, and nowhere else.
LIBRARIES = {
    "fastapi": "webhooks",
    "starlette": "webhooks",
    "slack_bolt": "bot/slack",
    "slack_sdk": "bot/slack",
    "discord": "bot/discord",
    "github": "jobs",
    "apscheduler": "jobs",
    "playwright": "jobs/canary",
    "sqlmodel": "models",
    "sqlalchemy": "models",
    "alembic": "models",
    "psycopg": "models",
}
# All that these may import beside the standard library; they also may not look at the clock.
PURE = {
    "models/rules": ("models.rules", "re2"),
    "models/events": ("models.events", "models.rules", "models.messages", "models.github"),
    "models/actions/arguments": ("models.actions", "models.rules", "models.messages"),
    "models/extensions/manifest": (
        "models.extensions.manifest",
        "models.rules",
        "packaging",
        "pydantic",
        "pydantic_core",
    ),
    "models/messages": (
        "models.rules",
        "models.messages",
        "models.metadata",
        "models.views",
        "rapidfuzz",
        "rich.cells",
    ),
}
# The floors of recording: each room may know the rooms on floors below its own, and no other. All that are not named
# are on the top floor.
FLOORS = {"verdicts": 0, "telling": 1, "silence": 2}
TOP_FLOOR = 3
# What reads bodies, in a lean process beside the web process: it may not load a database's libraries, nor those that
# take megabytes for what a function of ours does.
PARSERS = (
    "webhooks.workers.process",
    "webhooks.guard.reading",
    "webhooks.canary.parsing",
    "webhooks.github.reading",
    "models.picture",
    "models.rules.console",
    "models.events",
)
HEAVY = ("sqlalchemy", "sqlmodel", "pydantic", "fastapi", "starlette", "structlog")
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "sleep"}

_IGNORED = re.compile(
    r"# (?:noqa\b|type: ignore\b)(?:: ?[A-Z0-9, ]+\b|\[[\w, -]+\])?(?P<reason> +[-#] ?\w.*)?"
)
LONGEST_FILE = 250
LONGEST_FUNCTION = 40
GENERATED = "models/migrations/versions/"


def test_the_fences_stand() -> None:
    assert list(breaches(ROOT)) == []


def test_each_migration_has_its_own_number_and_follows_the_one_before() -> None:
    steps = sorted((ROOT / "models" / "migrations" / "versions").glob("0*.py"))
    numbers = [f"{place:04}" for place in range(1, len(steps) + 1)]
    assert [step.name[:4] for step in steps] == numbers
    for step, number, before in zip(steps, numbers, [None, *numbers], strict=False):
        assert f'revision = "{number}"' in step.read_text()
        assert f"down_revision = {json.dumps(before) if before else None}" in step.read_text()


def test_no_rooms_of_models_need_each_other() -> None:
    """A room is a folder of `models`, or of `models/recording`; a file beside them is a room of its own."""
    try:
        TopologicalSorter(room_needs(ROOT)).prepare()
    except CycleError as error:
        pytest.fail(" needs ".join(error.args[1]))


def test_recording_knows_only_the_floors_below() -> None:
    for room, needed in room_needs(ROOT).items():
        for other in needed:
            if room.startswith("recording/") and other.startswith("recording/"):
                assert floor(other) < floor(room), f"{room} needs {other}"
    assert {name for name in FLOORS if (ROOT / "models/recording" / name).is_dir()} == set(FLOORS)


def floor(room: str) -> int:
    """The floor of a room such as `recording/guard`."""
    return FLOORS.get(room.removeprefix("recording/"), TOP_FLOOR)


@pytest.mark.parametrize("parser", PARSERS)
def test_what_parses_loads_nothing_heavy(parser: str) -> None:
    look = f"import sys, {parser}; print(*(name for name in {HEAVY} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.split() == []


def test_nothing_is_too_long() -> None:
    assert list(too_long(ROOT)) == []


def test_every_ignored_lint_says_why() -> None:
    assert list(unexplained(ROOT)) == []


def test_translators_find_all_that_is_said() -> None:
    assert TEMPLATE.read_text(encoding="utf-8") == template(), "gather them with: make words"


@pytest.mark.parametrize(
    ("file", "source", "breach"),
    [
        ("models/a.py", "import webhooks", "models/a.py:1 imports webhooks"),
        (
            "models/a.py",
            "if True:\n    from bot.local import page",
            "models/a.py:2 imports bot.local.page",
        ),
        ("webhooks/a.py", "import jobs.schedule as clock", "webhooks/a.py:1 imports jobs.schedule"),
        ("bot/local/a.py", "from webhooks import app", "bot/local/a.py:1 imports webhooks.app"),
        ("bot/local/a.py", "from ...webhooks import app", "bot/local/a.py:1 imports webhooks.app"),
        (
            "jobs/a.py",
            "import importlib\nimportlib.import_module('bot.sender')",
            "jobs/a.py:2 imports bot.sender",
        ),
        ("jobs/a.py", "__import__('bot')", "jobs/a.py:1 imports bot"),
        (
            "jobs/a.py",
            "from importlib import import_module as f\nf(x)",
            "jobs/a.py:2 imports by a computed name",
        ),
        (
            "jobs/a.py",
            "load = __import__\nload('bot')",
            "jobs/a.py:1 hides an import behind another name",
        ),
        ("bot/a.py", "def f():\n    import sqlmodel", "bot/a.py:2 imports sqlmodel"),
        ("bot/discord/a.py", "import slack_sdk.web", "bot/discord/a.py:1 imports slack_sdk.web"),
        ("jobs/a.py", "from fastapi import FastAPI", "jobs/a.py:1 imports fastapi.FastAPI"),
        ("models/a.py", "import tests.conftest", "models/a.py:1 imports tests.conftest"),
        ("models/rules/a.py", "import sqlmodel", "models/rules/a.py:1 imports sqlmodel"),
        (
            "models/rules/a.py",
            "from models import views",
            "models/rules/a.py:1 imports models.views",
        ),
        (
            "models/rules/a.py",
            "from . import b\nfrom ..tables import Plugin",
            "models/rules/a.py:2 imports models.tables.Plugin",
        ),
        (
            "models/messages/a.py",
            "from models.tables import Plugin",
            "models/messages/a.py:1 imports models.tables.Plugin",
        ),
        (
            "models/messages/a.py",
            "from datetime import datetime\ndatetime.now()",
            "models/messages/a.py:2 looks at the clock",
        ),
    ],
)
def test_a_breach_is_seen(tmp_path: Path, file: str, source: str, breach: str) -> None:
    _write(tmp_path / file, source)
    assert list(breaches(tmp_path)) == [breach]


def test_what_is_allowed_is_no_breach(tmp_path: Path) -> None:
    _write(
        tmp_path / "webhooks/a.py",
        "import json\nfrom models import views\nfrom fastapi import FastAPI",
    )
    _write(tmp_path / "bot/slack/a.py", "import slack_bolt\nfrom bot.sender import Sender")
    _write(
        tmp_path / "models/messages/a.py",
        "from models.views import PluginView\nfrom datetime import datetime",
    )
    assert list(breaches(tmp_path)) == []


def test_length_is_seen(tmp_path: Path) -> None:
    _write(tmp_path / "bot/a.py", "def long():\n" + "    pass\n" * LONGEST_FUNCTION)
    _write(tmp_path / "jobs/a.py", "a = 1\n" * (LONGEST_FILE + 1))
    _write(tmp_path / "models/migrations/versions/1.py", "a = 1\n" * (LONGEST_FILE + 1))
    assert list(too_long(tmp_path)) == ["bot/a.py: long has 41 lines", "jobs/a.py has 251 lines"]


@pytest.mark.parametrize("reason", ["", "x", "  # y", " - ", " #"])
def test_an_ignored_lint_without_a_reason_is_seen(tmp_path: Path, reason: str) -> None:
    noqa, ignore = "no" + "qa: ARG001", "type" + ": ignore[arg-type]"
    _write(tmp_path / "bot/a.py", f"a = 1  # {noqa}{reason}\nb = 2  # {ignore}{reason}\n")
    _write(tmp_path / "jobs/a.py", f"a = 1  # {noqa} - why not\nb = 2  # {ignore} # by name\n")
    expected = [] if reason == "  # y" else ["bot/a.py:1", "bot/a.py:2"]
    assert list(unexplained(tmp_path)) == expected


def breaches(root: Path) -> Iterator[str]:
    """Each import or look at the clock that the house does not allow, as `file:line words`."""
    for path, file in _sources(root, ROOMS):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for line, module in _imports(tree, file):
            if module == "":
                yield f"{file}:{line} imports by a computed name"
            elif not _allowed(file, module):
                yield f"{file}:{line} imports {module}"
        for line in _hidden(tree):
            yield f"{file}:{line} hides an import behind another name"
        if file.startswith(tuple(f"{pure}/" for pure in PURE)):
            yield from (f"{file}:{line} looks at the clock" for line in _looks_at_clock(tree))


@cache
def room_needs(root: Path) -> dict[str, set[str]]:
    """The rooms within `models`, each with the rooms that it imports from."""
    needs: dict[str, set[str]] = {}
    for path, file in _sources(root, ("models",)):
        if file.startswith(GENERATED) or file == "models/__init__.py":
            continue
        room = _room(root, file.removesuffix(".py").replace("/", "."))
        needed = needs.setdefault(room, set())
        for _, module in _imports(ast.parse(path.read_text(encoding="utf-8")), file):
            if module.startswith("models."):
                needed.add(_room(root, module))
        needed.discard(room)
    return needs


def _room(root: Path, module: str) -> str:
    """The folder of `models` or of its recording that a module stands in, or the file itself."""
    parts = module.split(".")[1:]
    if (
        parts[0] == "recording"
        and len(parts) > 1
        and (root / "models/recording" / parts[1]).is_dir()
    ):
        return f"recording/{parts[1]}"
    return parts[0]


def too_long(root: Path) -> Iterator[str]:
    """Each file and function beyond its limit."""
    for path, file in _sources(root, (*ROOMS, "supervisor", "kit", "bench", "demo")):
        source = path.read_text(encoding="utf-8")
        if file.startswith(GENERATED):
            continue
        if (lines := len(source.splitlines())) > LONGEST_FILE:
            yield f"{file} has {lines} lines"
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    yield f"{file}: {node.name} has {lines} lines"


def unexplained(root: Path) -> Iterator[str]:
    """Each lint or type error that is ignored in one line without a reason behind it, as `file:line`."""
    for path, file in _sources(root, (*ROOMS, "supervisor", "kit", "bench", "demo", "tests")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            ignored = _IGNORED.search(line)
            if ignored and not ignored["reason"]:
                yield f"{file}:{number}"


def _allowed(file: str, module: str) -> bool:
    room, top = file.partition("/")[0], module.partition(".")[0]
    if top in STRANGERS[room] or top in {"tests", "bench", "demo", "supervisor"}:
        return False
    if top in LIBRARIES and not file.startswith(f"{LIBRARIES[top]}/"):
        return False
    for place, known in PURE.items():
        if file.startswith(f"{place}/"):
            return top in sys.stdlib_module_names or any(
                f"{module}.".startswith(f"{name}.") for name in known
            )
    return True


def _imports(tree: ast.Module, file: str) -> Iterator[tuple[int, str]]:
    """Line and full name of all that is imported, anywhere in the file; the name is empty where it is computed."""
    functions = {"__import__", "import_module"} | {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "importlib"
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = file.split("/")[: -node.level] if node.level else []
            module = ".".join([*package, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node) in functions:
            name = node.args[0] if node.args else None
            yield (
                node.lineno,
                name.value
                if isinstance(name, ast.Constant) and isinstance(name.value, str)
                else "",
            )


def _hidden(tree: ast.Module) -> Iterator[int]:
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        name = getattr(node, "id", getattr(node, "attr", ""))
        if name in {"__import__", "import_module"} and id(node) not in called:
            yield node.lineno


def _looks_at_clock(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in CLOCKS
        ):
            yield node.lineno


def _called(call: ast.Call) -> str:
    return str(getattr(call.func, "id", None) or getattr(call.func, "attr", ""))


def _sources(root: Path, folders: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            yield path, path.relative_to(root).as_posix()


def _write(path: Path, source: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source)
