"""Which commit is named: by methods, constants, modules, files and settings, and when nobody is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.commit_index import CommitRead
from models.rules.suspects import PluginComplaint, Ranking, ranked

FONTS = CommitRead(
    "f" * 40, "UX: Larger fonts in the sidebar", ("app/assets/stylesheets/base.scss",)
)
BUMP = CommitRead("b" * 40, "Build(deps): Bump rack", ("Gemfile.lock",), ("rack",))
POLLS = CommitRead(
    "c" * 40, "FEATURE: Close polls by hour", ("app/models/poll.rb",), ("close_hourly", "Poll")
)
INNOCENT = [FONTS, BUMP, POLLS]


def commit(title: str = "DEV: Tidy up", *files: str, names: tuple[str, ...] = ()) -> CommitRead:
    return CommitRead("a" * 40, title, files, names)


def asked(text: str, *commits: CommitRead, handle: str = "solved") -> Ranking:
    return ranked([PluginComplaint(handle, text)], [*INNOCENT, *commits])


def first(ranking: Ranking) -> str | None:
    """The commit that may be named."""
    return ranking.commits[0].commit.sha if ranking.named else None


LOADERS = ("app/models/folded-row.rb", "lib/plugin/instance.rb")
FRAME = "/var/www/discourse/plugins/solved/plugin.rb:7:in 'activate!'"
MENU = CommitRead("a" * 40, "DEV: Tidy", names=("fold_menu",), gone=frozenset({"fold_menu"}))


@pytest.mark.parametrize(
    ("text", "guilty"),
    [
        (f"NoMethodError: undefined method 'fold_menu' for Site\n{FRAME}", MENU),
        ("TypeError: api.foldMenu is not a function", commit(names=("foldMenu",))),
        ("TypeError: t.foldMenu is not a function", commit("DEV: Drop `foldMenu`")),
        ("NameError: uninitialized constant Menu::FoldedRow", commit(names=("Menu::FoldedRow",))),
        ("NameError: uninitialized constant FoldedRow", commit("Tidy", "app/models/folded_row.rb")),
        (
            "Could not find module `discourse/mixins/fold` imported from `discourse/plugins/solved/discourse/x`",
            commit("Tidy", "app/assets/javascripts/discourse/app/mixins/fold.js"),
        ),
        (
            "Could not find module `discourse/components/folded-row`",
            commit("Tidy", "frontend/discourse/app/components/folded-row.gjs"),
        ),
        (
            "LoadError: cannot load such file -- discourse/lib/folded_row",
            commit("Tidy", "lib/folded_row.rb"),
        ),
        (
            "LoadError: cannot load such file -- /var/www/discourse/lib/email/folder.rb",
            commit("Tidy", "lib/email/folder.rb"),
        ),
        ("cannot load such file -- ./lib/folder", commit("Tidy", "lib/folder.rb")),
        ("cannot load such file -- folder (LoadError)", commit("Tidy", "lib/folder.rb")),
        (
            "undefined local variable or method `fold_rows_enabled'",
            commit("Rename fold_rows_enabled"),
        ),
        (
            "ArgumentError: wrong number of arguments (given 3, expected 1..2)\n"
            "/var/www/discourse/plugins/solved/app/models/folder.rb:3:in `block in <class:Folder>'",
            commit("FIX: Folders", "app/models/folder.rb"),
        ),
        ("MissingAttributeError (missing attribute 'folded' for Menu)", commit(names=("folded",))),
        ("the folded menu is not shown", commit("DEV: Refactor `FoldedMenu`")),
    ],
)
def test_a_commit_is_named_that_touches_what_the_error_names(text: str, guilty: CommitRead) -> None:
    assert first(asked(text, guilty)) == guilty.sha
    without = asked(text)
    assert not without.named


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NoMethodError: undefined method 'map' for nil",
        "the page is blank after the upgrade",
        "StandardError: something went wrong",
        # Every backtrace goes through this file.
        f"RuntimeError: boom\n{FRAME}\n/var/www/discourse/lib/plugin/instance.rb:494:in 'activate!'",
        # Its own files and its own name are no host commit's.
        "Could not find module `discourse/plugins/solved/discourse/components/folded-row`",
        "NameError: uninitialized constant Solved",
        "cannot load such file -- /var/www/discourse/plugins/solved/lib/plugin/instance",
        "cannot load such file -- /usr/local/lib/ruby/gems/3.3.0/gems/rack-3.1.0/lib/plugin/instance",
    ],
)
def test_nobody_is_named_by_an_error_that_names_nothing_of_the_host(text: str) -> None:
    ranking = asked(text, commit("DEV: Drop what nobody uses", *LOADERS, names=("Solved",)))
    assert first(ranking) is None


def test_nobody_is_named_where_two_touch_it_alike() -> None:
    other = CommitRead("d" * 40, "DEV: More", names=("fold_menu",))
    ranking = asked("undefined method 'fold_menu'", commit(names=("fold_menu",)), other)
    assert first(ranking) is None
    assert {each.commit.sha for each in ranking.commits} == {"a" * 40, "d" * 40}


def test_what_removes_it_goes_before_what_touches_it() -> None:
    other = CommitRead("d" * 40, "DEV: More", names=("fold_menu",))
    ranking = asked("undefined method 'fold_menu'", other, MENU)
    assert [each.commit.sha for each in ranking.commits] == [MENU.sha, other.sha]
    assert ranking.commits[0].reasons[0] == "removes `fold_menu`"


def test_what_was_reverted_within_the_range_did_nothing() -> None:
    drop = commit("DEV: Drop fold_menu", names=("fold_menu",))
    undo = CommitRead("d" * 40, f'Revert "{drop.title}"', names=("fold_menu",))
    assert not asked("undefined method 'fold_menu'", drop, undo).commits
    assert first(asked("undefined method 'fold_menu'", undo)) == undo.sha


def test_what_several_plugins_name_counts_more_than_what_one_does() -> None:
    shared, own = commit(names=("fold_menu",)), CommitRead("d" * 40, "Tidy", names=("sort_menu",))
    said = ["undefined method 'sort_menu'\nfold_menu", "undefined method 'fold_menu'"]
    complaints = [PluginComplaint(f"plugin-{number}", text) for number, text in enumerate(said)]
    assert first(ranked(complaints, [*INNOCENT, own, shared])) == shared.sha


def test_nobody_is_named_by_what_plugins_say_in_other_words() -> None:
    own = PluginComplaint("solved", "undefined method 'fold_menu' for Site")
    other = PluginComplaint("voting", "undefined method 'sort_menu' for Site", unlike=True)
    guilty = CommitRead("d" * 40, "Tidy", names=("sort_menu",))
    ranking = ranked([own, other], [*INNOCENT, guilty])
    assert [each.commit for each in ranking.commits] == [guilty], "it is listed"
    assert first(ranking) is None, "another commit of the range broke this one"
    assert first(ranked([own, other], [*INNOCENT, guilty, MENU])) is None
    both = CommitRead("e" * 40, "Tidy", names=("sort_menu", "fold_menu"))
    assert first(ranked([own, other], [*INNOCENT, both])) == both.sha


def test_the_only_commit_that_is_left_of_a_range_is_it() -> None:
    blank = PluginComplaint("solved", "it is blank")
    for ranking in (
        ranked([blank], [FONTS], is_left=True),
        ranked([blank, PluginComplaint("voting", "so is this")], [FONTS]),
    ):
        assert first(ranking) == FONTS.sha
        assert ranking.commits[0].reasons == ("no other commit came in",)
    alone = ranked([blank], [FONTS])
    assert [each.commit for each in alone.commits] == [FONTS]
    assert first(alone) is None, "one plugin may have bad luck just then"
    assert first(ranked([PluginComplaint("solved", "undefined method 'fold_menu'")], [MENU]))
    assert not ranked([PluginComplaint("solved", "it is blank")], []).named


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert len(asked(text, MENU).commits) <= len(INNOCENT) + 1


@pytest.mark.parametrize(
    ("touched", "frame"),
    [
        (("lib/plugin/instance.rb", "activate!"), "lib/plugin/instance.rb:494:in `activate!'"),
        (("lib/guardian.rb", "can_see?"), "lib/guardian.rb:7:in `Guardian#can_see?'"),
        (
            ("config/initializers/sidekiq.rb", "start_up!"),
            "config/initializers/sidekiq.rb:1:in 'start_up!'",
        ),
        (("app/models/user.rb", "after_commit_all"), "app/models/user.rb:99:in `after_commit_all'"),
    ],
)
def test_where_an_error_passed_names_nobody(touched: tuple[str, str], frame: str) -> None:
    file, method = touched
    text = f"NameError: uninitialized constant Folded\n/var/www/discourse/{frame}"
    passed = commit("DEV: Tidy", file, names=(method,))
    ranking = asked(text, passed)
    assert [each.commit for each in ranking.commits] == [passed], "it is listed, as a hint"
    assert first(ranking) is None
    guilty = CommitRead("d" * 40, "DEV: Tidy", names=("Folded",))
    assert first(asked(text, passed, guilty)) == guilty.sha
