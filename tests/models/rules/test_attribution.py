"""Whom a backtrace or a console log blames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.attribution import blamed

RUBY = """\
NoMethodError: undefined method `shelve' for nil:NilClass
/srv/forum/plugins/badge-cabinet/lib/shelf.rb:14:in `put'
/srv/forum/plugins/tidy_tags/plugin.rb:8:in `block in activate!'
/srv/forum/plugins/badge-cabinet/plugin.rb:31:in `activate!'
/srv/forum/lib/plugin/instance.rb:701:in `instance_eval'
"""


def test_directories_in_order_without_duplicates() -> None:
    assert blamed(RUBY) == ("badge-cabinet", "tidy_tags")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "** INCOMPATIBLE PLUGIN **\n\nerrors in the plugin at\n/srv/forum/plugins/quiet-hours\n\nRemove it",
            ("quiet-hours",),
        ),
        ("the plugin at '/srv/forum/plugins/quiet-hours'", ("quiet-hours",)),
        ("imported from `discourse/plugins/shelf-view/discourse/components/row`", ("shelf-view",)),
        (
            "at e (https://x.example/assets/plugins/shelf-view-0a1b2c3d4e5f.js:1:20)",
            ("shelf-view",),
        ),
        (
            "at e (https://x.example/assets/plugins/cafe-deadbeef-0a1b2c3d4e5f.js:1:20)",
            ("cafe-deadbeef",),
        ),
        (
            "at e (https://x.example/assets/plugins/shelf-view_admin-0a1b2c3d4e5f.br.js:1:20)",
            ("shelf-view",),
        ),
        (
            "at e (https://x.example/assets/js/plugins/shelf-view_main.Bq_x1-0a1b2c3d.digested.js:1:2)",
            ("shelf-view",),
        ),
        (
            "at e (https://cdn.example/assets/br/plugins/shelf_view_admin.0f-0a1b2c3d4e.digested.js)",
            ("shelf_view",),
        ),
        (
            "GET /assets/gz/plugins/shelf.view_test-main.a1b2c3d4-e5f60718.digested.js 404",
            ("shelf.view",),
        ),
        (
            "at e (https://x.example/assets/js/plugins/shelf-view_main.Bq_x1-4kzq9x2m.digested.js:1:2)",
            ("shelf-view",),
        ),
        (
            "GET /assets/br/plugins/my_shelf_admin.Bq-x1_b2-hdodxd1p.digested.js 404",
            ("my_shelf",),
        ),
        (
            "at e (https://x.example/forum/assets/gz/plugins/a.b_main.aaaaaaaa-zzzzzzzz.digested.js:1)",
            ("a.b",),
        ),
        (
            "http://localhost:3000/assets/plugins/shelf-view.js 43:30 Uncaught TypeError",
            ("shelf-view",),
        ),
        (
            "at e (http://localhost:3000/assets/plugins/shelf.view_admin.js?v=2:1:20)",
            ("shelf.view",),
        ),
        (
            "at e (http://localhost:60099/assets/plugins/test/shelf-view_tests.js:123:9)",
            ("shelf-view",),
        ),
        ("put@https://x.example/assets/plugins/shelf-view-0a1b2c3d4e5f.js:1:20", ("shelf-view",)),
        (
            "Could not find module `discourse/plugins/other/discourse/lib/x` imported from"
            " `discourse/plugins/shelf-view/discourse/y`",
            ("shelf-view",),
        ),
        (
            "Could not find module 'discourse/plugins/other/discourse/lib/x' imported from '(require)'",
            ("other",),
        ),
        (
            "Failed to load plugin shelf-view from https://x.example/js/plugins/shelf-view_main-hdodxd1p.digested.js",
            ("shelf-view",),
        ),
        ("at e (https://x.example/assets/js/plugins/a_b_main-hdodxd1p.digested.js:1:2)", ("a_b",)),
        (f"shelf-view-{'0a' * 32}.js:2 Uncaught TypeError: x", ("shelf-view",)),
        (
            f"SyntaxError: Unexpected token '<' (at shelf-view_admin-{'0a' * 32}.br.js:1:1)",
            ("shelf-view",),
        ),
        ("setup@shelf.view_main.a1b2c3d4-e5f60718.digested.js:2:1024", ("shelf.view",)),
        ("[PLUGIN shelf-view] Deprecation notice: gone", ("shelf-view",)),
        ("[Admin Notice] Plugin 'Shelf View' contains code which needs updating.", ("Shelf View",)),
        ("/srv/forum/plugins/徽章/plugin.rb:1:in `x'", ("徽章",)),
        ("/srv/forum/plugins/shelf/gems/3.3.0/gems/a-1.0/lib/plugins/other/x.rb:2", ("shelf",)),
    ],
)
def test_each_way_of_blaming(text: str, names: tuple[str, ...]) -> None:
    assert blamed(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/srv/forum/lib/plugin/instance.rb:701:in `activate!'",
        "/srv/forum/app/assets/javascripts/discourse/app/lib/plugin-api.js:10",
        "/srv/forum/app/assets/javascripts/plugins/legacy/x.js:10",
        "https://x.example/assets/plugins/plugin-third-party-0a1b2c3d4e5f.js:1:2",
        "https://x.example/assets/plugin-third-party-0a1b2c3d4e5f.js:1:2",
        "https://x.example/assets/js/plugins/plugin-third-party_main.a1-0a1b2c3d.digested.js:1:2",
        "https://x.example/assets/js/discourse_main.a1-0a1b2c3d4e5f.digested.js:1:2",
        "https://x.example/admin/plugins/shelf-view/settings gave 404",
        "https://x.example/assets/js/discourse-hdodxd1p.digested.js:1:2",
        "discourse-hdodxd1p.digested.js:1:2",
        f"plugin-third-party-{'0a' * 32}.js:1:2",
        f"https://x.example/assets/vendor-{'0a' * 32}.js:1:2",
        "/usr/lib/ruby/gems/3.3.0/gems/linter-1.2/lib/linter/plugins/base/rule.rb:7",
        "/srv/forum/node_modules/linter/plugins/base/rule.js:7",
        "some plugins/addons were disabled",
        "/srv/forum/script/plugins/helper.rb",
        "/srv/forum/plugins/",
        "http://localhost:3000/assets/plugins/plugin-third-party.js:1:2",
        "Error: Plugin 'shelf-view' is imported by another bundle, but it is not installed on this site.",
        "[THEME 4 'Shelf View'] Error: Could not find module 'x' imported from (require)",
    ],
)
def test_nobody_is_blamed(text: str) -> None:
    assert blamed(text) == ()


def test_what_is_left_out_moves_nothing_else() -> None:
    """A library's own folder is told by what stands before it, wherever that is."""
    missing = f"Could not find module `discourse/plugins/{'a' * 120}/x` imported from `discourse/plugins/mine/y`"
    library = "/usr/lib/ruby/gems/3.3.0/gems/linter-1.2/plugins/base/rule.rb:7"
    assert blamed(f"{missing}\n{library}") == ("mine",)


@pytest.mark.parametrize(
    "piece",
    [
        *("plugins/", "plugins/a", "plugins/a-", "[PLUGIN ", "Plugin '", "plugins/a-00000000"),
        *("plugins/a_", "plugins/a_b.", "plugins/a_b.c-00000000", "a_main-", " a_main-0"),
        *("Failed to load plugin ", "plugins/a_b-0", "a" * 99 + " ", "a-" + "0" * 63),
    ],
)
def test_a_megabyte_of_almost(piece: str) -> None:
    assert len(blamed(piece * (1_000_000 // len(piece)))) <= 2


@given(st.lists(st.sampled_from(["red-shelf", "blue", "x.y", "a_b"]), max_size=8))
def test_order_of_first_appearance(names: list[str]) -> None:
    text = "\n".join(
        f"/forum/plugins/{name}/plugin.rb:{line}:in `go'" for line, name in enumerate(names)
    )
    assert blamed(text) == tuple(dict.fromkeys(names))
