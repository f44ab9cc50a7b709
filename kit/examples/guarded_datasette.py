"""Datasette that comes up whatever its plugins do, and goes on when a hook fails.

`python guarded_datasette.py serve x.db` in place of `datasette serve x.db`: it loads its plugins while it is imported.
"""

from importlib.metadata import version

from pluginwatch_kit.guard import Guard
from pluginwatch_kit.guard.for_pluggy import guarded

if __name__ == "__main__":
    with guarded(Guard("datasette", version("datasette")), watching=()):
        from datasette.cli import cli
    cli()
