"""What is told of a repository, and of GitHub falling silent."""

from dataclasses import replace

import pytest

from models.messages.github_app import AppTransition, app_news
from models.messages.message import Items, Links, Tone
from models.messages.repository import (
    RepositoryTransition,
    naming,
    repository_links,
    repository_news,
    troubles,
)
from tests.models.messages.samples import BROKE, PLUGIN, RELEASE, REPOSITORY, said

NAME = "discourse/discourse-solved"


@pytest.mark.parametrize(
    ("turn", "title", "tone"),
    [
        (
            RepositoryTransition.ARCHIVED,
            "discourse-solved: the repository was archived",
            Tone.WARNING,
        ),
        (
            RepositoryTransition.UNARCHIVED,
            "discourse-solved: the repository is no longer archived",
            Tone.INFO,
        ),
        (RepositoryTransition.DELETED, "discourse-solved: the repository was deleted", Tone.BROKEN),
        (
            RepositoryTransition.PRIVATE,
            "discourse-solved: the repository was made private",
            Tone.BROKEN,
        ),
        (
            RepositoryTransition.PUBLIC,
            "discourse-solved: the repository was made public",
            Tone.INFO,
        ),
        (
            RepositoryTransition.RENAMED,
            "discourse-solved: the repository has a new address",
            Tone.INFO,
        ),
    ],
)
def test_each_turn_has_its_words(turn: RepositoryTransition, title: str, tone: Tone) -> None:
    news = repository_news(turn, [PLUGIN], NAME, "old/name", BROKE)
    assert (news.title, news.tone) == (title, tone)
    assert "2026-11-21 03:15 UTC" in said(news)
    assert " ago" not in said(news)
    assert ("old/name" in said(news)) == (turn is RepositoryTransition.RENAMED)
    links = [address for block in news if isinstance(block, Links) for _, address in block.links]
    assert links == ([] if turn is RepositoryTransition.DELETED else [f"https://github.com/{NAME}"])


def test_trouble_comes_with_what_to_do() -> None:
    for turn in (
        RepositoryTransition.ARCHIVED,
        RepositoryTransition.DELETED,
        RepositoryTransition.PRIVATE,
    ):
        assert len(repository_news(turn, [PLUGIN], NAME, NAME, BROKE).blocks) >= 4 - (
            turn is RepositoryTransition.DELETED
        )


@pytest.mark.parametrize(
    ("turn", "title", "advice"),
    [
        (AppTransition.SUSPENDED, "The GitHub App was suspended for discourse", "unsuspend it"),
        (
            AppTransition.UNINSTALLED,
            "The GitHub App was uninstalled from discourse",
            "install it once more",
        ),
        (
            AppTransition.NARROWED,
            "The GitHub App of discourse lost repositories",
            "give it these repositories",
        ),
    ],
)
def test_silence_names_the_plugins_and_what_to_do(
    turn: AppTransition, title: str, advice: str
) -> None:
    news = app_news(turn, "discourse", [PLUGIN], BROKE)
    assert (news.title, news.tone) == (title, Tone.WARNING)
    assert "GitHub no longer reports on these plugins" in said(news)
    assert advice in said(news)
    assert Items(("discourse-solved",)) in news.blocks


def test_its_end_is_good_news() -> None:
    news = app_news(AppTransition.BACK, "discourse", [PLUGIN] * 30, BROKE)
    assert (news.title, news.tone) == ("The GitHub App is back for discourse", Tone.INFO)
    assert "GitHub reports on these plugins again:" in said(news)
    assert "and 5 more" in said(news)


def test_plugins_that_share_a_repository_are_named_together() -> None:
    several = [replace(PLUGIN, handle=handle) for handle in "abcde"]
    assert naming(several[:2]) == "a and b"
    assert naming(several) == "a, b, c and 2 more plugins"


def test_what_is_deleted_is_not_archived_or_private_as_well() -> None:
    assert len(troubles(replace(REPOSITORY, archived=True, private=True))) == 2
    assert len(troubles(replace(REPOSITORY, archived=True, private=True, deleted=True))) == 1
    assert troubles(REPOSITORY) == ()


def test_only_pages_that_are_there_are_linked() -> None:
    assert [label for label, _ in repository_links(REPOSITORY)] == ["7 open issues", "Release v1.2"]
    odd = replace(REPOSITORY, release=replace(RELEASE, tag="a b"))
    assert [label for label, _ in repository_links(odd)] == ["7 open issues"]
    assert repository_links(replace(REPOSITORY, deleted=True)) == ()
