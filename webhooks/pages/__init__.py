"""The public pages, for people with a browser and no account: what is broken now, and all that is known of a plugin.

They are read-only, need no script, and draw what `models.queries` answers, in the words of
`models.messages`.
"""

from webhooks.pages.checking import router as checking
from webhooks.pages.contributed import router as contributed
from webhooks.pages.history import router as history
from webhooks.pages.incidents import router as incidents
from webhooks.pages.lost import for_people
from webhooks.pages.render import STATIC, static_files
from webhooks.pages.routes import router
from webhooks.pages.servers import router as servers

ROUTERS = (router, incidents, history, servers, checking, contributed)

__all__ = ["ROUTERS", "STATIC", "for_people", "static_files"]
