"""The wheel of the kit has all of it, and needs nothing else."""

import ast
import sys
import tomllib

from tests.kit.hosts import KIT

PROJECT = tomllib.loads((KIT / "pyproject.toml").read_text())
# What a host brings that has such plugins.
BROUGHT = {"pluggy"}


def test_every_file_is_in_the_wheel() -> None:
    told = PROJECT["tool"]["setuptools"]
    files = [file for file in (KIT / "pluginwatch_kit").rglob("*") if file.suffix != ".pyc"]
    packages = {
        str(file.parent.relative_to(KIT)).replace("/", ".")
        for file in files
        if file.name == "__init__.py"
    }
    assert set(told["packages"]) == packages
    rest = {
        str(file.relative_to(KIT / "pluginwatch_kit"))
        for file in files
        if file.is_file() and file.suffix != ".py"
    }
    assert set(told["package-data"]["pluginwatch_kit"]) == rest


def test_every_licence_is_in_the_wheel() -> None:
    told = PROJECT["project"]["license-files"]
    assert set(told) == {str(file.relative_to(KIT)) for file in KIT.rglob("*LICENSE")}
    assert (KIT / "LICENSE").read_text() == (KIT.parent / "LICENSE").read_text()


def test_it_needs_the_standard_library_alone() -> None:
    assert "dependencies" not in PROJECT["project"]
    needed = set()
    for file in (KIT / "pluginwatch_kit").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                needed |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                needed.add((node.module or "").partition(".")[0])
    assert needed - sys.stdlib_module_names - {"pluginwatch_kit"} == BROUGHT
