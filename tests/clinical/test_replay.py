"""Replay over a small made-up cohort: who is found, the same bytes each time, and bad rows refused whole."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from recovery.clinical.replay import run
from tests.clinical.courses import PATHWAY

COHORT = Path(__file__).parent / "cohort"


def replay(
    folder: Path, checkins: Path = COHORT / "checkins.csv", patients: Path = COHORT / "patients.csv"
) -> list[str]:
    return run(checkins, patients, folder / "flags.csv", folder / "bands.csv", PATHWAY, 7)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def flagged(folder: Path, rule: str) -> set[str]:
    return {row["patient"][-2:] for row in rows(folder / "flags.csv") if row["rule"] == rule}


def written(folder: Path, checkins: str, patients: str = "") -> list[str]:
    """Errors of a replay of these lines; the folder holds what it wrote."""
    head = "patient,procedure_date,baseline_pain"
    (folder / "p.csv").write_text(f"{head}\n" + (patients or "ana,2026-03-02,7\n"))
    head = "patient,date,pain,mobility,temperature_c,warning_signs"
    (folder / "c.csv").write_text(f"{head}\n{checkins}")
    return replay(folder, folder / "c.csv", folder / "p.csv")


def test_the_made_up_cohort_is_judged_as_it_was_made(tmp_path: Path) -> None:
    assert replay(tmp_path) == []
    assert flagged(tmp_path, "warning_sign") == {"06", "07"}
    assert {"04"} <= flagged(tmp_path, "fever")
    assert {"01", "02", "04"} <= flagged(tmp_path, "pain_worsening")
    assert {"03"} <= flagged(tmp_path, "not_improving")
    silent = [row["date"] for row in rows(tmp_path / "flags.csv") if row["patient"].endswith("05")]
    assert "2026-03-23" < min(silent) <= "2026-03-29"


def test_a_second_replay_writes_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        replay(folder)
    for name in ("flags.csv", "bands.csv"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_bands_have_a_row_for_each_day_and_stay_on_the_scale(tmp_path: Path) -> None:
    replay(tmp_path)
    bands = rows(tmp_path / "bands.csv")
    assert len(bands) == 20 * 90
    for row in bands:
        for low, mid, high in (
            ("low", "expected", "high"),
            ("peak_low", "peak_expected", "peak_high"),
        ):
            assert 0 <= float(row[low]) <= float(row[mid]) <= float(row[high]) <= 10


def test_an_open_flag_is_raised_once_and_again_after_it_was_closed(tmp_path: Path) -> None:
    feverish = "".join(f"ana,2026-03-{day:02d},3,3,38.5,\n" for day in range(6, 14))
    assert written(tmp_path, feverish) == []
    fevers = [row["date"] for row in rows(tmp_path / "flags.csv") if row["rule"] == "fever"]
    assert fevers == ["2026-03-06", "2026-03-13"]


def test_bands_are_optional(tmp_path: Path) -> None:
    made = run(
        COHORT / "checkins.csv", COHORT / "patients.csv", tmp_path / "f.csv", None, PATHWAY, 7
    )
    assert made == []
    assert [each.name for each in tmp_path.iterdir()] == ["f.csv"]


@pytest.mark.parametrize(
    ("checkins", "because"),
    [
        ("ana,2026-03-05,11,3,36.5,\n", "line 2: pain '11' is not a whole number from 0 to 10"),
        ("ana,2026-03-05,3,x,36.5,\n", "line 2: mobility 'x'"),
        (f"ana,2026-03-05,{'9' * 5000},3,36.5,\n", "line 2: pain '9999"),
        ("ana,2026-03-05,3,3,3_8,\n", "line 2: temperature_c '3_8'"),
        ("ana,2026-03-05,3,3,3.8e1,\n", "line 2: temperature_c '3.8e1'"),
        ("ana,9999-12-31,3,3,,\n", "line 2: date 9999-12-31 is not between 1900 and 2100"),
        ("ana,2027-04-07,3,3,,\n", "line 2: 2027-04-07 lies more than 400 days after"),
        ("ana,2026-03-05,3,3,380,\n", "line 2: temperature_c '380'"),
        ("ana,2026-03-05,3,3,warm,\n", "line 2: temperature_c 'warm'"),
        ("ana,2026-03-05,3,3,nan,\n", "line 2: temperature_c 'nan'"),
        ("ana,5 March,3,3,36.5,\n", "line 2: date '5 March' is not a date"),
        ("ana,2026-03-01,3,3,36.5,\n", "line 2: 2026-03-01 lies before the procedure"),
        ("bo,2026-03-05,3,3,36.5,\n", "line 2: patient bo is not among the patients"),
        ("ana,2026-03-05,3,3,36.5,gout\n", "line 2: warning sign gout is not known"),
        ("ana,2026-03-05,3,3\n", "line 2: has not as many fields"),
        (
            "ana,2026-03-05,3,3,,\nana,2026-03-05,4,3,,\n",
            "line 3: patient ana has 2026-03-05 twice",
        ),
    ],
)
def test_a_bad_row_is_named_with_file_line_and_reason_and_nothing_is_written(
    tmp_path: Path, checkins: str, because: str
) -> None:
    (error,) = written(tmp_path, checkins)
    assert error.startswith(str(tmp_path / "c.csv"))
    assert because in error
    assert not (tmp_path / "flags.csv").exists()


@pytest.mark.parametrize(
    ("patients", "because"),
    [
        ("ana,2026-03-02,7\nana,2026-03-02,7\n", "line 3: patient ana stands there twice"),
        ("ana,2026-13-02,7\n", "line 2: procedure_date '2026-13-02'"),
        ("ana,9999-12-31,7\n", "line 2: procedure_date 9999-12-31 is not between"),
        ("ana,2026-03-02,70\n", "line 2: baseline_pain '70'"),
        (",2026-03-02,7\n", "line 2: the patient is missing"),
    ],
)
def test_a_bad_patient_is_named_too(tmp_path: Path, patients: str, because: str) -> None:
    (error,) = written(tmp_path, "", patients)
    assert because in error


def test_a_missing_file_or_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("patient,baseline_pain\nana,7\n")
    errors = replay(tmp_path, tmp_path / "none.csv", tmp_path / "p.csv")
    assert "the column procedure_date is missing" in errors[0]
    assert "none.csv: there is no such file" in errors[1]


@pytest.mark.parametrize("wrong", ["flags", "bands"])
def test_a_place_that_cannot_be_written_is_named_and_nothing_is_written(
    tmp_path: Path, wrong: str
) -> None:
    flags, bands = tmp_path / "flags.csv", tmp_path / "bands.csv"
    missing = tmp_path / "none" / f"{wrong}.csv"
    places = (missing, bands) if wrong == "flags" else (flags, missing)
    made = run(COHORT / "checkins.csv", COHORT / "patients.csv", *places, PATHWAY, 7)
    assert made == [f"{missing}: cannot be written: No such file or directory"]
    assert list(tmp_path.iterdir()) == []


def test_flags_are_not_written_when_a_folder_stands_where_the_bands_belong(tmp_path: Path) -> None:
    (tmp_path / "bands.csv").mkdir()
    (error,) = replay(tmp_path)
    assert "bands.csv: cannot be written" in error
    assert not (tmp_path / "flags.csv").exists()


def test_a_patient_without_a_single_answer_is_missed(tmp_path: Path) -> None:
    assert written(tmp_path, "") == []
    assert rows(tmp_path / "flags.csv")[0]["rule"] == "gone_quiet"
