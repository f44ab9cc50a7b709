"""What people may say of a plugin in place of its repository."""

from models.metadata.header import LIMITS
from models.rules.details import LONGEST, Detail, read_detail


def test_texts_are_as_long_as_discourse_reads_them() -> None:
    assert {detail.column: longest for detail, longest in LONGEST.items()} == {
        detail.column: LIMITS[detail.column] for detail in LONGEST
    }


def test_what_hides_or_is_secret_does_not_come_in() -> None:
    token = "ghp_" + "a1B2" * 9
    said = read_detail(Detail.ABOUT, f"it\u202eis {token}\n here")
    assert "\u202e" not in said
    assert token not in said
    assert "\n" not in said


def test_several_are_parted_and_each_is_there_once() -> None:
    assert read_detail(Detail.TAGS, "#Hilfe,  chat;chat Übung") == ["hilfe", "chat", "übung"]
    assert read_detail(Detail.MAINTAINERS, "@ada GRACE,ada") == ["ada", "GRACE"]
    assert (
        read_detail(Detail.CONTACT, "a@example.org;b@example.org") == "a@example.org, b@example.org"
    )
