"""What holds for every table, set before the first is declared."""

from sqlmodel import SQLModel

# So that migrations can name what they alter.
SQLModel.metadata.naming_convention = {
    "ix": "%(table_name)s_%(column_0_N_name)s_index",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}
# Rows are not validated when they are made, and what would do it takes 1.5 MB.
SQLModel.model_config["defer_build"] = True
