"""The host's own file that names its version."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.metadata.host_file import version_in_file

NEW = """# frozen_string_literal: true

module Discourse
  # work around reloader
  unless defined?(::Discourse::VERSION)
    module VERSION #:nodoc:
      STRING = "{}"

      PARTS = STRING.split(".")
      MAJOR = PARTS[0].to_i
    end
  end
end
"""
OLD = """    module VERSION #:nodoc:
      MAJOR = 2
      MINOR = 8
      TINY  = 0
      PRE   = {}

      STRING = [MAJOR, MINOR, TINY, PRE].compact.join('.')
"""


@pytest.mark.parametrize(
    ("text", "version"),
    [
        (NEW.format("3.5.0"), "3.5.0"),
        (NEW.format("2026.2.0-latest"), "2026.2.0-latest"),
        (NEW.replace('"{}"', "'2026.2.0-latest.1'"), "2026.2.0-latest.1"),
        (NEW.replace('"{}"', '"2026.1.0".freeze'), "2026.1.0"),
        (NEW.format("3.5.0.beta2-dev"), "3.5.0.beta2-dev"),
        (OLD.format("'beta3'"), "2.8.0.beta3"),
        (OLD.format('"beta3"'), "2.8.0.beta3"),
        (OLD.format("nil"), "2.8.0"),
        (NEW.format("soon"), None),
        ("MAJOR = 2", None),
        ("\n" * 100_000, None),  # which was gone through again from each line: for half a minute
        ("", None),
    ],
)
def test_the_version(text: str, version: str | None) -> None:
    assert version_in_file(text) == version


@given(st.text() | st.text().map(NEW.replace("{}", "3").__add__))
def test_anything_can_be_read(text: str) -> None:
    found = version_in_file(text)
    assert found is None or found[0].isdigit()
