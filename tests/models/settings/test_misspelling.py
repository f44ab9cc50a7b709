"""Misspelt settings are seen, and ordinary variables are left in peace."""

import pytest

from models.settings.misspelling import NAMES, misspelt
from models.settings.spelling import meant

_ORDINARY = [
    "PATH",
    "HOME",
    "HOSTNAME",
    "HOSTTYPE",
    "LOGNAME",
    "SHELL",
    "LANG",
    "USER",
    "TEST_DATABASE_URL",
    "PGPORT",
]


@pytest.mark.parametrize(
    ("variable", "setting"),
    [
        ("DATABSE_URL", "DATABASE_URL"),
        ("DATABASEURL", "DATABASE_URL"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("LOCALCHAT_PORT", "LOCAL_CHAT_PORT"),
        ("LOCAL_CHATPORT", "LOCAL_CHAT_PORT"),
        ("PROT", "PORT"),
        ("HSOT", "HOST"),
        ("PUBLIC_ULR", "PUBLIC_URL"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("log-level", "LOG_LEVEL"),
        ("REPORTS_RETENTION_DAY", "REPORT_RETENTION_DAYS"),
        ("PLUGINWATCH_PORT", "PORT"),
        ("pluginwatch_database_url", "DATABASE_URL"),
    ],
)
def test_slips(variable: str, setting: str) -> None:
    assert meant(variable, NAMES) == setting


@pytest.mark.parametrize("variable", [*NAMES, *(name.lower() for name in NAMES), *_ORDINARY])
def test_no_slips(variable: str) -> None:
    assert meant(variable, NAMES) is None


def test_all_of_them() -> None:
    assert misspelt(["PATH", "PROT", "PORT"]) == {"PROT": "PORT"}
