"""Which line of an error is its own."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.own_line import own_lines

FRAMES = (
    "/srv/app/plugins/recipe/lib/oven.rb:2:in `<module:Recipe>'\n"
    "/srv/app/plugins/recipe/plugin.rb:22:in 'block in activate!'"
)
SAMPLES = {
    "rake": (
        f"rake aborted!\nNameError: uninitialized constant Recipe::Oven\n{FRAMES}",
        "NameError: uninitialized constant Recipe::Oven",
    ),
    "first a notice": (
        "DEPRECATION WARNING: `foo` is deprecated and will be removed (called from bar at x.rb:3)\n"
        f"/gems/rack.rb:1: warning: already initialized constant\nArgumentError: no oven\n{FRAMES}",
        "ArgumentError: no oven",
    ),
    "inside a frame": (
        "\t1: from /srv/app/lib/plugin/instance.rb:494:in `activate!'\n"
        "/srv/app/plugins/recipe/plugin.rb:13:in `activate!': undefined method `bakes?' for #<Oven:0x01>\n"
        "Did you mean?  bake (NoMethodError)\n\n** INCOMPATIBLE PLUGIN **\n\nPlease try removing this plugin",
        "NoMethodError: undefined method `bakes?' for #<Oven:0x01>",
    ),
    "inside a frame, on one line": (
        "plugin.rb:3:in 'Kernel#require': cannot load such file -- oven (LoadError)",
        "LoadError: cannot load such file -- oven",
    ),
    "inside a frame, without a class": ("plugin.rb:3:in 'x': it burns", "it burns"),
    "a banner without a class": (
        "** PLUGIN FAILURE **\n\nYou are unable to build Discourse due to this error during plugin\n"
        f"initialization:\n\nuninitialized constant Plugin::Oven\n\n{FRAMES}",
        "uninitialized constant Plugin::Oven",
    ),
    "not named an error": (
        f"rake aborted!\nActiveRecord::RecordNotFound: Couldn't find Oven\n{FRAMES}\n"
        "Caused by:\nPG::UndefinedTable: ERROR: no relation",
        "ActiveRecord::RecordNotFound: Couldn't find Oven",
    ),
    "of a log": (f"Completed 500\nNameError (uninitialized constant Oven)\n{FRAMES}", None),
    "a browser's": (
        "Uncaught Error: Could not find module `recipe/oven`\n    at vendor-0d1.js:1\n    at c (vendor-0d1.js:1)",
        "Uncaught Error: Could not find module `recipe/oven`",
    ),
    "a browser's, after a notice": (
        "[PLUGIN recipe] Deprecation notice: Ovens are off. [deprecation id: oven]\n"
        "TypeError: oven is not a function\n    at Array.forEach (<anonymous>)",
        "TypeError: oven is not a function",
    ),
    "Firefox's": (
        "TypeError: oven is undefined\nbake@https://x.example/assets/plugins/recipe-0a1b2c3d.js:2:1024\n"
        "async*n/<@https://x.example/assets/vendor-1b.js:19:887\n@https://x.example/assets/start.js:1:1",
        "TypeError: oven is undefined",
    ),
    "a log's": (
        "I, [2026-07-12T02:29:45.539362 #13]  INFO -- : > su discourse -c 'rake db:migrate'\n"
        "E, [2026-07-12T02:29:46.000000 #13] ERROR -- : Job exception: PG::UndefinedColumn: ERROR: no oven",
        "PG::UndefinedColumn: ERROR: no oven",
    ),
    "a migration's": (
        "rake aborted!\n"
        "StandardError: An error has occurred, this and all later migrations canceled: (StandardError)\n\n"
        f'PG::DuplicateColumn: ERROR:  column "oven" already exists\n{FRAMES}',
        'PG::DuplicateColumn: ERROR:  column "oven" already exists',
    ),
    "Python's": (
        'ImportError: first\nTraceback (most recent call last):\n  File "a.py", line 1, in <module>\n'
        "    import oven\nrecipe.errors.OvenError: no oven",
        "recipe.errors.OvenError: no oven",
    ),
    "nothing but a notice": (
        "[PLUGIN recipe] Deprecation notice: Ovens are off.",
        "[PLUGIN recipe] Deprecation notice: Ovens are off.",
    ),
    "plain words": ("the oven is cold\nsee below", "the oven is cold"),
    "words before it": ("Plugin recipe failed:\nKeyError: 'oven'", "KeyError: 'oven'"),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_an_errors_own_line_is_found(name: str) -> None:
    text, own = SAMPLES[name]
    assert own_lines(text)[0] == (own or "NameError (uninitialized constant Oven)")


def test_what_it_goes_on_with_ends_at_the_next_frame() -> None:
    text = f"NameError: undefined local variable\nDid you mean?  oven\n{FRAMES}\nmore"
    assert own_lines(text) == ["NameError: undefined local variable", "Did you mean?  oven"]


@pytest.mark.parametrize(
    "stack",
    [
        "bake@https://x.example/a.js:2:1024\n@https://x.example/b.js:1:1",
        "bake@[native code]\n[native code]\n@https://x.example/b.js:1:1",
        "\tend (vendor-2e72f89b.js, line 11)\n\t(anonymous function) (vendor-2e72f89b.js, line 11)",
        "Url: https://x.example/assets/a.js\nLine: 5\nColumn: 21810",
    ],
)
def test_other_browsers_stacks_are_no_words_of_the_error(stack: str) -> None:
    assert own_lines(f"TypeError: h is undefined\n{stack}") == ["TypeError: h is undefined"]


@pytest.mark.parametrize("nothing", ["", "\n \n\t"])
def test_where_nothing_was_said_there_is_no_line(nothing: str) -> None:
    assert own_lines(nothing) == []


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*(text for text, _ in SAMPLES.values()), "\u2028x", "a:1:in `"])))
def test_whatever_is_said_has_a_line(parts: list[str]) -> None:
    text = "\n".join(parts)
    assert bool(own_lines(text)) is bool(text.strip())


@pytest.mark.parametrize(
    "hostile",
    [
        "A::" * 400,
        "a:1:in `" * 200,
        "E, [" * 300,
        "a" * 999 + "@",
        "[" * 900,
        "(" * 1_000,
        " at " * 300,
        "\n" * 9,
    ],
)
def test_it_takes_no_longer_where_a_line_is_made_to(hostile: str) -> None:
    """Its patterns are tried on bounded lines, so that what takes seconds would take them at once."""
    began = time.process_time()
    own_lines("\n".join([hostile] * 400))
    assert time.process_time() - began < 10
