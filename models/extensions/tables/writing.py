"""What an extension wants written into its own tables, read from what its realm answered. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from models.extensions.manifest import Manifest
from models.extensions.manifest.declared import Column
from models.extensions.tables.values import number, stored

MOST_WRITES = 200


class WriteKind(StrEnum):
    """A new row, other values in one that is there, or a row that goes."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Write:
    """One of them. `row` is its id, unless it is new."""

    kind: WriteKind
    table: str
    row: int | None
    values: Mapping[str, Any] = field(default_factory=dict)


def read_writes(raw: object, manifest: Manifest) -> tuple[Write, ...]:
    """What is to be written.

    Raises:
        ValueError: it does not fit the tables that the manifest declares; the words say why.
    """
    if not isinstance(raw, list):
        raise ValueError("its writes are no list")  # noqa: TRY004 - told alike
    if len(raw) > MOST_WRITES:
        raise ValueError(f"it wrote more than {MOST_WRITES} times")
    return tuple(_write(each, manifest) for each in raw)


def _write(raw: object, manifest: Manifest) -> Write:
    match raw:
        case {"kind": "add", "table": str(table), "values": dict(values), **rest} if not rest:
            columns = _columns(manifest, table)
            whole = {**dict.fromkeys(columns), **values}
            return Write(WriteKind.ADD, table, None, _stored(table, columns, whole))
        case {
            "kind": "change",
            "table": str(table),
            "row": int(row),
            "values": dict(values),
            **rest,
        } if not rest and values:
            columns = _columns(manifest, table)
            return Write(WriteKind.CHANGE, table, _row(row), _stored(table, columns, values))
        case {"kind": "remove", "table": str(table), "row": int(row), **rest} if not rest:
            _columns(manifest, table)
            return Write(WriteKind.REMOVE, table, _row(row))
        case _:
            raise ValueError("it wrote what is no write")


def _row(row: int) -> int:
    found = number(row)
    if found is None:
        raise ValueError(f"it wrote to a row {row}, which is no id")
    return found


def _columns(manifest: Manifest, table: str) -> Mapping[str, Column]:
    if table not in manifest.table:
        raise ValueError(f"it has no table {table!r}")
    return manifest.table[table].columns


def _stored(table: str, columns: Mapping[str, Column], values: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := sorted(values.keys() - columns.keys()):
        raise ValueError(f"{table} has no column {', '.join(map(repr, unknown))}")
    return {name: stored(f"{table}.{name}", columns[name], value) for name, value in values.items()}
