"""Which upgrades are looked at before they are made."""

from sqlmodel import Field, SQLModel


class UpgradeWish(SQLModel, table=True):
    """A destination's digest says whether the plugins of a site would work on a host branch."""

    __tablename__ = "upgrade_wish"

    destination_id: int = Field(foreign_key="destination.id", primary_key=True, ondelete="CASCADE")
    site_id: int = Field(foreign_key="site.id", primary_key=True, index=True, ondelete="CASCADE")
    host_branch: str
