"""A set of plugins as people have it."""

import pytest

from models.metadata.wanted_set import LONGEST, is_container_file, read_set

APP_YML = """
templates:
  - "templates/postgres.template.yml"
params:
  version: tests-passed
env:
  DISCOURSE_SMTP_PASSWORD: "pa$$ #word"
  LANG: en_US.UTF-8
hooks:
  after_code:
    - exec:
        cd: $home/plugins
        cmd:
          - git clone https://github.com/discourse/docker_manager.git
          # - git clone https://github.com/a/off.git
          - sudo -E -u discourse git clone --depth=1 -b v1.2 https://tok:secret@github.com/a/one.git
          - git clone --branch work/new https://github.com/a/two second && cd second && git pull
          - git clone git@github.com:a/three && cd three && git checkout abcdef1234
          - |
            git clone \\
              https://github.com/a/four.git
            git -C four reset --hard 0123456789
run:
  - exec: echo "git is done"
"""


def test_an_app_yml_is_what_its_hooks_clone() -> None:
    found = read_set(APP_YML.replace("\n", "\r\n"))
    assert found.members == (
        ("discourse/docker_manager", ""),
        ("a/one", "v1.2"),
        ("a/two", ""),
        ("a/three", "abcdef1234"),
        ("a/four", "0123456789"),
    )
    assert found.branches == (("a/two", "work/new"),)
    assert is_container_file(APP_YML)


@pytest.mark.parametrize(
    ("text", "members"),
    [
        (
            "git clone https://github.com/a/one\ngit clone -b main https://github.com/a/two\n",
            [("a/one", ""), ("a/two", "")],
        ),
        (
            "          - git clone https://github.com/a/one\n          - voting 1.2\n",
            [("a/one", ""), ("voting", "1.2")],
        ),
        ("git clone 'https://github.com/a/one\nvoting", [("a/one", ""), ("voting", "")]),
        ("\ufeffsolved\nvoting 1.2\n\n# none\n", [("solved", ""), ("voting", "1.2")]),
        ("plugins:\n  - solved\n  - voting: 1.2\n", [("solved", ""), ("voting", "1.2")]),
    ],
)
def test_lists_and_commands_are_read_as_they_are_written(
    text: str, members: list[tuple[str, str]]
) -> None:
    assert list(read_set(text).members) == members


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("hooks: [\n", "This is no valid YAML (line 2)"),
        ("hooks:\n  after_code: x\n", "no “git clone”"),
        ("git clone", "names no plugin"),
        (" # nothing\n", "names no plugin"),
        ("a," * 501, "501 plugins are too many: 500 at the most"),
        ("a" * (LONGEST + 1), "longer than 64 KiB"),
    ],
)
def test_what_cannot_be_read_says_what_is_wrong(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem.replace("(", r"\(").replace(")", r"\)")):
        read_set(text)


def test_aliases_multiply_nothing() -> None:
    bomb = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30))
    text = f"a0: &a0 [git clone https://github.com/a/one]\n{bomb}hooks: *a29\n"
    assert read_set(text).members == (("a/one", ""),)
    assert read_set("hooks: " + "[" * 900 + "git clone https://github.com/a/b" + "]" * 900).members
