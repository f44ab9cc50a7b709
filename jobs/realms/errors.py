"""What goes wrong with realms, in words for people."""

from jobs.realms.last_words import LastWords

# Where nothing says where the code was.
UNKNOWN = LastWords()


class RealmError(Exception):
    """The realm did not do what was asked; the words say why.

    What `raised` in it left the process whole. It is `excused` where the host took most of its time. `last` is where
    its code was.
    """

    def __init__(
        self,
        words: str,
        *,
        raised: bool = False,
        excused: bool = False,
        last: LastWords = UNKNOWN,
    ) -> None:
        super().__init__(words)
        self.last = last
        self.raised = raised
        self.excused = excused


class RefusedError(Exception):
    """The host refuses what a realm asks for, or cannot do it; the words are for the realm's author."""
