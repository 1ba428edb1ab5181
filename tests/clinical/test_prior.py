"""The priors in the pathway file are what tools/fit_prior.py makes of the evidence, for each choice of studies."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from typing import Any

import pytest

from recovery.clinical.pathway import read_default
from tests.house.program import ROOT

TRAJECTORY = read_default("vertebroplasty")["trajectory"]


def fitted(*words: str) -> dict[str, Any]:
    """What the fit prints is TOML, so that it can be copied as it stands."""
    command = [sys.executable, "tools/fit_prior.py", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    trajectory: dict[str, Any] = tomllib.loads(done.stdout)["trajectory"]
    return trajectory


@pytest.mark.parametrize("scale", ["pain", "mobility"])
def test_the_pathways_prior_and_published_curve_are_what_the_fit_prints(scale: str) -> None:
    printed = fitted()[scale]
    assert set(printed) == {"mean", "sd", "correlation", "published"}
    assert printed == {key: TRAJECTORY[scale][key] for key in printed}


def test_the_choice_of_studies_moves_the_mean_and_nothing_else() -> None:
    reference, everything = fitted(), fitted("--studies", "all")
    for scale in ("pain", "mobility"):
        assert everything[scale].pop("mean") != reference[scale].pop("mean")
    assert everything == reference


def test_pain_falls_and_mobility_rises_whichever_studies_are_chosen() -> None:
    for studies in ("reference", "all"):
        printed = fitted("--studies", studies)
        assert sum(printed["pain"]["mean"][1:]) > 0 > sum(printed["mobility"]["mean"][1:])


def test_verified_rows_alone_give_pain_a_course_and_mobility_none() -> None:
    printed = fitted("--studies", "verified")
    assert printed["pain"]["mean"][0] < TRAJECTORY["pain"]["mean"][0]
    assert "mean" not in printed["mobility"]
