"""What people read is marked for translators; what is kept in the database, or public, is said in English."""

import ast
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from models.messages.help import TROUBLE
from models.messages.message import Text

ROOT = Path(__file__).parents[3]
# Where all that is said is in these: words, a number of things, what is said later, and English whoever asks.
_SAY = frozenset({"say", "marked", "later"})
_PLURAL = "count"
_ENGLISH = "speaking(ENGLISH)"
# Words that people read, rather than a name, a key, a command, an address or a pattern.
SENTENCE = re.compile(r"(?=.*[A-Za-z]{2})[A-Za-z“{][^<>\\|]* [A-Za-z{]|[A-Z][a-z]+[^A-Za-z]*")
_COMMAND = re.compile(
    r"(/|https?:|(ack|claim|release|mute|unmute|file|log|report|canary|follow|extension|accept|decline|digest|until|"
    r"params|docker)\b)"
)
# Their literals are addresses, how a stored message is read, and how blocks are drawn.
_NOT_WORDS = {"links.py", "message.py", "drawing.py"}
# Names of the outcomes of an act, of the example plugin, and of what GitHub says; what the audit log keeps; and the
# answer where something failed, perhaps the search for the language.
_NAMES = {
    "is in", "is out", "has roles", "has not", "by setting", "last admin", "Discourse Solved", "not installed",
    "Organization", "User", "NOASSERTION", "CommandHelp", "{} UTC",
    "reminders on", "reminders off", "escalations on", "escalations off", "private on", "private off",
    "PressButton", "ShareButton", "Slack", "Pluginwatch",
    "nothing to do", "too late", "somebody else has it",
    *(block.text for block in TROUBLE if isinstance(block, Text)), TROUBLE.title,
}  # fmt: skip


def said_as_it_is(source: str) -> Iterator[tuple[int, str]]:
    """Each literal that people would read in English whatever their language is, with its line."""
    tree = ast.parse(source)
    yield from _said(tree)


def _said(node: ast.AST) -> Iterator[tuple[int, str]]:
    match node:
        case ast.Expr(ast.Constant()) | ast.Raise() | ast.Compare():
            return
        case ast.FunctionDef(decorator_list=decorators) if _ENGLISH in map(ast.unparse, decorators):
            return
        case ast.Call(ast.Name(name), arguments) if name in _SAY or (
            name == _PLURAL and len(arguments) > 2
        ):
            parts = [each for each in arguments if not isinstance(each, ast.Constant)]
            yield from chain.from_iterable(map(_said, [*parts, *node.keywords]))
            return
        case ast.Call(ast.Attribute(ast.Name("re"))):
            return
        case ast.JoinedStr(values):
            words = "".join(
                each.value if isinstance(each, ast.Constant) else "{}" for each in values
            )
            yield from _found(node.lineno, words)
            holes = (each.value for each in values if isinstance(each, ast.FormattedValue))
            yield from chain.from_iterable(map(_said, holes))
            return
        case ast.Constant(str(words)):
            yield from _found(node.lineno, words)
    yield from chain.from_iterable(map(_said, ast.iter_child_nodes(node)))


def _found(line: int, words: str) -> Iterator[tuple[int, str]]:
    bare = words.lstrip(": ")
    if SENTENCE.match(bare) and not _COMMAND.match(bare) and words not in _NAMES:
        yield line, words


# The labels that a platform has of its own.
_LABELS = (
    *(f"bot/slack/{name}.py" for name in ("views", "forms", "elements", "listener", "replies")),
    *(f"bot/discord/{name}.py" for name in ("commanding", "options", "describing", "forms", "sharing", "buttons")),
)  # fmt: skip


def files() -> list[Path]:
    """What words what people read."""
    messages = (ROOT / "models" / "messages").glob("*.py")
    return sorted(
        file
        for file in (*messages, *(ROOT / label for label in _LABELS))
        if file.name not in _NOT_WORDS
    )


# Of an action or an argument, what people read.
_PURPOSES = frozenset({"about", "summary", "missing"})
ACTIONS = sorted((ROOT / "models" / "actions").rglob("*.py"))


def purposes_as_they_are(source: str) -> Iterator[tuple[int, str]]:
    """Each purpose of an action or an argument that is a literal, with its line; not that of what is never shown."""
    for node in ast.walk(ast.parse(source)):
        for each in node.keywords if isinstance(node, ast.Call) else ():
            if each.arg in _PURPOSES and isinstance(each.value, ast.Constant) and each.value.value:
                yield each.value.lineno, str(each.value.value)


@pytest.mark.parametrize("file", files(), ids=["/".join(file.parts[-2:]) for file in files()])
def test_what_people_read_is_marked_or_kept_in_english(file: Path) -> None:
    assert list(said_as_it_is(file.read_text())) == []


@pytest.mark.parametrize("file", ACTIONS, ids=[str(file.relative_to(ROOT)) for file in ACTIONS])
def test_what_an_action_and_its_arguments_are_for_is_marked(file: Path) -> None:
    assert list(purposes_as_they_are(file.read_text())) == []


@pytest.mark.parametrize("name", sorted(_PURPOSES))
def test_a_purpose_that_is_not_marked_is_found(name: str) -> None:
    assert list(purposes_as_they_are(f'Flag(name="trace", {name}="Keep it")'))


@pytest.mark.parametrize(
    "line",
    [
        'Message(f"{name} works")',
        'Text("It works.")',
        'say("{what}", what="It works")',
        'LABELS = ("Version",)',
        'count(3, "plugin")and f"It hid {number} steps"',
    ],
)
def test_an_english_word_is_found(line: str) -> None:
    assert list(said_as_it_is(line))
