"""What a run proves, and whom it blames."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.smoke import (
    LONGEST_RUN,
    Conclusion,
    Result,
    RunState,
    RunStep,
    conclusion,
    last_attempt,
    run_state,
    within_bounds,
)
from models.rules.smoke_evidence import error_at, evidence, first_error, news_of

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def steps(*results: Result) -> list[RunStep]:
    return [RunStep(f"step {place}", result, 1) for place, result in enumerate(results)]


@pytest.mark.parametrize(
    ("results", "proves"),
    [
        ([], Conclusion.NOTHING),
        ([Result.SKIPPED], Conclusion.NOTHING),
        ([Result.PASSED, Result.SKIPPED], Conclusion.NOTHING),
        ([Result.PASSED, Result.PASSED], Conclusion.PASSED),
        ([Result.PASSED, Result.FAILED, Result.SKIPPED], Conclusion.FAILED),
    ],
)
def test_what_a_finished_run_proves(results: list[Result], proves: Conclusion) -> None:
    assert conclusion(steps(*results)) is proves


def test_a_run_that_never_finished_is_not_green() -> None:
    assert run_state(None, NOW, NOW + LONGEST_RUN) is RunState.RUNNING
    assert run_state(None, NOW, NOW + LONGEST_RUN + timedelta(seconds=1)) is RunState.NEVER_FINISHED
    assert run_state(Conclusion.PASSED, NOW, NOW) is RunState.PASSED


def blamed(message: str, *console: str) -> tuple[str, ...]:
    return evidence([*steps(Result.PASSED), RunStep("x", Result.FAILED, 1, message)], console).names


@pytest.mark.parametrize(
    "line",
    [
        "[error] Uncaught Error: no module, imported from `discourse/plugins/shelf-view/discourse/row`",
        "Error: Could not find module 'a' imported from 'discourse/plugins/shelf-view/discourse/row'",
        '{"type": "error", "text": "x at https://x.example/assets/plugins/shelf-view-0a1b2c3d4e5f.js:1:2"}',
        "Failed to load resource: the server said 404 https://x.example/assets/plugins/shelf-view-0a1b2c3d4e5f.js",
        "/srv/forum/plugins/shelf-view/plugin.rb:13:in `activate!': undefined method `x' (NoMethodError)",
        "[PLUGIN shelf-view] Error: gone",
        "[warning] [PLUGIN shelf-view] Deprecation notice: gone",
        "[Admin Notice] Plugin 'shelf-view' contains code which needs updating.",
    ],
)
def test_lines_that_blame(line: str) -> None:
    assert blamed("Timeout", "[log] booted", line, "[log] done") == ("shelf-view",)
    assert blamed(line) == ("shelf-view",)


@pytest.mark.parametrize(
    "line",
    [
        "[log] GET https://x.example/assets/plugins/shelf-view-0a1b2c3d4e5f.js 200",
        "[debug] loaded /assets/plugins/discourse-error-page-0a1b2c3d4e5f.js",
        "[log] [PLUGIN shelf-view] ready",
        "[requestfailed] https://x.example/assets/plugins/shelf-view-0a1b2c3d4e5f.js net::ERR_ABORTED",
        "DevTools failed to load source map for https://x.example/assets/plugins/shelf-view-0a1b2c3d4e5f.js.map",
        "[error] something else broke",
        "Error: x at https://x.example/assets/plugins/plugin-third-party-0a1b2c3d4e5f.js:1:2",
    ],
)
def test_lines_that_blame_nobody(line: str) -> None:
    assert blamed("Timeout 100000ms exceeded", line) == ()


def test_a_stack_belongs_to_the_line_above_it() -> None:
    frames = [
        "    at e (https://x.example/assets/plugins/shelf-view-0a1b2c3d4e5f.js:1:2)",
        "    at t (vendor.js:3)",
    ]
    assert blamed("", "[error] TypeError: x is not a function", *frames) == ("shelf-view",)
    assert blamed("", "[log] console.trace", *frames) == ()
    assert blamed(
        "", "[warning] deprecated: y", *frames, "[error] Error: in `discourse/plugins/other/z`"
    ) == ("other",)


def test_what_was_being_rendered_belongs_to_the_error() -> None:
    rendered = (
        "- While rendering:",
        "  application",
        "    discourse/plugins/shelf-view/connectors/x",
    )
    assert blamed("", "Error occurred:", "", *rendered) == ("shelf-view",)


@pytest.mark.parametrize(
    "console",
    [
        ("- While rendering:", "-top-level", "  application", "    discourse/plugins/shelf-view/x"),
        (
            "{",
            '  "type": "error",',
            '  "url": "https://x.example/assets/plugins/shelf-view-0a1b2c3d.js"',
        ),
        (
            "  visit /",
            "  console:error  TypeError: x",
            "    at n (/assets/plugins/shelf-view.js:2:3)",
        ),
    ],
)
def test_what_an_error_is_found_in_belongs_to_it(console: tuple[str, ...]) -> None:
    assert blamed("", *console) == ("shelf-view",)
    assert "rror" in error_at(console, len(console) - 1).line or console[0].startswith("- While")


@pytest.mark.parametrize(
    "blocked",
    [
        "Refused to load the script 'URL' because it violates the following Content Security Policy directive",
        "Access to script at 'URL' from origin 'https://x.example' has been blocked by CORS policy",
        "GET URL net::ERR_ABORTED 404 (Not Found)",
        "[requestfailed] URL net::ERR_CONNECTION_REFUSED",
        "Loading module from “URL” was blocked because of a disallowed MIME type (“text/html”).",
    ],
)
def test_a_plugins_code_that_a_browser_blocks_is_an_error_and_an_analysts_is_none(
    blocked: str,
) -> None:
    own = blocked.replace("URL", "https://x.example/assets/plugins/shelf-view-0a1b2c3d4e5f.js")
    assert blamed("", own) == ("shelf-view",)
    assert blamed("", f"[Report Only] {own}") == ()
    analysts = blocked.replace("URL", "https://analytics.example/a.js")
    assert first_error([analysts]) is None


def test_the_stacks_of_other_browsers_do_too() -> None:
    frames = (
        "n/<@https://x.example/assets/vendor-1b2c.js:19:773",
        "put@https://x.example/assets/plugins/shelf-view-0a1b2c3d4e5f.js:2:1024",
        "[native code]",
        "@https://x.example/assets/plugins/tidy-tags-0a1b2c3d4e5f.js:1:1",
    )
    console = ("TypeError: h is undefined", *frames, "loaded")
    assert blamed("x", *console) == ("shelf-view", "tidy-tags")
    assert blamed("x", "all is well", *frames) == ()
    assert error_at(console, 2).whole == "\n".join(console[:-1])


def test_a_stack_with_a_time_before_each_line_belongs_to_its_error() -> None:
    console = last_attempt(
        [
            "2026-11-21T10:00:00.123Z [error] TypeError: x is not a function",
            "2026-11-21T10:00:00.123Z     at e (https://x.example/assets/plugins/shelf-view-0a1b2c3d4e5f.js:1:2)",
        ]
    )
    assert blamed("", *console) == ("shelf-view",)
    assert error_at(console, 1).line == "[error] TypeError: x is not a function"


def test_a_part_of_the_page_that_does_not_load_is_told_by_its_error() -> None:
    console = [
        "Uncaught (in promise) ChunkLoadError: Loading chunk 12 failed.",
        "(error: https://x.example/assets/plugins/shelf-view-0a1b2c3d4e5f.js)",
    ]
    assert blamed("", *console) == ("shelf-view",)
    assert error_at(console, 1).line == console[0]


def test_errors_come_before_notices_wherever_they_stand() -> None:
    notice = "[warning] [PLUGIN shelf-view] Deprecation notice: gone"
    assert blamed(notice, "[error] Error in `discourse/plugins/other/z`") == ("other",)
    assert blamed("Error in `discourse/plugins/other/z`", notice) == ("other",)


def test_a_step_that_passed_blames_nobody() -> None:
    told = [
        RunStep("x", Result.PASSED, 1, "Error in `discourse/plugins/other/z`"),
        *steps(Result.FAILED),
    ]
    assert evidence(told, []).names == ()


def test_the_error_is_shown_with_what_surrounds_it() -> None:
    console = [f"[log] {n}" for n in range(9)]
    console[4:6] = [
        "[error] TypeError: x",
        "    at e (https://x.example/assets/plugins/shelf-view-0a1b2c3d4e5f.js:1)",
    ]
    (place,) = evidence(steps(Result.FAILED), console).seen.values()
    seen = error_at(console, place)
    assert (seen.line, seen.whole) == ("[error] TypeError: x", "\n".join(console[4:6]))
    assert seen.excerpt == "\n".join(console[1:9])
    assert first_error(console) == "[error] TypeError: x"


def test_a_long_console_is_cut_and_read_in_a_moment() -> None:
    line = "    at e (https://x.example/assets/plugins/shelf-view-0a1b2c3d4e5f.js:1:20)"
    console = ["[error] x", *[line] * 50_000]
    seen = evidence(steps(Result.FAILED), console).seen
    assert seen == {"shelf-view": 1}
    assert len(error_at(console, 1).excerpt) <= 8_000


@given(
    st.lists(st.tuples(st.sampled_from(["passed", "failed"]), st.text(max_size=300)), max_size=40)
)
def test_messages_of_all_steps_together_are_bounded_and_of_failed_ones_kept_first(
    said: list[tuple[str, str]],
) -> None:
    steps = [RunStep("x", result, 1, message or None) for result, message in said]
    kept = within_bounds(steps, 500)
    assert [step.result for step in kept] == [step.result for step in steps]
    assert sum(len(step.message or "") for step in kept) <= 500
    if sum(len(message) for result, message in said if result == "failed") <= 500:
        failed = [
            (step, old) for step, old in zip(kept, steps, strict=True) if old.result == "failed"
        ]
        assert all(step == old for step, old in failed)
    if sum(len(message) for _, message in said) <= 500:
        assert list(kept) == steps


@pytest.mark.parametrize(
    "line",
    [
        "shelf-view_main.Bq_x1-{}.digested.js:1 Uncaught TypeError: x",
        "[error] Failed to load resource: 404 /assets/br/plugins/shelf-view_main.Bq_x1-{}.digested.js",
        "12:00:01.{} [warning] [PLUGIN shelf-view] Deprecation notice: gone",
        "[error] Uncaught TypeError: x (https://x.example/assets/plugins/shelf-view-{}.js:1:2)",
    ],
)
def test_noise_is_known_again_whatever_build_and_time_it_is_of(line: str) -> None:
    noise, same = (line.format(each) for each in ("40900020", "71900090"))
    frame = "    at put (https://x.example/assets/vendor.js:1:2)"
    assert news_of([same, frame], [noise, frame]) == []
    new = line.format("40900020").replace("shelf-view", "sun-dial")
    assert news_of([same, frame, new, frame], [noise]) == [new, frame]


@pytest.mark.parametrize(("plugin", "is_news"), [("shelf-view", False), ("sun-dial", True)])
@pytest.mark.parametrize(
    "error",
    [
        ("[error] Failed to load resource: 404 https://x.example/assets/plugins/{}-0a1b2c3d.js",),
        (
            "[error] Uncaught TypeError: x is undefined",
            "    at https://x.example/assets/vendor.js:1:2",
            "    at https://x.example/assets/js/plugins/{}_main.a-hdodxd1p.digested.js:1:2",
        ),
    ],
)
def test_the_same_words_are_news_where_they_blame_another_plugin(
    error: tuple[str, ...], plugin: str, *, is_news: bool
) -> None:
    noise = [line.format("shelf-view") for line in error]
    shown = [line.format(plugin) for line in error]
    assert news_of(shown, noise) == (shown if is_news else [])
