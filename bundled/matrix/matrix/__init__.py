"""Rooms on Matrix, by its client-server interface: https://spec.matrix.org/latest/client-server-api/."""

from matrix.listening import listen
from matrix.telling import tell

__all__ = ["listen", "tell"]
