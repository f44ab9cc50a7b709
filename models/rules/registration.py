"""For how long a site speaks for the plugins that it registered. Pure."""

from datetime import timedelta

REGISTRATION_LASTS = timedelta(days=3)
