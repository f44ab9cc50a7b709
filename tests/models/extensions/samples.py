"""An extension of the tests, ACME's Jira, whose manifest uses everything that a manifest may say."""

from models.extensions.manifest import Handles, Manifest, read
from models.extensions.manifest.handles import read_handles

HANDLES: Handles = read_handles('[handles]\nacmejira = "ACME"\nacmewiki = "ACME"\nother = "Other"')
COMMANDS = frozenset({"status", "ack"})

MANIFEST = """\
api = 1
handle = "acmejira"
name = "Jira"
version = "1.2.0"
status = "stable"
created = 2026-11-01
publisher = "ACME"
website = "https://acme.example"
description = "Opens tickets for incidents."
licence = "MIT"
host = { needs = ">=0.2", tested = "0.4", breaks = ">=2" }
python = { needs = ">=3.11" }
requires = { helloworld = ">=1" }
optional = { acmewiki = "*" }
may = { read = "public", fetch = ["jira.example.com"], memory = "256 MiB" }
option.project = { type = "text", default = "OPS", power = "guardian" }
option.token = { type = "secret", for = "jira.example.com" }
table.ticket = { key = "text", incident = "-> incident", seen_at = "time?", index = ["key"] }

[[action]]
name = "open"
kind = "act"
summary = "Open tickets"
run = "open_tickets"
power = "act"
button = "Open a ticket"
selection = true
takes = [{ name = "incident", type = "incident", about = "Which", required = true }]

[[action]]
name = "tickets"
kind = "question"
summary = "All"
run = "tickets"

[[hears]]
event = "incident.opened"
run = "opened"

[[raises]]
name = "ticketed"
schema = { key = "text" }

[[source]]
name = "jira"
verify = { recipe = "hmac", secret = "token", header = "X-Hub" }
id = "X-Id"
says = ["tests_failing"]
run = "told"

[[panel]]
on = "incident"
title = "Ticket"
run = "panel"
every = "5 min"

[[menu]]
label = "Tickets"
page = "tickets"

[[page]]
name = "tickets"
title = "Tickets"
run = "page"

[[filter]]
prefix = "OPS-"
rest = "number"
link = "https://jira.example.com/browse/OPS-{rest}"

[[job]]
name = "sync"
every = "1 h"
run = "sync"

[[report]]
title = "Tickets"
question = "tickets"

[[wizard]]
name = "jira"
title = "Ticket"
run = "step"
fields = [{ name = "priority", type = "choice", of = ["high", "low"], about = "How urgent" }]

[[destination]]
name = "jira"
about = "A comment"
address = "OPS-123"
run = "tell"

[[place]]
name = "comments"
through = "jira"

[[decorate]]
on = "incident"
run = "decorate"
"""

# No more than a manifest must say.
LEAST = """\
api = 1
handle = "acmejira"
name = "Jira"
version = "1.2.0"
status = "stable"
created = 2026-11-01
publisher = "ACME"
website = "https://acme.example"
description = "Opens tickets for incidents."
licence = "MIT"
host = { needs = ">=0.2" }
"""


def manifest(text: str = LEAST) -> Manifest:
    """What the text says."""
    return read(text, HANDLES, COMMANDS)
