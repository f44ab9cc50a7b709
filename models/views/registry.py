"""What is known of a plugin's limits, and of which plugins go together: frozen values."""

from dataclasses import dataclass

from models.rules.declaring import Fact, Standing


@dataclass(frozen=True, slots=True)
class DeclarationView:
    """A fact that somebody declared of the plugin called `handle`.

    `versions` is a range of the host's versions or of the `other` plugin's, `of` one of the
    plugin's own; all of them where it is empty.
    """

    handle: str
    fact: Fact
    standing: Standing | None = None
    versions: str = ""
    other: str = ""
    of: str = ""
    reason: str = ""
