"""Sets as package managers and folders show them."""

from contextlib import suppress

import pytest

from models.metadata.wanted_set import LONGEST, read_set

SHA = "0123456789abcdef0123456789abcdef01234567"
HASH = "sha256:" + "0a" * 32
SETS = {
    "requirements": (
        "--index-url https://me:hunter2@index.example/simple\n-r base.txt\n--find-links ./wheels\n"
        "shelf>=0.6,<1.0\nshelf-view[all,test]==2.2 ; python_version >= '3.8'  # as long as it works\n"
        f"shelf-sort==1.0 \\\n    --hash={HASH} \\\n    --hash={HASH}\n    # via shelf\n"
        "shelf-any==2.*\nshelf-new ~= 0.6\n./wheels/shelf_box-1.9.2-cp34-none-win32.whl\n"
        "https://files.example/shelf-bag-1.0.tar.gz\ngit+ssh://git@github.com/acme/shelf.git@v1.2#egg=shelf-git\n"
        "git+https://github.com/acme/shelf-key\n",
        [
            ("shelf", ""),
            ("shelf-view", "2.2"),
            ("shelf-sort", "1.0"),
            ("shelf-any", ""),
            ("shelf-new", ""),
            ("shelf-box", "1.9.2"),
            ("shelf-bag", "1.0"),
            ("shelf-git", "v1.2"),
            ("acme/shelf-key", ""),
        ],
    ),
    "pip freeze": (
        f"shelf==0.64.5\r\n-e git+https://github.com/acme/x@{SHA}#egg=shelf_pass\r\n"
        f"shelf-graph @ git+https://github.com/acme/shelf-graph.git@{SHA}\r\nshelf-own @ file:///home/me/shelf-own\r\n"
        "# Editable install with no version control (shelf-here==0.1)\r\n-e /home/me/shelf-here\r\n-e .\r\n"
        "shelf.odd==1!2.0.post1\r\nshelf-gpu==2.1.0+cu118\r\n",
        [
            ("shelf", "0.64.5"),
            ("shelf_pass", SHA),
            ("shelf-graph", SHA),
            ("shelf-own", ""),
            ("shelf-here", ""),
            ("shelf.odd", "1!2.0.post1"),
            ("shelf-gpu", "2.1.0+cu118"),
        ],
    ),
    "pip list": (
        "Package    Version Editable project location\n---------- ------- -------------------------\n"
        "shelf      0.64.5\nshelf-view 2.2     /home/me/shelf-view\n\n[notice] A new release of pip is available",
        [("shelf", "0.64.5"), ("shelf-view", "2.2")],
    ),
    "conda list": (
        "# packages in environment at /opt/conda:\n#\n# Name      Version   Build  Channel\n"
        "shelf       0.64.5   pyhd8ed1ab_0    conda-forge\nshelf-view  0.6   pypi_0    pypi\n",
        [("shelf", "0.64.5"), ("shelf-view", "0.6")],
    ),
    "a list as JSON": (
        '[{"name": "shelf", "version": "3.7.2", "static": true}, {"name": "shelf-view"}, {"version": "1"}]',
        [("shelf", "3.7.2"), ("shelf-view", "")],
    ),
    "about.json": (
        f'{{"title": "x", "plugins": [{{"name": "discourse-solved", "version": "0.1", "commit_hash": "{SHA}"}}]}}',
        [("discourse-solved", SHA)],
    ),
    "Pipfile.lock": (
        '{"_meta": {"sources": [{"url": "https://me:hunter2@index.example"}]}, "default": {"shelf": {"version": '
        f'"==0.6"}}, "shelf-git": {{"git": "https://github.com/acme/x", "ref": "{SHA}"}}}}, "develop": {{"y": {{}}}}}}',
        [("shelf", "0.6"), ("shelf-git", SHA)],
    ),
    "poetry.lock": (
        '[[package]]\nname = "shelf"\nversion = "0.6"\nfiles = [{file = "x.whl"}]\n\n[package.dependencies]\na = "*"\n'
        '\n[[package]]\nname = "shelf-view"\nversion = "2.2"\n\n[metadata]\nlock-version = "2.0"\n',
        [("shelf", "0.6"), ("shelf-view", "2.2")],
    ),
    "pylock.toml": (
        'lock-version = "1.0"\n[[packages]]\nname = "shelf"\nversion = "0.6"\n[[packages.wheels]]\nname = "x.whl"\n',
        [("shelf", "0.6")],
    ),
    "Pipfile": (
        '[packages]\nshelf = "==0.6"\nshelf-view = "*"\nshelf-x = {version = ">=1"}\n[requires]\npython_version = "3"',
        [("shelf", "0.6"), ("shelf-view", ""), ("shelf-x", "")],
    ),
    "pyproject.toml": (
        '[project]\nname = "site"\ndependencies = ["shelf>=0.6", "shelf-view==2.2; python_version>\'3\'"]\n'
        '[tool.poetry.dependencies]\npython = "^3.11"\nshelf-box = "^0.6"\n',
        [("shelf", ""), ("shelf-view", "2.2"), ("shelf-box", "")],
    ),
    "conda env export": (
        "name: base\nchannels:\n  - defaults\ndependencies:\n  - _libgcc_mutex=0.1=main\n  - python=3.11.5=h955_0\n"
        "  - shelf=0.64.5=pyhd8_0\n  - conda-forge::shelf-view\n  - pip:\n    - shelf-box==0.6\n"
        "    - git+https://github.com/acme/x.git\nprefix: /opt/conda\nvariables:\n  word: hunter2\n",
        [("shelf", "0.64.5"), ("shelf-view", ""), ("shelf-box", "0.6"), ("acme/x", "")],
    ),
    "ls -l": (
        "total 44\ndrwxr-xr-x  9 me me 4096 Jan  2 09:18 .\ndrwxr-xr-x  9 me me 4096 Jan  2 09:18 discourse-solved\n"
        "-rw-r--r--  1 me me   12 Jan  2 09:18 README.md\ndrwxr-xr-x 11 me me 4096 Jan  2  2024 docker_manager/\n",
        [("discourse-solved", ""), ("docker_manager", "")],
    ),
    "git submodule status": (
        f" {SHA} plugins/discourse-solved (v1.0-3-gabc)\n+{SHA} plugins/discourse-box (heads/main)\n",
        [("discourse-solved", SHA), ("discourse-box", SHA)],
    ),
    ".gitmodules": (
        '[submodule "plugins/x"]\n\tpath = plugins/x\n\turl = https://github.com/acme/discourse-x.git\n',
        [("acme/discourse-x", "")],
    ),
}


