"""Rows of SQLModel, of columns that are known: to make one in its own way takes as long as to read it."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy.orm.attributes import instance_dict, manager_of_class
from sqlmodel import SQLModel

Table = TypeVar("Table", bound=SQLModel)


def row_of(table: type[Table], columns: Mapping[str, Any]) -> Table:
    """A row of these columns, which no session knows. What is left out is None."""
    row: Table = manager_of_class(table).new_instance()
    instance_dict(row).update(columns)
    return row
