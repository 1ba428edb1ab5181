"""Every package is pinned to one version and says what it is for."""

from __future__ import annotations

import importlib.metadata
import json
import re

import pytest

from tests.house.program import text

PINNED = re.compile(r"(?P<name>[\w.-]+)(\[\w+\])?==(?P<version>[\w.]+) +# (?P<reason>\S.*)")
LISTS = ["requirements.txt", "requirements-dev.txt"]


def packages(path):
    lines = text(path).splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


@pytest.mark.parametrize("path", LISTS)
def test_every_package_is_pinned_and_has_a_reason(path):
    loose = [line for line in packages(path) if not PINNED.fullmatch(line)]
    assert not loose, f"write `name==version  # what it is for`: {loose}"


@pytest.mark.parametrize("path", LISTS)
def test_the_tests_run_with_the_pinned_versions(path):
    pins = [PINNED.fullmatch(line) for line in packages(path)]
    wanted = {pin["name"]: pin["version"] for pin in pins if pin}
    installed = {name: importlib.metadata.version(name) for name in wanted}
    assert installed == wanted


def test_no_package_is_listed_twice():
    names = [line.partition("==")[0].lower() for path in LISTS for line in packages(path)]
    assert sorted(names) == sorted(set(names))


def test_the_tools_for_scripts_are_pinned():
    versions = json.loads(text("package.json"))["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values()), versions
