"""A request that is refused, with the words for its sender."""


class Refusal(Exception):  # noqa: N818 - it is an answer, not an accident
    """The request is refused with HTTP `status`; `reason` says what was wrong and what would be right."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(status, reason)  # both, for it passes between processes
        self.status = status
        self.reason = reason

    def __str__(self) -> str:
        return self.reason
