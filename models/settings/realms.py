"""The settings of realms, the processes in which extensions run."""

from pydantic_settings import BaseSettings

# An option of an extension stands beside the settings: EXTENSION_ACMEJIRA_TOKEN.
OPTION_PREFIX = "EXTENSION_"


class RealmSettings(BaseSettings):
    """Without `realm_jail` the code of extensions reads whatever our own processes may read: it is for where there can
    be no jail.
    """

    realm_jail: bool = True
