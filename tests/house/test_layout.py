"""The top level holds what was agreed, and no file knows the machine on which it was written."""

from __future__ import annotations

import re

from tests.house.program import ROOT, files, text

TOP_LEVEL = {
    # the product
    *("recovery", "static", "templates", "translations", "migrations", "config.py", "deploy"),
    "requirements.txt",
    # its tests, tools and papers
    *("tests", "tools", "bench", "docs", ".ci", "README.md", "LICENSE", "Makefile"),
    *("requirements-dev.txt", "pyproject.toml", "package.json", "package-lock.json"),
    *(".gitignore", ".npmrc", "biome.json", "tsconfig.json", "tsconfig.worker.json"),
}
HOME_OF_SOMEBODY = re.compile(r"(?<![\w.+/=*-])/(?:home|root|Users|work|workspaces?)/")
REGISTRY = re.compile(
    r"registry\.npm|registry\.yarn|pypi\.org|pythonhosted|index-url|\"resolved\":"
)


def test_the_top_level_holds_only_what_was_agreed():
    found = {path.partition("/")[0] for path in files()}
    assert found <= TOP_LEVEL, f"move or agree: {sorted(found - TOP_LEVEL)}"


def test_no_file_names_a_folder_of_this_machine():
    assert not _lines_with(lambda line: HOME_OF_SOMEBODY.search(line) or f"{ROOT}/" in line)


def test_no_file_names_a_package_registry():
    assert not _lines_with(REGISTRY.search)


def _lines_with(matches):
    """Where a line of any text file matches; this file holds the patterns themselves."""
    return [
        f"{path}:{number}"
        for path in files()
        if path != "tests/house/test_layout.py"
        for number, line in enumerate(_lines(path), start=1)
        if matches(line)
    ]


def _lines(path):
    try:
        return text(path).splitlines()
    except UnicodeDecodeError:  # a picture
        return []
