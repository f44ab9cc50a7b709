"""What a canary is told of a picture that is not taken."""

from models.picture import NoPngError, PictureError, TooLargeError
from webhooks.refusal import Refusal


def refused(error: PictureError) -> Refusal:
    """400, 413 or 415: it is no whole, plain PNG of a fair size."""
    return Refusal(_status(error), str(error))


def _status(error: PictureError) -> int:
    match error:
        case NoPngError():
            return 415
        case TooLargeError():
            return 413
        case _:
            return 400
