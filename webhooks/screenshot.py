"""Where screenshots are made anew before they are stored."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from models.picture import NoPngError, PictureError, TooLargeError, made_anew
from webhooks.refusal import Refusal


class Darkroom:
    """Makes pictures anew, one at a time and in a thread of its own: decoding takes time and memory."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="screenshots")

    async def develop(self, body: bytes) -> bytes:
        """The same picture as a PNG of its pixels alone.

        Raises:
            Refusal: 400, 413 or 415: it is no whole, plain PNG of a fair size.
        """
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, made_anew, body)
        except PictureError as error:
            raise Refusal(_status(error), str(error)) from error


def _status(error: PictureError) -> int:
    match error:
        case NoPngError():
            return 415
        case TooLargeError():
            return 413
        case _:
            return 400
