"""What a key may not go beyond, so that one that was stolen neither makes others wait nor fills the tables."""

from enum import StrEnum

# Branches, of plugins and hosts together, and commits of which nobody spoke before: each is a row for a year. A canary
# server reports a thousand plugins on three branches at the most, all of them new on the first night: 6,003.
MOST_NEW_NAMES = 10_000
# What a key gets back of them meanwhile: in a night's time as many as those plugins' new commits.
NEW_NAMES_AN_HOUR = 500


class KeyLimit(StrEnum):
    """What a key used up: the writer's time, or the new branches and commits that it may name."""

    TIME = "time"
    NEW_NAMES = "new names"
