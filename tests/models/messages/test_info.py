"""What a plugin says of itself."""

from dataclasses import replace

from models.messages.info import info_message
from models.messages.message import Facts, Links, Message, Table
from models.rules.declaring import Fact, Standing
from models.views import PluginView
from models.views.github import RepositoryView
from models.views.registry import DeclarationView
from tests.models.messages.samples import BROKE, PLUGIN, RELEASE, REPOSITORY, said


def _info(plugin: PluginView, repository: RepositoryView | None = None) -> Message:
    return info_message(plugin, repository, BROKE)


def test_it_shows_what_is_given_and_leaves_out_what_is_not() -> None:
    message = _info(
        replace(PLUGIN, authors="Sam", required_version="3.2.0", aliases=("solved", "answer"))
    )
    facts = next(block for block in message if isinstance(block, Facts))
    assert facts.pairs == (
        ("Name", "Discourse Solved"),
        ("Repository", "discourse/discourse-solved"),
        ("Authors", "Sam"),
        ("Needs host version", "3.2.0 or newer"),
        ("Also known as", "solved and answer"),
    )


def test_addresses_are_ours_and_never_the_url_of_the_header() -> None:
    message = _info(replace(PLUGIN, url="https://evil.example", meta_topic_id="30155"))
    links = next(block for block in message if isinstance(block, Links)).links
    assert [address for _, address in links] == [
        "https://github.com/discourse/discourse-solved",
        "https://meta.discourse.org/t/30155",
    ]
    assert "evil.example" not in said(message)


def test_pins_are_listed_from_the_newest_host_on_and_cut() -> None:
    pins = "\n".join(f"< 3.{minor}.0: {'a' * 39}{minor:x}" for minor in range(12))
    message = _info(replace(PLUGIN, compatibility=f"{pins}\n3.12.0: v1.2"))
    table = next(block for block in message if isinstance(block, Table))
    assert table.rows[0] == ("up to 3.12.0", "v1.2")
    assert table.rows[1] == ("before 3.11.0", "aaaaaaa")
    assert "and 3 for still older hosts" in said(message)


def test_lines_that_discourse_reads_otherwise_are_said() -> None:
    lines = "3.4: v1\n= 3.5.0: v2\n3.6.0: 1234567\n~> 3.7: v3"
    words = said(_info(replace(PLUGIN, compatibility=lines)))
    for expected in (
        "`= 3.5.0` holds for older hosts too",
        "`3.6.0` names `1234567`, which is no text to YAML",
        "`~> 3.7` uses `~>`",
        "all newer ones",
    ):
        assert expected in words, words


def test_a_wrong_compatibility_file_is_said() -> None:
    assert ".discourse-compatibility cannot be used." in said(
        _info(replace(PLUGIN, compatibility="- a"))
    )


def test_a_guessed_handle_is_said() -> None:
    assert "guessed from the repository's name" in said(_info(replace(PLUGIN, provisional=True)))


def test_it_tells_how_the_repository_is_on_github() -> None:
    message = _info(PLUGIN, replace(REPOSITORY, archived=True))
    facts = next(block for block in message if isinstance(block, Facts)).pairs
    assert facts[2:] == (
        ("Default branch", "main"),
        ("Newest commit", "c0ffeec, pushed 1 h ago"),
        ("Newest release", "v1.2, 20 h ago"),
        ("Open issues", "7"),
    )
    assert "The repository is archived" in said(message)
    assert [
        address for _, address in next(block for block in message if isinstance(block, Links)).links
    ] == [
        "https://github.com/discourse/discourse-solved",
        "https://github.com/discourse/discourse-solved/issues",
        "https://github.com/discourse/discourse-solved/releases/tag/v1.2",
    ]


def test_of_a_repository_that_hardly_anything_is_known_nothing_is_made_up() -> None:
    bare = replace(
        REPOSITORY, default_branch=None, head_sha=None, head_at=None, release=None, open_issues=0
    )
    facts = next(block for block in _info(PLUGIN, bare) if isinstance(block, Facts)).pairs
    assert facts[2:] == (("Open issues", "0"),)
    gone = next(
        block for block in _info(PLUGIN, replace(bare, deleted=True)) if isinstance(block, Facts)
    ).pairs
    assert gone[2:] == ()


def test_a_prerelease_is_called_one() -> None:
    trial = replace(REPOSITORY, release=replace(RELEASE, prerelease=True))
    assert "v1.2, a prerelease, 20 h ago" in said(_info(PLUGIN, trial))


def test_each_version_says_when_it_was_released_by_whom_and_what_is_declared_of_it() -> None:
    trial = replace(RELEASE, tag="v2.0.beta1", prerelease=True, author="ada")
    repository = replace(REPOSITORY, releases=(trial, RELEASE))
    declared = [
        DeclarationView(PLUGIN.handle, Fact.STATUS, Standing.DEPRECATED, of="<1.3"),
        DeclarationView(PLUGIN.handle, Fact.NEEDS, versions=">=3.5", of=">=1.2"),
        DeclarationView(PLUGIN.handle, Fact.BREAKS, versions="<3"),
        DeclarationView("other", Fact.STATUS, Standing.REMOVED),
    ]
    message = info_message(PLUGIN, repository, BROKE, declared=declared)
    table = next(block for block in message if isinstance(block, Table) and "By" in block.header)
    assert table.rows == (
        ("v2.0.beta1", "20 h ago", "ada", "prerelease, needs host >=3.5"),
        ("v1.2", "20 h ago", "—", "deprecated, needs host >=3.5"),
    )
    assert "Released" not in said(_info(PLUGIN, REPOSITORY))
