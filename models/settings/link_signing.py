"""The setting that signs links to what canary runs left behind."""

import os
import secrets

from dotenv import dotenv_values
from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings

# Beside .env, for what is made here and not by people.
KEYS_FILE = ".env.keys"
_LEAST_SECRET = 32


class LinkSettings(BaseSettings):
    """`link_signing_key` is the same for every process. Blank: no links to logs and screenshots
    are given.
    """

    link_signing_key: SecretStr = SecretStr("")

    @field_validator("link_signing_key")
    @classmethod
    def _long_enough(cls, key: SecretStr) -> SecretStr:
        if 0 < len(key.get_secret_value()) < _LEAST_SECRET:
            raise ValueError(
                f"must have at least {_LEAST_SECRET} characters, such as openssl rand -hex 32 makes",
            )
        return key


def make_key(env_file: str) -> bool:
    """Make a LINK_SIGNING_KEY in `KEYS_FILE`, which its owner alone may read. False if there is one already.

    Raises:
        OSError: the directory is not to be written to.

    """
    if _is_set(env_file):
        return False
    try:
        made = os.open(KEYS_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(made, "w", encoding="ascii") as file:
        file.write(
            "# Made at the first start. Whoever has it can open the links to logs and screenshots.\n"
        )
        file.write(f"LINK_SIGNING_KEY={secrets.token_hex(32)}\n")
    return True


def _is_set(env_file: str) -> bool:
    try:
        in_file = dotenv_values(env_file).get("LINK_SIGNING_KEY")
    except UnicodeDecodeError:
        in_file = None  # the settings tell of it
    return bool(os.environ.get("LINK_SIGNING_KEY", "").strip() or in_file)
