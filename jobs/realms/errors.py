"""What goes wrong with realms, in words for people."""


class RealmError(Exception):
    """The realm did not do what was asked; the words say why.

    What `raised` in it left the process whole. It is `excused` where the host took most of its time.
    """

    def __init__(self, words: str, *, raised: bool = False, excused: bool = False) -> None:
        super().__init__(words)
        self.raised = raised
        self.excused = excused


class RefusedError(Exception):
    """The host refuses what a realm asks for, or cannot do it; the words are for the realm's author."""
