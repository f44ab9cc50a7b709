"""Writes the Guard's rules of redaction from Pluginwatch's own: `make tokens`.

The Guard runs from Python 3.9 on and has the standard library alone. So RE2's spellings are written as `re` has them,
and possessive quantifiers, which Python has from 3.11 on, as a look ahead and a reference to what it saw.
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any

from models.rules import known_tokens, redact, secret_shapes

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "kit" / "pluginwatch_kit" / "guard" / "secrets.json"
_SHAPES = ROOT / "models" / "rules" / "known_tokens.json"

_CLASSES = {"[:alnum:]": "0-9A-Za-z"}
_PIECE = re.compile(
    r"\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]"  # a letter after a backslash, a class
    r"|\(\?(?:P=\w+|[a-z]+)\)|\((?:\?(?:\(\w+\)|P<\w+>|<?[=!]|[a-z]*:))?"  # a reference, a flag, a group's beginning
    r"|\{\d*,?\d*\}|[\s\S]"
)
_QUANTIFIER = re.compile(r"[*+?]|\{\d*,?\d*\}")


def rules() -> dict[str, Any]:
    """The rules as the Guard reads them: each a pattern, its flags, and what stands in the place of what it finds."""
    data = json.loads(_SHAPES.read_text(encoding="utf-8"))
    shapes = (*known_tokens._MORE, *data["shapes"].values())
    each = "|".join(f"(?:{_scoped(shape)})" for shape in shapes)
    return {
        "what": f"Pluginwatch's rules of redaction, and {data['what']}",
        "licences": "secrets.LICENSE",
        "first": [_rule(rule) for rule in secret_shapes.SHAPES],
        "token": f"{known_tokens._BEGIN}(?:{each})",
        "escape": known_tokens._ESCAPE.pattern.decode(),
        "last": [_rule(rule) for rule in redact._AFTER_TOKENS],
    }


def _rule(rule: Any) -> list[Any]:
    flags = rule.pattern.flags & (re.ASCII | re.IGNORECASE)
    return [without_possessives(rule.pattern.pattern), int(flags), rule.mark]


def _scoped(shape: str) -> str:
    """RE2's shape: a flag within a group holds to the group's end, which Python wants to see written."""
    for name, letters in _CLASSES.items():
        shape = shape.replace(name, letters)
    whole = ""
    open_flags = [0]
    for piece in _PIECE.findall(shape):
        if piece == "(?i)":
            whole += "(?i:"
            open_flags[-1] += 1
            continue
        if piece == ")":
            whole += ")" * open_flags.pop()
        elif _opens(piece):
            open_flags.append(0)
        whole += re.sub(r"(?<!^)\[", r"\[", piece) if piece.startswith("[") else piece
    return whole + ")" * open_flags.pop()


def without_possessives(pattern: str) -> str:
    """The pattern with `X++` as `(?=(?P<a1>X+))(?P=a1)`, which gives back as little."""
    atoms: list[str] = []
    around: list[list[str]] = []
    count = 0
    quantified = False
    for piece in _PIECE.findall(pattern):
        repeats = _QUANTIFIER.fullmatch(piece) is not None
        if quantified and piece == "+":
            count += 1
            atoms[-1] = f"(?=(?P<a{count}>{atoms[-1]}))(?P=a{count})"
        elif repeats:
            atoms[-1] += piece
        elif _opens(piece):
            around.append(atoms)
            atoms = [piece]
        elif piece == ")":
            atoms = [*around.pop(), "".join(atoms) + ")"]
        else:
            atoms.append(piece)
        quantified = repeats and not quantified
    return "".join(atoms)


def _opens(piece: str) -> bool:
    return piece.startswith("(?(") or (piece.startswith("(") and not piece.endswith(")"))


def main() -> None:
    """Write the file, and its licences beside it."""
    TARGET.write_text(f"{json.dumps(rules(), indent=1)}\n", encoding="utf-8")
    shutil.copyfile(_SHAPES.with_suffix(".LICENSE"), TARGET.with_suffix(".LICENSE"))


if __name__ == "__main__":
    main()
