"""Sets as tools show them to people."""

from contextlib import suppress

import pytest

from models.metadata.wanted_set import LONGEST, read_set

SHA = "0123456789abcdef0123456789abcdef01234567"
SHELVES = [("shelf", "0.64.5"), ("shelf-view", "2.2")]
SHOWN = {
    "poetry show": "shelf      0.64.5 A shelf of one's own.\nshelf-view (!) 2.2 2.3 Views, of shelves\n",
    "pipdeptree": "shelf==0.64.5\n├── shelf-view [required: >=2,<4, installed: 2.2]\n",
    "pipdeptree of letters": "shelf==0.64.5\n  - shelf-view [required: Any, installed: 2.2]\n",
    "pipdeptree that warns": "Warning!!! Possibly conflicting dependencies found:\n* shelf==0.64.5\n"
    " - shelf-view [required: >3, installed: 2.2]\n--------\nshelf==0.64.5\n",
    "uv tree": "shelf v0.64.5\n├── shelf-view v2.2\n│   └── shelf v0.64.5 (*)\n",
    "npm ls": "site@1.0.0 /home/me/site\n├── shelf@0.64.5\n└─┬ shelf-view@2.2\n  └── shelf@0.64.5 deduped\n",
    "pip show": "Name: shelf\nVersion: 0.64.5\nSummary: a shelf\n---\nName: shelf-view\nVersion: 2.2\nHome-page: https://a.b\n",
    "gem list": "*** LOCAL GEMS ***\n\nshelf (0.64.5, 0.6)\nshelf-view (default: 2.2)\n",
    "bundle list": "Gems included by the bundle:\n  * shelf (0.64.5)\n  * shelf-view (2.2 0a1b2c3)\n",
    "wp plugin list": "+------------+--------+---------+\n| name       | status | version |\n"
    "+------------+--------+---------+\n"
    "| shelf      | active | 0.64.5  |\n| shelf-view | active | 2.2     |\n+------------+--------+---------+\n",
    "columns with tabs": "name\tstatus\tversion\nshelf\tactive\t0.64.5\nshelf-view\tactive\t2.2\n",
    "a spreadsheet": '"Plugin","Owner","Version"\n"shelf","us","0.64.5"\n"shelf-view","us","2.2"\n',
    "Jenkins' list-plugins": "shelf         A shelf plugin   0.64.5 (0.7)\nshelf-view    Views            2.2\n",
    "Jenkins' plugins.yaml": "plugins:\n  - artifactId: shelf\n    source:\n      version: 0.64.5\n"
    '  - artifactId: "shelf-view"\n    source:\n      version: "2.2"\n',
    "Jenkins' interface": '{"plugins": [{"shortName": "shelf", "version": "0.64.5"},'
    ' {"shortName": "shelf-view", "version": "2.2"}]}',
    "pip inspect": '{"version": "1", "installed": [{"metadata": {"name": "shelf", "version": "0.64.5"}},'
    ' {"metadata": {"name": "shelf-view", "version": "2.2"}}]}',
    "pipdeptree as JSON": '[{"package": {"package_name": "shelf", "installed_version": "0.64.5"}, "dependencies": []},'
    ' {"package": {"package_name": "shelf-view", "installed_version": "2.2"}}]',
    "npm ls as JSON": '{"dependencies": {"shelf": {"version": "0.64.5"}, "shelf-view": {"version": "2.2"}}}',
    "CycloneDX": '{"components": [{"name": "shelf", "version": "0.64.5"}, {"name": "shelf-view", "version": "2.2"}]}',
    "a page of plugins": "Plugin\nVersion\nshelf\nBy Somebody\nA shelf of one's own.\nLearn more\n0.64.5\nSettings\n\n"
    "shelf-view\nViews, of shelves\nLearn more\t2.2\t\n",
    "a page of updates": "shelf\nCurrent version: 0.64.5\nUp to date\n\n"
    "shelf-view\nCurrent version: 2.2\nUpdate available\n",
}
NAMES = [("discourse-solved", ""), ("poll", "")]
FOLDERS = {
    "ls": "discourse-solved  poll\n",
    "ls of one column": "discourse-solved/\npoll/\n",
    "find": "./plugins/discourse-solved\n./plugins/poll\n",
    "paths": "/srv/app/plugins/discourse-solved\nplugins/poll/\n",
    "links": "drwxr-xr-x 2 me me 4096 Jan  1 12:00 discourse-solved\n"
    "lrwxrwxrwx 1 me me 20 Jan  1 12:00 poll -> /x/poll\n",
    "tree": "plugins\n├── discourse-solved\n│   ├── plugin.rb\n│   └── config\n└── poll\n\n2 directories, 1 file\n",
    "newest": "discourse-solved:latest\npoll:latest\n",
}
CLONED = "git clone https://github.com/a/one.git"
APP_YMLS = {
    "with typographers' quotes": f"hooks:\n  after_code:\n    - exec:\n        cmd:\n          - “{CLONED}”\n",
    "with hard blanks": f"hooks:\n  after_code:\n    - exec:\n        cmd: {CLONED}\n".replace(
        "  ", "\u00a0\u00a0"
    ),
    "with tabs": f"hooks:\n  after_code:\n\t- exec:\n\t    cmd:\n\t      - {CLONED}\n",
    "without its margin": f"env:\nDISCOURSE_DB_PASSWORD: hunter2\nhooks:\nafter_code:\n- exec:\ncd: $home\ncmd:\n"
    f"- {CLONED}\n# - git clone https://github.com/a/off\n",
}


