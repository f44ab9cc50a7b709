"""The host's branches, as the operator knows them."""

from sqlmodel import Field, SQLModel


class HostBranch(SQLModel, table=True):
    """A branch of Discourse, in the order in which a change reaches them: the one with the smallest `place` first.

    Branches of one `line` of history are names of the same: one that was renamed has its former name as its line.
    """

    __tablename__ = "host_branch"

    name: str = Field(primary_key=True)
    place: int
    line: str
