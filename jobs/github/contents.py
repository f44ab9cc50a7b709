"""A file's text, as GitHub's contents interface tells it."""

import base64

from jobs.github.client import GitHubAnswer
from models.rules.clean import clean


class UnreadableFileError(ValueError):
    """The file's text was not told, or makes no sense; the message ends a sentence that begins with its name."""


def text_of(answer: GitHubAnswer) -> str | None:
    """The text of the file that was asked for; None where a folder bears its name.

    Raises:
        UnreadableFileError: there is a file, but its text cannot be had.
    """
    if not isinstance(answer.body, dict):
        return None
    shown = answer.object().value
    if shown.get("encoding") != "base64" or not isinstance(shown.get("content"), str):
        raise UnreadableFileError("is too large for GitHub to show.")
    try:
        return clean(base64.b64decode(shown["content"]).decode("utf-8", "replace"))
    except ValueError as error:  # it is not Base64, or has characters that cannot exist
        raise UnreadableFileError("could not be read.") from error
