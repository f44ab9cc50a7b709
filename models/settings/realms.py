"""The settings of realms, the processes in which extensions run."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

# An option of an extension stands beside the settings: EXTENSION_ACMEJIRA_TOKEN.
OPTION_PREFIX = "EXTENSION_"


class RealmSettings(BaseSettings):
    """Without `realm_jail` the code of extensions reads whatever our own processes may read: it is for where there can
    be no jail. An extension that failed `extensions_failures` times within
    `extensions_failures_minutes` is quarantined.
    """

    realm_jail: bool = True
    extensions_failures: Annotated[int, Field(ge=1, le=100)] = 3
    extensions_failures_minutes: Annotated[int, Field(ge=1, le=1440)] = 60
