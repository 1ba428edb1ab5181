"""The vectors by which the phone's scripts are judged say what reading and advice say today."""

from __future__ import annotations

import json

import pytest

from tests.clinical import vectors

ANEW = "write them anew: python -m tests.clinical.vectors"


@pytest.mark.slow
@pytest.mark.parametrize("name", vectors.FILES)
def test_the_vectors_are_what_the_server_says(name: str) -> None:
    kept = (vectors.FOLDER / name).read_text(encoding="utf-8")
    assert kept == vectors.FILES[name](), ANEW


def test_every_set_of_signs_every_limit_and_every_pain_is_among_them() -> None:
    kept = json.loads((vectors.FOLDER / "advice.json").read_text(encoding="utf-8"))
    axes = kept["blocks"]["every set of signs"]["axes"]
    assert axes["warning_signs"] == list(range(256))
    assert axes["pain"] == [None, *range(11)]
    limits = {34.9, 35.0, 35.1, 37.1, 37.2, 37.3, 37.7, 37.8, 37.9, 38.0, 38.1}
    assert {None, *limits} <= {*axes["temperature_c"]}
    assert {0, 2, 3, 4} <= {*axes["day"]}
