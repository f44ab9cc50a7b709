"""The page on which a set of plugins is checked."""

from html import unescape

import pytest
from sqlmodel import select

from models.rules.declaring import Fact
from models.tables import Declaration, Plugin
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
    assert 'data-column="Seen by"' in works, "a narrow screen names the columns in the cells"
    breaks = _page(door, branch="tests-passed", at="3.5.0", plugins="solved\nvoting abcdef1\n")
    assert "Whether these 2 plugins work on tests-passed (3.5.0) is not known" in breaks
    assert "voting does not load on tests-passed" in _page(
        door, branch="tests-passed", plugins="voting, solved"
    )


def test_what_makes_no_sense_is_said(door: Door) -> None:
    assert "This names no plugin" in _page(door, plugins=" , ")
    assert "501 plugins are too many: 500 at the most" in _page(door, plugins="a," * 501)
    odd = _page(door, branch="<b>", at="<i>9", plugins="<u>, solved")
    assert "no plugin is called “<u>”" in odd
    assert "“<i>9” is no version, as one of the host, such as 3.5.0, is" in odd
    assert "None of these plugins is known here" in _page(door, plugins="nobody/nothing")
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


APP_YML = """
env:
  DISCOURSE_SMTP_PASSWORD: {secret}
hooks:
  after_code:
    - exec:
        cmd:
          - git clone https://{secret}@github.com/example/solved.git
          - git clone -b odd https://github.com/example/voting
          - git clone https://github.com/nobody/nothing
"""


def test_a_pasted_app_yml_is_checked_and_only_its_plugins_are_shown(door: Door) -> None:
    door.post("/status", report(line("solved"), line("voting", 2)))
    secret = "s3cret-of-a-mailbox"
    form = {"branch": "tests-passed", "plugins": APP_YML.format(secret=secret)}
    answer = door.http.post("/check", data=form)
    page = unescape(answer.text)
    assert answer.status_code == 200
    assert secret not in page
    assert "These 2 plugins do not all work on tests-passed" in page
    assert "no plugin is called “nobody/nothing”" in page
    assert "example/voting, cloned from odd" in page
    assert ">example/solved\nexample/voting\nnobody/nothing</textarea>" in page
    assert "no-store" in answer.headers["cache-control"]
    link = page.partition('<a href="/check?')[2].partition('"')[0]
    assert "do not all work" in unescape(door.http.get(f"/check?{link}").text)


@pytest.mark.parametrize(
    "pasted",
    [
        "hooks:\n  cmd:\n    - git clone https://user:{secret}@10.0.0.5/a/one.git\n",
        "env:\n  WORD: {secret}\nrun:\n  - exec: git clone https://github.com/a/one\n",
        "- git clone https://github.com/a/one\n- word: {secret}\n",
        "solved\nexport DISCOURSE_DB_WORD={secret}\n",
    ],
)
def test_secrets_of_odd_files_are_not_taken_for_plugins(door: Door, pasted: str) -> None:
    secret = "s3cret-of-a-mailbox"
    for wanted in ("text/html", "application/json"):
        form = {"plugins": pasted.format(secret=secret)}
        answer = door.http.post("/check", data=form, headers={"Accept": wanted})
        assert answer.status_code == 200
        assert secret not in answer.text


def test_the_answer_comes_as_json(door: Door) -> None:
    door.post("/status", report(line("solved"), line("voting", 2)))
    asked = {"branch": "tests-passed", "plugins": ["Solved", "https://github.com/example/voting"]}
    told = door.http.post("/check", json=asked).json()
    assert told["answer"] == "breaks"
    assert told["title"] == "These 2 plugins do not all work on tests-passed"
    assert told["plugins"] == [
        {"name": "Solved", "version": ""},
        {"name": "example/voting", "version": ""},
    ]
    by_form = {"plugins": APP_YML.format(secret="x"), "branch": "tests-passed"}
    again = door.http.post("/check", data=by_form, headers={"Accept": "application/json"}).json()
    assert [each["name"] for each in again["plugins"]][:2] == [
        "example/solved",
        "example/voting",
    ]


def test_what_is_sent_and_makes_no_sense_is_said(door: Door) -> None:
    secret = "s3cret-of-a-mailbox"
    broken = door.http.post("/check", data={"plugins": f"hooks: [\nenv: {secret}"})
    assert "This is no valid YAML (line" in broken.text
    assert secret not in broken.text
    typed = door.http.post("/check", data={"plugins": "solved," * 501})
    assert "501 plugins are too many" in typed.text
    assert ">solved,solved" in typed.text
    for body, said in (
        ({"plugins": "solved", "branch": "nowhere"}, "branch must be one of"),
        ({"plugins": 7}, "plugins must be a text"),
        ({"plugin": "solved"}, "'plugin' is not asked for"),
        ({"plugins": " "}, "This names no plugin"),
        ([], "the body must be an object"),
    ):
        answer = door.http.post("/check", json=body)
        assert answer.status_code == 400
        assert said in answer.json()["title"]
    other = door.http.post("/check", content="x", headers={"Content-Type": "text/plain"})
    assert (other.status_code, "send the body with" in other.text) == (415, True)
    large = door.http.post("/check", data={"plugins": "a" * 300_000})
    assert large.status_code == 413


def test_the_runtime_that_is_told_counts_on_the_page_and_as_json(door: Door) -> None:
    door.post("/status", report(line("solved")))
    with door.world.database.write() as session:
        solved = session.exec(select(Plugin).where(Plugin.handle == "solved")).one()
        session.add(
            Declaration(
                plugin_id=solved.id or 0,
                fact=Fact.RUNTIME,
                versions=">=3.3",
                declared_at=solved.created_at,
            )
        )
    asked = {"branch": "tests-passed", "runtime": "3.2", "plugins": "solved"}
    page = _page(door, **asked)
    assert "solved needs runtime >=3.3 as declared, and it is 3.2" in page
    assert 'value="3.2"' in page
    assert "runtime=3.2" in page, "the link asks the same"
    assert door.http.post("/check", json=asked).json()["answer"] == "breaks"
    assert "needs runtime >=3.3" in _page(door, branch="tests-passed", plugins="solved")
