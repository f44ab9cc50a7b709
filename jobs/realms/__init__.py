"""Realms: the jailed processes in which extensions run.

What their side of it and ours share is in the kit, which others install without us.
"""

import sys

from models import jail

if str(jail.KIT) not in sys.path:
    sys.path.append(str(jail.KIT))
