"""The page on which a set of plugins is checked."""

from html import unescape

from tests.webhooks.conftest import Door, line, report


def _page(door: Door, **asked: str) -> str:
    answer = door.http.get("/check", params=asked, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return unescape(answer.text)


def test_a_set_is_checked_on_a_page(door: Door) -> None:
    door.post("/status", report(line("solved"), line("voting", 2)))
    empty = _page(door)
    assert "<textarea" in empty
    assert "answer" not in empty
    works = _page(door, branch="tests-passed", plugins="Solved")
    assert "This plugin works on tests-passed" in works
    assert ">Solved</textarea>" in works
    breaks = _page(door, branch="tests-passed", at="3.5.0", plugins="solved\nvoting abcdef1\n")
    assert "Whether these 2 plugins work on tests-passed (3.5.0) is not known" in breaks
    assert "voting does not load on tests-passed" in _page(
        door, branch="tests-passed", plugins="voting, solved"
    )


def test_what_makes_no_sense_is_said(door: Door) -> None:
    assert "Name the plugins" in _page(door, plugins=" , ")
    assert "501 plugins are too many: 500 at the most" in _page(door, plugins="a," * 501)
    odd = _page(door, branch="<b>", at="<i>9", plugins="<u>")
    assert "no plugin is called “<u>”" in odd
    assert "(<i>9)" in odd
    for tag in ("<b>", "<i>", "<u>"):
        assert (
            tag
            not in door.http.get(
                "/check", params={"branch": "<b>", "at": "<i>", "plugins": "<u>"}
            ).text
        )


def test_what_an_upgrade_changes_is_on_the_page(door: Door) -> None:
    door.post("/status", report(line("solved")))
    door.post("/status", report(line("solved", 2), branch="stable"))
    page = _page(door, branch="stable", before="tests-passed", plugins="solved")
    assert "From tests-passed to stable:" in page
    assert "solved: newest, ✓ compatible → newest, ✗ incompatible" in page
    assert "From" not in _page(door, branch="stable", before="nowhere", plugins="solved")
