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


def files() -> list[Path]:
    """What words what people read."""
    return sorted(
        file for file in (ROOT / "models" / "messages").glob("*.py") if file.name not in _NOT_WORDS
    )


@pytest.mark.parametrize("file", files(), ids=[file.stem for file in files()])
def test_what_people_read_is_marked_or_kept_in_english(file: Path) -> None:
    assert list(said_as_it_is(file.read_text())) == []


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
