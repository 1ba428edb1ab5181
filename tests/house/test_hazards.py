"""The hazard log: each hazard is controlled, and each control is shown by tests that exist."""

from __future__ import annotations

import tomllib

from tests.house.program import ROOT, functions, text

LOG = "docs/safety/hazards.toml"


def hazards():
    return tomllib.loads(text(LOG))["hazard"]


def test_every_hazard_says_what_it_is_where_it_comes_from_and_what_controls_it():
    incomplete = [
        hazard.get("id", hazard)
        for hazard in hazards()
        if not all(hazard.get(key) for key in ("id", "title", "source", "controls"))
    ]
    assert not incomplete, f"{LOG}: fill id, title, source and controls of {incomplete}"


def test_every_item_of_the_clinics_safety_list_that_is_built_has_its_hazard():
    carried = {f"S{number:02}" for number in range(1, 31)} - {"S25"}  # 25 stands with 24
    assert carried <= {hazard["id"] for hazard in hazards()}


def test_every_hazard_has_an_id_of_its_own():
    ids = [hazard["id"] for hazard in hazards()]
    assert sorted(ids) == sorted(set(ids))


def test_every_hazard_has_a_test():
    orphans = [hazard["id"] for hazard in hazards() if not hazard.get("tests")]
    assert not orphans, f"{LOG}: name a test that would fail if the control were gone: {orphans}"


def test_every_test_that_a_hazard_names_exists():
    named = [(hazard["id"], test) for hazard in hazards() for test in hazard.get("tests", [])]
    missing = [f"{id_}: {test}" for id_, test in named if not _exists(test)]
    assert not missing, f"{LOG} names tests that are not there: {missing}"


def _exists(test):
    """Whether `tests/folder/test_file.py::test_name` is there."""
    path, _, name = test.partition("::")
    file_exists = path.startswith("tests/") and (ROOT / path).is_file()
    return file_exists and name.startswith("test_") and name in {f.name for f in functions(path)}
