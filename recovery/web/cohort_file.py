"""The cohort as a file to take away: a line for the whole, each day, week, rule and step, and the data dictionary."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO

from recovery.clinical.cohort import Quartiles
from recovery.clinical.cohort_choice import Choice
from recovery.clinical.cohort_figures import (
    DayFigures,
    Figures,
    ReliefFigures,
    RuleFigures,
    Told,
    WaitFigures,
)
from recovery.clinical.cohort_flags import WAITS_FOR_A_PERSON
from recovery.clinical.pathway import Pathway, Trajectory
from recovery.clinical.trajectory import published
from recovery.records.cohort import Worked
from recovery.web.cohort_columns import COLUMNS, HIDDEN, Column
from recovery.web.cohort_form import query

Value = str | int | float | None
Line = Mapping[str, Value]
NAMES = tuple(column.name for column in COLUMNS)


def write(worked: Worked, choice: Choice, pathway: Pathway) -> str:
    """The file; the choice stands in each line, so that none can be taken for another's."""
    same = {"as_of": worked.as_of.isoformat(timespec="seconds"), **query(choice)}
    lines = ({**same, **line} for line in lines_of(worked.figures, pathway))
    return _written(NAMES, ([_cell(line, name) for name in NAMES] for line in lines))


def dictionary() -> str:
    """What each column is."""
    return _written(Column._fields, COLUMNS)


def _written(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    file = StringIO(newline="")
    writer = csv.writer(file)  # its line ends are those of RFC 4180
    writer.writerow(heading)
    writer.writerows(rows)
    return file.getvalue()


def _cell(line: Line, name: str) -> str:
    """Empty where there is nothing to say, else the number or that it is hidden."""
    if name not in line:
        return ""
    value = line[name]
    if value is None:
        return HIDDEN
    return str(round(value, 2) if isinstance(value, float) else value)


def lines_of(figures: Figures, pathway: Pathway) -> Iterator[Line]:
    """Every line; None is hidden."""
    yield {"row": "all", "patients": figures.patients, "patient_weeks": figures.patient_weeks}
    relief = {each.day: each for each in figures.relief}
    for day in figures.days:
        judged = _relief(relief[day.number]) if day.number in relief else {}
        yield {"row": "day", "at": day.number, **_day(day, pathway), **judged}
    for week in figures.weeks:
        answered = {"followed_patients": week.patients, "answered_percent": week.answered_percent}
        yield {"row": "week", "at": week.number, **answered}
    for rule, of_rule in {**figures.rules, "all": figures.all_rules}.items():
        yield {"row": "rule", "at": rule, **_rule(of_rule)}
    for step in figures.waits:
        yield {"row": "step", "at": f"{step.group}.{step.step}", **_step(step)}


def _day(day: DayFigures, pathway: Pathway) -> Line:
    of = pathway.trajectory
    return {
        **_reports("pain", day.pain, of.pain, day.number),
        **_reports("mobility", day.mobility, of.mobility, day.number),
    }


def _reports(name: str, told: Told | None, trajectory: Trajectory, day: int) -> Line:
    typical = published(day, trajectory.published, trajectory.highest)
    return {
        **_quartiles(name, told.quartiles if told else None),
        f"{name}_patients": told.patients if told else None,
        f"{name}_published_mean": typical.expected,
        f"{name}_published_low": typical.low,
        f"{name}_published_high": typical.high,
    }


def _quartiles(name: str, quartiles: Quartiles | None) -> Line:
    parts = ("first_quartile", "median", "third_quartile")
    values = quartiles or (None, None, None)
    return {f"{name}_{part}": value for part, value in zip(parts, values, strict=True)}


def _relief(relief: ReliefFigures) -> Line:
    shares = {f"relief_{percent}_percent": share for percent, share in relief.percents.items()}
    low = relief.low_before
    return {"relief_patients": relief.patients, **shares, "relief_low_before_patients": low}


def _rule(of: RuleFigures) -> Line:
    return {
        "flags": of.flags,
        "flag_patients": of.patients,
        "flags_per_100_patient_weeks": of.rate,
        "flags_judged": of.judged,
        **({} if of.judged == 0 else {"useful_percent": of.useful_percent}),
    }


def _step(step: WaitFigures) -> Line:
    waits = step.step in WAITS_FOR_A_PERSON
    return {
        "step_patients": step.patients,
        **_quartiles("all_hours", step.all_hours),
        **(_quartiles("open_hours", step.open_hours) if waits else {}),
    }
