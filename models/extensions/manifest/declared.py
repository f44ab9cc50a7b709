"""What a manifest declares beside its contributions: needs, permissions, options and tables. Pure."""

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from packaging.specifiers import SpecifierSet
from pydantic import Field, model_validator

from models.extensions.manifest.words import (
    Fetched,
    Line,
    ManifestPart,
    Memory,
    Name,
    Short,
    VersionOf,
    Versions,
)

_USUAL_MEMORY = 256 << 20
_PLAIN = ("text", "integer", "real", "flag", "time", "json")
_CORE_ROWS = ("plugin", "incident", "outbreak")
COLUMN_TYPES = (*_PLAIN, *(f"-> {noun}" for noun in _CORE_ROWS))
# Every own table has these.
_RESERVED = {"id"}


class Maturity(StrEnum):
    """How far an extension's author would trust it."""

    STABLE = "stable"
    BETA = "beta"
    EXPERIMENTAL = "experimental"
    DEPRECATED = "deprecated"


class HostNeeds(ManifestPart):
    """The versions of Pluginwatch that it needs, was tried with, and does not work with. `tested` only warns."""

    needs: Versions
    tested: VersionOf | None = None
    breaks: Versions | None = None


class PythonNeeds(ManifestPart):
    """The versions of Python that it needs."""

    needs: Versions = SpecifierSet()


class Permissions(ManifestPart):
    """What it may do beyond its own tables: read what is public or what its asker may know, fetch, and use memory."""

    read: Literal["nothing", "public", "asker"] = "nothing"
    fetch: tuple[Fetched, ...] = Field(default=(), strict=False, max_length=20)
    memory: Memory = _USUAL_MEMORY


class Option(ManifestPart):
    """A value that an operator sets, or a guardian or an admin in chat as `power` says.

    A secret is sent only to the host that it is `for`, and one by which a webhook is verified to none.
    """

    type: Literal["text", "integer", "flag", "choice", "server", "secret"]
    about: Line = "An option"
    default: str | int | bool | None = None
    of: tuple[Short, ...] = Field(default=(), strict=False, max_length=30)
    power: Literal["guardian", "admin", "operator"] = "operator"
    sent_to: Annotated[Fetched | None, Field(alias="for")] = None
    required: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.type == "choice") != bool(self.of):
            raise ValueError("a choice, and nothing else, needs `of`, the words to choose from")
        if self.type != "secret" and self.sent_to is not None:
            raise ValueError("only a secret has `for`")
        if self.default is not None and not _fits(self.type, self.default, self.of):
            raise ValueError(f"its default is no {self.type}")
        return self


class Column(ManifestPart):
    """A column of an own table: its type, whether it may be empty, and the core's row that it refers to."""

    type: str
    optional: bool
    refers_to: str = ""


class OwnTable(ManifestPart):
    """An own table, made by the host as `plugin_HANDLE_NAME`: its columns, and which of them are looked up by."""

    columns: dict[str, Column]
    index: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _of_toml(cls, raw: Any) -> Any:
        if not isinstance(raw, dict):
            raise ValueError('must be a table of columns, such as { key = "text" }')  # noqa: TRY004 - gathered
        index = raw.get("index", [])
        columns = {name: value for name, value in raw.items() if name != "index"}
        wrong = list(_wrong_columns(columns))
        wrong += [
            f"index names {each!r}, which is no column" for each in index if each not in columns
        ]
        if not columns:
            wrong.append("has no column")
        if wrong:
            raise ValueError("; ".join(wrong))
        made = {name: _column(value) for name, value in columns.items()}
        return {"columns": made, "index": tuple(index)}


def _wrong_columns(columns: dict[str, Any]) -> list[str]:
    wrong = []
    for name, value in columns.items():
        if name in _RESERVED or not name.isidentifier() or name != name.lower() or len(name) > 32:
            wrong.append(f"{name!r} cannot be a column's name")
        if not isinstance(value, str) or value.removesuffix("?") not in COLUMN_TYPES:
            wrong.append(
                f"{name} must be one of {', '.join(COLUMN_TYPES)}, with ? where it may be empty"
            )
    return wrong


def _column(text: str) -> Column:
    plain = text.removesuffix("?")
    optional = text.endswith("?")
    if plain in _PLAIN:
        return Column(type=plain, optional=optional)
    return Column(type="reference", optional=optional, refers_to=plain.removeprefix("-> "))


def _fits(kind: str, default: str | int | bool, of: tuple[str, ...]) -> bool:
    if kind == "flag":
        return isinstance(default, bool)
    if kind == "integer":
        return isinstance(default, int) and not isinstance(default, bool)
    if kind == "choice":
        return default in of
    return isinstance(default, str) and kind != "secret"


Options = dict[Name, Option]
OwnTables = dict[Name, OwnTable]