@pytest.mark.parametrize("text", SHOWN.values(), ids=SHOWN.keys())
def test_what_tools_show_is_read_with_its_versions(text: str) -> None:
    found = [(name, version.removeprefix("v")) for name, version in read_set(text).members]
    assert sorted(found) == SHELVES
    assert sorted(read_set(text.replace("\n", "\r\n")).members) == sorted(read_set(text).members)


@pytest.mark.parametrize("text", FOLDERS.values(), ids=FOLDERS.keys())
def test_folders_are_plugins_of_their_names(text: str) -> None:
    assert list(read_set(text).members) == NAMES


@pytest.mark.parametrize("text", APP_YMLS.values(), ids=APP_YMLS.keys())
def test_an_app_yml_is_read_as_it_was_pasted(text: str) -> None:
    assert list(read_set(text).members) == [("a/one", "")]


def test_ranges_in_a_tree_are_no_versions_that_are_wanted() -> None:
    text = "shelf 0.64.5 A shelf of one's own.\n├── shelf-view >=2,<3\n└── shelf-box *\n"
    assert read_set(text).members == (("shelf", "0.64.5"), ("shelf-view", ""), ("shelf-box", ""))
    assert read_set('{"dependencies": {"shelf": "^1.2"}}').members == (("shelf", ""),)


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("Topic Voting 1.2\nSolved", [("Topic Voting", "1.2"), ("Solved", "")]),
        ("Voting  yes\nSolved  no", [("Voting yes", ""), ("Solved no", "")]),
        ("Voting\tOfficial\nSolved\tOfficial", [("Voting", ""), ("Solved", "")]),
        ("voting 1.2, solved", [("voting", "1.2"), ("solved", "")]),
        ("installed plugins:\nvoting @ 1.2", [("voting", "1.2")]),
        ("a/one\nb/two 1.2", [("a/one", ""), ("b/two", "1.2")]),
    ],
)
def test_what_is_nothing_of_these_is_read_as_a_list(
    text: str, members: list[tuple[str, str]]
) -> None:
    assert list(read_set(text).members) == members


@pytest.mark.parametrize(
    "hostile",
    [
        "Learn more\ncurrent version: " + "1" * 60_000 + "!",
        "├── a\n" + "├" * 60_000,
        "├── a\n" + "[required: " * 5_000,
        "name\tversion\n" + "a\t" * 30_000,
        "name,version\n" + "a,1\n" * 15_000,
        "a-b  c-d\n" + "a  " * 20_000,
        "a (" + "1" * 60_000,
        "./" + "a/" * 30_000 + "!",
        "artifactId: a\n" * 4_000,
    ],
)
def test_what_is_made_to_take_long_does_not(hostile: str) -> None:
    assert len(hostile) <= LONGEST
    with suppress(ValueError):
        read_set(hostile)
