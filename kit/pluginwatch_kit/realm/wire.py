"""JSON-RPC 2.0 over two streams: a frame is one line of UTF-8, 1 MiB at most."""

import json
import os
from typing import Any, BinaryIO, Optional

LONGEST_FRAME = 1 << 20

Frame = dict[str, Any]


class Wire:
    """The host's frames in, and ours out."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._asked = 0

    @classmethod
    def over_standard_streams(cls) -> "Wire":
        """Take the standard streams for frames alone: what the extension prints or reads meets /dev/null."""
        incoming = os.fdopen(os.dup(0), "rb")
        outgoing = os.fdopen(os.dup(1), "wb")
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        os.close(nothing)
        return cls(incoming, outgoing)

    def receive(self) -> Optional[Frame]:
        """The next frame; None when the host has closed the stream."""
        line = self._incoming.readline(LONGEST_FRAME + 1)
        if not line.endswith(b"\n"):
            return None
        frame: Frame = json.loads(line)
        return frame

    def answer(self, number: int, result: Any) -> None:
        """Answer the host's request.

        Raises:
            ValueError: the result is no JSON, or too long for a frame.
        """
        self._send({"id": number, "result": result})

    def fail(self, number: int, words: str, report: Optional[Frame]) -> None:
        """Answer the host's request by what went wrong, and by the line of a Guard's report that says it."""
        self._send({"id": number, "error": {"code": -32000, "message": words, "data": report}})

    def tell(self, method: str, params: Frame) -> None:
        """Tell the host something that it does not answer."""
        self._send({"method": method, "params": params})

    def ask(self, method: str, params: Frame) -> Frame:
        """Ask the host, and wait for its answer: a frame with a result or an error."""
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": params})
        answer = self.receive()
        if answer is None:
            raise SystemExit("the host has gone")
        return answer

    def _send(self, frame: Frame) -> None:
        text = json.dumps({"jsonrpc": "2.0", **frame}, ensure_ascii=False, allow_nan=False)
        line = text.encode("utf-8", "replace") + b"\n"
        if len(line) > LONGEST_FRAME:
            raise ValueError(f"{len(line):,} bytes are more than a frame holds ({LONGEST_FRAME:,})")
        self._outgoing.write(line)
        self._outgoing.flush()
