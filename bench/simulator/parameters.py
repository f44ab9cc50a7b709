"""The simulated world, in figures. They describe the world, and stay as they are when rules change.

They were chosen so that the rules as of the simulator's first day yield about what a longer study of them had found.
Over the years of seeds 1 and 3, each figure then lay within a factor of 1.5 of the study's, but for one: recoveries
that are told late, 11.5 a year where the study has 6. Fourteen of the 23 were members of one outbreak.
"""

from datetime import UTC, datetime, timedelta

START = datetime(2025, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MONTH = timedelta(days=365 / 12)

# Plugins: so many when the simulation begins; the last of them joins when 38 months are over.
FIRST_PLUGINS, MOST_PLUGINS = 180, 300
GROWTH = 38 * MONTH
COMMITS_A_MONTH = 1.5  # the median; a tenth of them have ten times as many
COMMITS_SIGMA = 1.2

# The host: commits a day on tests-passed; how often the other branches take them over, and get a fix of their own.
HOST_COMMITS_A_DAY = 20
BRANCHES = ("tests-passed", "beta", "stable")
TAKES_OVER = {"beta": 7 * DAY, "stable": 30 * DAY}
BACKPORTS = {"beta": 36 * HOUR, "stable": 36 * HOUR}

# Real causes a month, by what breaks, and where it is seen.
CAUSES_A_MONTH = {
    ("host", "load"): 3.1,
    ("host", "browser"): 1.1,
    ("plugin", "load"): 2.9,
    ("plugin", "browser"): 0.6,
    ("plugin", "tests"): 1.3,
    ("host", "field"): 0.3,
    ("plugin", "field"): 0.7,
}
# How many plugins a host's commit breaks: (chance, at least, at most).
VICTIMS = ((0.50, 1, 1), (0.15, 2, 2), (0.25, 3, 6), (0.10, 7, 15))
REVERTED = 0.2  # a host's commit that is taken back, after so many days
REVERT_DAYS = (0.5, 3.0)
FIX_DAYS, FIX_SIGMA = 3.0, 1.0  # median, until a plugin is mended
FIELD_FIX_DAYS = 6.0  # what only some sites see takes longer to be understood
AHEAD = 0.2  # a plugin's commit that needs a newer host, by so many days
AHEAD_DAYS = (1.0, 20.0)
UNLIKE = 0.15  # a victim of a host's commit that fails with words of its own
SUSCEPTIBLE = 0.4  # client sites on which what only shows in the field shows

# Machines.
SITES = (70, 200)
SITE_BRANCHES = {"tests-passed": 0.55, "beta": 0.1, "stable": 0.35}
SITE_PLUGINS = (4, 25)
SITE_REBUILD_DAYS = 5.0
SITE_RESTART_DAYS = 1.0
BEGINS_DAYS = 20  # nothing breaks meanwhile, so that all machines know what works
SICK_SHARE, SICK_DAYS, SICK_PLUGINS = 0.05, 10.0, (0.2, 0.5)
FLAKE = 0.02
FLAKE_OF_ENVIRONMENT, FLAKE_OF_SEVERAL = 0.55, 0.2
BROWSER_FLAKE_WITH_NOTICE = 0.25
WITH_CI = 0.18
CI_RERUN = 0.7
LATE, LATE_HOURS = 0.03, (1.0, 40.0)
DOUBLED, LOST = 0.02, 0.02

# What the host's commits touch, where GitHub is asked. Of 22 real breakages with an error's text the guilty one's title
# alone names the cause in 8, files and names of its diff in 19. Some commits touch what loads plugins, which stands in
# every backtrace; and some touch, shortly before it, what the guilty one removes.
TITLE_NAMES, DIFF_NAMES = 8 / 22, 19 / 22
TOUCHES_LOADER, TOUCHES_SAME = 0.02, 0.1
FILES_OF_COMMIT = (1, 6)