@pytest.mark.parametrize("kind", SETS)
def test_each_is_read_as_its_tool_writes_it(kind: str) -> None:
    text, members = SETS[kind]
    assert list(read_set(text).members) == members
    assert list(read_set(f"```\n{text}\n```").members) == members


ECOSYSTEMS = {
    "requirements": "python",
    "pip freeze": "python",
    "pip list": "python",
    "conda list": "python",
    "a list as JSON": None,
    "about.json": None,
}


@pytest.mark.parametrize("kind", ECOSYSTEMS)
def test_the_kind_of_file_says_whose_plugins_they_are(kind: str) -> None:
    assert read_set(SETS[kind][0]).ecosystem == ECOSYSTEMS[kind]


@pytest.mark.parametrize(
    ("text", "ecosystem", "lines"),
    [
        ("poll==1.2\nshelf==0.6\n", "python", ["python:poll 1.2", "python:shelf 0.6"]),
        (
            "poll>=1\ngit+https://github.com/acme/shelf-key\npython:shelf>=1\n",
            None,
            ["poll", "shelf-key", "python:shelf"],
        ),
        (
            'poll[all]>=1; python_version < "3.9"\nshelf # !\n',
            "python",
            ["python:poll", "python:shelf"],
        ),
        (
            '[project]\ndependencies = ["poll>=1", "shelf"]\n',
            "python",
            ["python:poll", "python:shelf"],
        ),
        ("poll>=1", None, ["poll"]),
        ("git clone https://github.com/a/one\nvoting", "discourse", ["a/one", "voting"]),
        (
            "git:5.2.0\n# why\nblueocean:latest # new\nant\nmine:incrementals;x:1\n",
            None,
            None,
        ),
        (
            "git:5.2.0\n# why\nblueocean:latest # new\nant\nmine:1.0:https://jenkins.example/mine.hpi\n",
            "jenkins",
            ["jenkins:git 5.2.0", "jenkins:blueocean", "jenkins:ant", "jenkins:mine 1.0"],
        ),
        ("solved\nvoting: 1.2\npoll: 1.3\n", None, ["solved", "voting 1.2", "poll 1.3"]),
        ("solved:1.2\nvoting", None, ["solved 1.2", "voting"]),
        ("https://github.com/a/one\nhttps://github.com/a/two", None, ["a/one", "a/two"]),
    ],
)
def test_names_are_bound_where_the_kind_of_file_is_sure(
    text: str, ecosystem: str | None, lines: list[str] | None
) -> None:
    found = read_set(text)
    assert found.ecosystem == ecosystem
    if lines is not None:
        assert found.lines == lines
        again = read_set(", ".join(lines))
        assert again.lines == lines, "a link to the answer means the same plugins"


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("solved\nvoting 1.2", [("solved", ""), ("voting", "1.2")]),
        ("- solved\n- [voting](https://github.com/a/b)\n", [("solved", ""), ("a/b", "")]),
        ("shelf>=0.6, shelf-view", [("shelf", ""), ("shelf-view", "")]),
        ("the plugins we run:\nshelf >= 0.6", [("shelf", "")]),
        ("[ ] solved\n[x] voting", [("solved", ""), ("voting", "")]),
        ("{solved}", [("solved", "")]),
    ],
)
def test_what_is_none_is_read_as_a_list(text: str, members: list[tuple[str, str]]) -> None:
    assert list(read_set(text).members) == members


@pytest.mark.parametrize(
    "hostile",
    [
        "[a]\n" + "a." * 30_000 + "a = 1\n",
        "[" * 60_000,
        '{"plugins": ' + "[" * 60_000,
        "shelf>=1\n" + "@" * 60_000,
        "shelf>=1\n" + "a://b" * 12_000,
        "shelf>=1\n" + "== " * 20_000,
        "dependencies:\n- " + "a" * 60_000,
        "drwxr-xr-x " + "a " * 30_000,
    ],
)
def test_what_is_made_to_take_long_does_not(hostile: str) -> None:
    assert len(hostile) <= LONGEST
    with suppress(ValueError):
        read_set(hostile)
