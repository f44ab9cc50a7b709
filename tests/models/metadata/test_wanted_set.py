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
        (
            "FROM discourse/base:release\nWORKDIR /var/www\nRUN cd plugins \\\n"
            "  && git clone https://github.com/a/one \\\n  && git clone https://github.com/a/two\n"
            'ADD start.sh /\nENTRYPOINT ["/start.sh"]\n',
            [("a/one", ""), ("a/two", "")],
        ),
        (
            "#!/bin/bash\nset -e\npushd plugins\ngit clone https://github.com/a/one || true\npopd\n"
            "RAILS_ENV=production bundle exec rake db:migrate\n./launcher rebuild app\n",
            [("a/one", "")],
        ),
        (
            "su discourse -c 'git clone https://github.com/a/one'\n"
            'sudo -u discourse bash -c "cd plugins && git clone -b v2 https://github.com/a/two"\n'
            "git -c http.proxy=x clone https://github.com/a/three\n",
            [("a/one", ""), ("a/two", "v2"), ("a/three", "")],
        ),
        (
            "cd /var/discourse\nLOAD_PLUGINS=0 bundle exec rake plugin:install repo=https://github.com/a/one\n",
            [("a/one", "")],
        ),
        (f"```yaml\n{APP_YML.partition('run:')[0]}```\n", None),
        ("```\nsolved\n```", [("solved", "")]),
        ("plugins:\n  - solved\n  - voting: 1.2\n", [("solved", ""), ("voting", "1.2")]),
    ],
)
def test_lists_and_commands_are_read_as_they_are_written(
    text: str, members: list[tuple[str, str]] | None
) -> None:
    wanted = read_set(APP_YML).members if members is None else members
    assert list(read_set(text).members) == list(wanted)


CLONE = "git clone https://github.com/a/one\ncd one && "
CLONED = {
    "git clone -bv1.2 https://github.com/a/one": ("v1.2", ""),
    "git clone -bwork/new --depth 1 https://github.com/a/one": ("", "work/new"),
    "git clone --branch=v1.2 -j4 https://github.com/a/one": ("v1.2", ""),
    "git clone -q -- https://github.com/a/one": ("", ""),
    f"{CLONE}git checkout FETCH_HEAD -- plugin.rb": ("", ""),
    f"{CLONE}git checkout -- plugin.rb": ("", ""),
    f"{CLONE}git checkout v1.2 plugin.rb": ("", ""),
    f"{CLONE}git reset --hard v1.2": ("v1.2", ""),
    f"{CLONE}git checkout -B mine origin/work": ("", "work"),
    f"{CLONE}git switch -c mine v1.2": ("v1.2", ""),
}


@pytest.mark.parametrize("commands", CLONED)
def test_a_clone_is_at_what_is_checked_out_of_it_whole(commands: str) -> None:
    version, branch = CLONED[commands]
    found = read_set(commands)
    assert found.members == (("a/one", version),)
    assert found.branches == ((("a/one", branch),) if branch else ())


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
    assert read_set("hooks: " + "[" * 40 + "git clone https://github.com/a/b" + "]" * 40).members


@pytest.mark.parametrize(
    "deep",
    [
        "hooks: " + "[" * 10_000,
        "hooks: [a, " + "{" * 10_000,
        "hooks:\n" + "- " * 10_000,
        "- git clone https://github.com/a/one\n- " + "[" * 10_000,
    ],
)
def test_what_is_nested_deep_is_refused_before_it_takes_long(deep: str) -> None:
    with pytest.raises(ValueError, match="nested deeper than 50 levels"):
        read_set(deep)


@pytest.mark.parametrize("command", ["git clone https://github.com/a/one ", "sudo sh -c ", "sudo "])
def test_a_command_of_very_many_words_takes_no_longer_for_each(command: str) -> None:
    """Looked at in pairs with all that stands before, it took a minute for 16 KiB and more than ten for 64."""
    text = f"git clone https://github.com/a/one\n{command}{'x ' * 30_000}"
    assert ("a/one", "") in read_set(text).members


@pytest.mark.parametrize("long", [f"```{' ' * 60_000}x", "a@" * 30_000])
def test_a_line_of_very_many_signs_is_looked_at_once(long: str) -> None:
    """Tried at each blank, or @, with all that follow, 16 KiB of them took a second and 64 more than twenty."""
    assert ("voting", "") in read_set(f"{long}\n~~~ \t yaml \nvoting\n~~~").members


SECRET_SETS = {
    "env:\n  DISCOURSE_SMTP_PASSWORD: hunter2\nrun:\n - exec: git clone https://github.com/a/one\n": "a/one",
    "  hooks:\n    cmd:\n      - git clone https://github.com/a/one\n  env:\n    secret: hunter2\n": "a/one",
    "  cd: $home/plugins\n  cmd:\n  - git clone https://github.com/a/one\n  word: hunter2\n": "a/one",
    "git clone https://github.com/a/one\nDISCOURSE_SMTP_PASSWORD: hunter2\n": "a/one",
    "voting\nexport DISCOURSE_DB_PASSWORD=hunter2\nLETSENCRYPT_WORD: hunter2\n": "voting",
    "git clone https://user:hunter2@10.0.0.5/a/one.git": "one",
    "https://gitserver/a/ghp_0123456789abcdefghijABCDEFGHIJhunter2\n": "[redacted GitHub token]",
}


@pytest.mark.parametrize("text", SECRET_SETS)
def test_what_may_be_secret_is_no_plugin(text: str) -> None:
    assert read_set(text).members == ((SECRET_SETS[text], ""),)


@pytest.mark.parametrize(
    "text", ["env:\n  word: hunter2\n", "  volumes:\n   - a\n", "environment:\n - A=b\n"]
)
def test_a_container_file_without_hooks_is_one(text: str) -> None:
    assert is_container_file(text)
    with pytest.raises(ValueError, match="clones no plugin"):
        read_set(text)


def test_the_first_row_of_a_table_is_no_plugin() -> None:
    table = "| Plugin | Version |\n|:---|---:|\n| voting | 1.2 |\n| solved | |\n"
    assert read_set(table).members == (("voting", "1.2"), ("solved", ""))
    assert read_set("Plugin | Version\n--- | ---\nvoting | 1.2").members == (("voting", "1.2"),)
    assert read_set("| voting |\n| solved |\n|---|").members == (("voting", ""), ("solved", ""))
