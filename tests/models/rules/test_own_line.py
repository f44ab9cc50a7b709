"""Which line of an error is its own."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.own_line import own_lines, telling_line

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
    "Python's, of a class without Error in its name": (
        'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n    bake()\n    ~~~~^^\n'
        "recipe.ovens.Oven.DoesNotExist: no oven\n\nDuring handling of the above exception, another one occurred:\n\n"
        'Traceback (most recent call last):\n  File "a.py", line 3, in <module>\nSystemExit: 3',
        "SystemExit: 3",
    ),
    "Python's, within a block that is indented": (
        '    Traceback (most recent call last):\n      File "a.py", line 1, in <module>\n    StopIteration',
        "StopIteration",
    ),
    "pytest's": (
        "ImportError while loading conftest 'x.py'.\nconftest.py:3: in <module>\n    import oven\n"
        "E   ModuleNotFoundError: No module named 'oven'",
        "ModuleNotFoundError: No module named 'oven'",
    ),
    "rspec's": (
        "Failures:\n\n  1) Oven bakes\n     Failure/Error: expect(oven).to be_hot\n"
        "     # ./plugins/a/spec/x.rb:1:in `x'",
        "Oven bakes: expect(oven).to be_hot",
    ),
    "the title of rspec's": ("1) Oven bakes\n", "Oven bakes"),
    "rspec's, with a class": (
        "  1) Oven bakes\n     Failure/Error: oven.bake!\n\n     NoMethodError:\n"
        "       undefined method `bake!' for nil\n     # ./plugins/a/spec/x.rb:1:in `x'",
        "NoMethodError: undefined method `bake!' for nil",
    ),
    "rspec's, of what it expected": (
        "  12) Oven bakes\n     Failure/Error:\n       expect(\n         oven,\n       ).to eq(200)\n\n"
        "       expected: 200\n            got: 500\n\n       (compared using ==)\n"
        "     # ./plugins/a/spec/x.rb:1:in `x'",
        "Oven bakes: expected: 200, got: 500",
    ),
    "rspec's, of a page": (
        '  1) Oven bakes\n     Failure/Error: expect(page).to have_css(".hot")\n'
        '       expected to find css ".hot" but there were no matches\n     [Screenshot Image]: /tmp/x.png',
        'Oven bakes: expected to find css ".hot" but there were no matches',
    ),
    "rspec's, of a file": (
        "An error occurred while loading ./plugins/a/spec/x_spec.rb.\nFailure/Error: require 'oven'\n\n"
        "LoadError:\n  cannot load such file -- oven\n# ./plugins/a/spec/x.rb:1:in `x'",
        "LoadError: cannot load such file -- oven",
    ),
    "a browser's test": (
        "ok 1 Chrome 120.0 - [4 ms] - Unit | Oven: is\n"
        "not ok 2 Chrome 120.0 - [12 ms] - Unit | Oven: bakes\n    ---\n"
        "        actual: >\n            false\n        stack: >\n            at Object\n        message: >\n"
        "            failed, expected to be hot\n    ...\n",
        "Unit | Oven: bakes: failed, expected to be hot",
    ),
    "TAP's": ("TAP version 13\nnot ok 1 - bakes # TODO\nnot ok 2 - is hot\nok 3 - x", "is hot"),
    "TAP's of Node": (
        "not ok 1 - bakes\n  ---\n  error: cold\n  message: 'no oven'\n  ...\n",
        "bakes: no oven",
    ),
    "Python's, cut off": (
        'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n    bake()\n'
        '  File "oven.py", line 2, in bake\n    heat()',
        'File "oven.py", line 2, in bake',
    ),
    "below a prompt": (
        "root@247906f3a823:/opt/discourse# bundle exec rake db:migrate\n** PLUGIN FAILURE **\n\nno oven\n\n"
        + FRAMES,
        "no oven",
    ),
    "at the end of a long log": (
        "\n".join(f"Writing oven-{n}.js" for n in range(900))
        + "\nrake aborted!\nNameError: no oven\n"
        + FRAMES,
        "NameError: no oven",
    ),
    "nothing but a notice": (
        "[PLUGIN recipe] Deprecation notice: Ovens are off.",
        "[PLUGIN recipe] Deprecation notice: Ovens are off.",
    ),
    "Rails' task": (
        f"bin/rails aborted!\nActiveRecord::PendingMigrationError: \n\nMigrations are pending.\n{FRAMES}",
        "ActiveRecord::PendingMigrationError: Migrations are pending.",
    ),
    "below Ruby's guess of what a file lacks": (
        "/srv/app/lib/x.rb:12:in 'Kernel#require': --> /srv/app/plugins/recipe/oven.rb\nUnmatched keyword\n"
        "> 1  module Oven\n/srv/app/plugins/recipe/oven.rb:12: syntax error found (SyntaxError)\n> 12 | end",
        "SyntaxError: /srv/app/plugins/recipe/oven.rb:12: syntax error found",
    ),
    "webpack's": (
        "Build Canceled: Broccoli Builder ran into an error\nModule not found: Error: Can't resolve 'oven' in '/x'",
        "Module not found: Error: Can't resolve 'oven' in '/x'",
    ),
    "git's": (
        "Cloning into 'recipe'...\nremote: Counting objects: 1\nfatal: couldn't find remote ref oven",
        "fatal: couldn't find remote ref oven",
    ),
    "RubyGems'": (
        "Fetching oven-1.0.gem\nERROR:  Error installing oven:\n\tERROR: Failed to build gem native extension.",
        "ERROR:  Error installing oven:",
    ),
    "yarn's": (
        "yarn install v1.22\n[1/4] Resolving packages...\nerror An unexpected error occurred: no oven",
        "error An unexpected error occurred: no oven",
    ),
    "Ember's": (
        "Building\nBuild Error (Babel)\n\n/discourse/plugins/recipe/x.js: Unexpected token (1:2)",
        "Build Error (Babel)",
    ),
    "plain words": ("the oven is cold\nsee below", "the oven is cold"),
    "words before it": ("Plugin recipe failed:\nKeyError: 'oven'", "KeyError: 'oven'"),
}


# What collectors of logs write before each line.
PREFIXES = {
    "Docker Compose": ("discourse-1  | ", "discourse-1  | "),
    "GitHub's job": ("2026-05-02T10:11:12.1234567Z ", "2026-05-02T10:11:12.1334567Z "),
    "a job's step": (
        "backend\tTests\t\ufeff2026-05-02T10:11:12.1Z ",
        "backend\tTests\t2026-05-02T10:11:12.2Z ",
    ),
    "Kubernetes": ("2026-01-02T09:18:58.123456789Z stderr F ", "2026-01-02T09:18:58.2Z stdout F "),
    "the journal": ("Jan  2 09:18:58 forum puma[1234]: ", "Jan  2 09:18:59 forum puma[1234]: "),
    "a push": ("remote:        ", "remote:        "),
    "a quotation": ("> ", "> "),
    "a builder": ("       > ", "       > "),
    "Passenger": ("App 3989 output: ", "App 3989 output: "),
    "pytest": ("INTERNALERROR> ", "INTERNALERROR> "),
    "Sidekiq": (
        "2026-02-08T22:51:39.016Z pid=19331 tid=go4twcym7 WARN: ",
        "2026-02-08T22:51:39.017Z pid=19331 tid=go4twcym7 class=Jobs::Oven jid=1a2b WARN: ",
    ),
}


@pytest.mark.parametrize("prefixes", PREFIXES.values(), ids=PREFIXES.keys())
def test_what_a_log_has_before_each_line_is_no_part_of_it(prefixes: tuple[str, str]) -> None:
    said = f"rake aborted!\nNameError: uninitialized constant Oven\n{FRAMES}".split("\n")
    log = "\n".join(prefixes[place % 2] + line for place, line in enumerate(said))
    assert own_lines(log) == ["NameError: uninitialized constant Oven"]


def test_what_only_looks_like_a_log_stays() -> None:
    table = " name | hot\n------+-----\n oven | f"
    assert own_lines(f"RuntimeError: cold\n{table}") == ["RuntimeError: cold", " name | hot"]
    assert own_lines("oven | cold") == ["oven | cold"]


def test_a_group_of_exceptions_is_told_with_what_is_in_it() -> None:
    tree = (
        '  + Exception Group Traceback (most recent call last):\n  |   File "a.py", line 1, in <module>\n'
        "  | ExceptionGroup: two ovens (2 sub-exceptions)\n  +-+---------------- 1 ----------------\n"
        '    | Traceback (most recent call last):\n    |   File "a.py", line 3, in bake\n'
        "    | ZeroDivisionError: division by zero\n    +---------------- 2 ----------------\n"
        '    | Traceback (most recent call last):\n    |   File "a.py", line 4, in bake\n'
        "    | ValueError: no oven\n    +------------------------------------"
    )
    assert own_lines(tree) == [
        "ExceptionGroup: two ovens (2 sub-exceptions)",
        "ZeroDivisionError: division by zero",
        "ValueError: no oven",
    ]


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
        "https://x.example/b.js:48:22\nglobal code@https://x.example/b.js:1:1\neval code",
        "module code@https://x.example/b.js:1:1",
        "isHot@safari-web-extension://46434E60-F5BD/scripts/content-script.js:29:33314",
        'oven["@hot"]@https://x.example/misc/@stuff/foo.js:4:9\n()@file:///G:/js/a.js:44',
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
        "@a://" * 200,
        "2026-05-02T10:11:12Z " * 50,
        "pid=1 tid=a " * 90,
        "a@a:" * 250,
        "[" * 900,
        "(" * 1_000,
        " at " * 300,
        "\n" * 9,
        '{"message": "' * 70,
        "[" * 400 + "{" * 400,
        "not ok 1 a - [1 ms] " * 50,
        "1) Failure/Error: a" * 50,
    ],
)
def test_it_takes_no_longer_where_a_line_is_made_to(hostile: str) -> None:
    """Its patterns are tried on bounded lines, so that what takes seconds would take them at once."""
    began = time.process_time()
    own_lines("\n".join([hostile] * 400))
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("backtrace", "expected"),
    [
        (
            f"/srv/app/lib/plugin.rb:9:in `find'\n{FRAMES}",
            "/srv/app/plugins/recipe/lib/oven.rb:2:in `<module:Recipe>'",
        ),
        (
            "/srv/app/lib/plugin.rb:9:in `find'\n/srv/app/x.rb:1:in `y'",
            "/srv/app/lib/plugin.rb:9:in `find'",
        ),
        (FRAMES + "\n/srv/app/lib/plugin.rb:9", FRAMES.partition("\n")[0]),
        ("plugin.rb:3:in 'x': no oven (LoadError)\n" + FRAMES, "LoadError: no oven"),
        (
            "    at bake (https://x.example/a.js:1:2)\n    at b (https://x.example/a.js:3:4)",
            "at bake (https://x.example/a.js:1:2)",
        ),
        ("", ""),
    ],
)
def test_of_a_backtrace_alone_one_line_says_most(backtrace: str, expected: str) -> None:
    assert telling_line(backtrace) == expected
