"""Limits of a key, so that whoever stole one can neither make others wait nor fill the tables."""

from enum import StrEnum

# Branches, of plugins and hosts together, and commits of which nobody spoke before: each is a row for a year. A canary
# server reports a thousand plugins on three branches at the most, all of them new on the first night: 6,003.
MOST_NEW_NAMES = 10_000
# How many of these a key gets back: in a night, as many as a thousand plugins have new commits.
NEW_NAMES_AN_HOUR = 500


class KeyLimit(StrEnum):
    """What a key used up: the writer's time, or the new branches and commits that it may name."""

    TIME = "time"
    NEW_NAMES = "new names"
