"""The columns of the cohort's file, in one table: the file, its data dictionary and docs/cohort.md are made from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from recovery.clinical.marked_lines import table

HIDDEN = "hidden"
NEVER = "never"
FEW = "if fewer than 5 patients stand behind it"
PART = "if fewer than 5 patients stand behind it, or could be told by subtraction"


class Column(NamedTuple):
    """One column: in which rows it is filled, its type, its unit by UCUM, what it is, and when it is hidden."""

    name: str
    rows: str
    type: str
    unit: str
    meaning: str
    hidden: str


def _quartiles(name: str, rows: str, unit: str, of: str, hidden: str) -> Iterator[Column]:
    for part, said in (
        ("first_quartile", "a quarter lies below it"),
        ("median", "half lies below it"),
        ("third_quartile", "three quarters lie below it"),
    ):
        yield Column(f"{name}_{part}", rows, "decimal", unit, f"{of}: {said}", hidden)


def _reports(name: str, unit: str, of: str) -> Iterator[Column]:
    yield from _quartiles(name, "day", unit, of, FEW)
    behind = "at least so many patients reported it on this day"
    yield Column(f"{name}_patients", "day", "integer", "{patient}", behind, FEW)
    typical = "what people typically report after this procedure, not from this clinic"
    for part, said in (
        ("mean", "the mean"),
        ("low", "one standard deviation below the mean"),
        ("high", "one standard deviation above the mean"),
    ):
        meaning = f"{typical}: {said}"
        yield Column(f"{name}_published_{part}", "day", "decimal", unit, meaning, NEVER)


def _relief() -> Iterator[Column]:
    judged = "at least so many patients could be judged at this day: see relief"
    yield Column("relief_patients", "day", "integer", "{patient}", judged, FEW)
    for percent in (30, 50):
        of = f"of these, the share with at least {percent} % less pain than before the procedure"
        yield Column(f"relief_{percent}_percent", "day", "integer", "%", of, PART)
    low = "of these, at least so many had pain of 3 or less before, where a share says little"
    yield Column("relief_low_before_patients", "day", "integer", "{patient}", low, PART)


def _flags() -> Iterator[Column]:
    rates = "flags for each 100 weeks in which a patient was followed"
    useful = "of the flags that were closed with an answer, the share called useful"
    judged = "at least so many flags were closed with an answer"
    behind = "at least so many patients had such a flag"
    yield Column("flags", "rule", "integer", "{flag}", "flags raised", PART)
    yield Column("flag_patients", "rule", "integer", "{patient}", behind, PART)
    yield Column("flags_per_100_patient_weeks", "rule", "decimal", "{flag}/(100.wk)", rates, PART)
    yield Column("flags_judged", "rule", "integer", "{flag}", judged, PART)
    yield Column("useful_percent", "rule", "integer", "%", useful, PART)


def _steps() -> Iterator[Column]:
    behind = "at least so many patients had a flag that took this step"
    yield Column("step_patients", "step", "integer", "{patient}", behind, FEW)
    yield from _quartiles("all_hours", "step", "min", "how long the step took, day and night", FEW)
    yield from _quartiles(
        "open_hours", "step", "min", "of that, while the clinic was open; empty for a computer", FEW
    )


COLUMNS = (
    Column("as_of", "every", "dateTime", "", "when the figures were worked out, UTC", NEVER),
    Column("from", "every", "date", "", "the first day of a procedure that was chosen", NEVER),
    Column("to", "every", "date", "", "the last day of a procedure that was chosen", NEVER),
    Column("age", "every", "code", "", "the age group chosen: younger or older than 80", NEVER),
    Column("levels", "every", "code", "", "the levels treated that were chosen", NEVER),
    Column("version", "every", "code", "", "the pathway's version that was chosen", NEVER),
    Column("row", "every", "code", "", "what the row is of: all, day, week, rule or step", NEVER),
    Column(
        "at",
        "day, week, rule, step",
        "code",
        "",
        "day: days since the procedure; week: 1 holds the days 1 to 6; rule: its key, or all; step: the "
        "urgency (urgent: emergency or today) and the step",
        NEVER,
    ),
    Column("patients", "all", "integer", "{patient}", "at least so many patients count", FEW),
    Column("patient_weeks", "all", "integer", "wk", "weeks in which they were followed", FEW),
    *_reports("pain", "{score}", "the worst pain of the day, 0 to 10"),
    *_reports("mobility", "{step}", "the least mobility of the day, 0 to 5, a scale of our own"),
    *_relief(),
    Column(
        *("followed_patients", "week", "integer", "{patient}"),
        *("at least so many patients were asked in this week", FEW),
    ),
    Column(
        *("answered_percent", "week", "integer", "%"),
        *("of the days on which they were asked, the share with an answer", FEW),
    ),
    *_flags(),
    *_steps(),
)

DOCUMENT = """# The cohort page and its file

`/clinic/cohort` counts what a clinic's patients report together; `/clinic/cohort.csv` holds the same numbers, and
`/clinic/cohort-dictionary.csv` the table at the end of this page. It is no comparison of treatments, and it does not
say what the procedure caused. This page is printed from the program:

    PYTHONPATH=. .venv/bin/python tools/cohort_dictionary.py > docs/cohort.md

## Who counts, and for how long

Each patient counts once: with the first procedure that meets the choice and was followed for a whole day. Days run
from the enrolment, from the handing on to this clinic or, after a pathway that had ended, from the entry of another
procedure, whichever comes last (day 0 at the earliest). They run to yesterday, to the pathway's last day, to the day
before the next procedure, or to the day before the patient was withdrawn, transferred, deceased, in hospital or
paused, whichever comes first. Answers and flags of other days do not count, nor flags that a patient
who was handed on brought along. When an earlier pause was is not kept: its days count as
followed. All days are those of the patient's own calendar. A version of the pathway is the one in force on the day
of the procedure.

## What the numbers are

- **Pain and mobility.** For each day the worst of it, as the rules read it: of several check-ins the worst, of each
  check-in the latest revision. Quartiles lie between two neighbours in proportion (the seventh definition of
  Hyndman and Fan). The published curve is a mean of studies with one standard deviation each way, about two people
  in three; a median of whole numbers need not lie on it. It is no target, and day 72 is a levelling off.
- **Relief.** At a day: the median of the reported pains of that day and the six before, at least three of them,
  against the pain before the procedure. 30 % is a clinically important and 50 % a substantial improvement (E3 of
  [the evidence](evidence/clinical.md)); the window is our own choice, to be confirmed (OWN). Left out: no pain
  before the procedure, or not known; fewer reports; not followed on that day. With pain of 3 or less before, 30 %
  is about one point, within the scatter of a day: how many these are stands beside it.
- **Answered.** Days with an answer of all days followed, but for the day of the procedure and a silent day of the
  enrolment. Week 1 holds the days 1 to 6.
- **Flags.** Those raised about the days followed, for each 100 weeks in which a patient was followed. Useful: what
  was said when the flag was closed; flags without that answer are left out.
- **Steps.** Entry to flag: from the arrival of the answers that the review had not read before, the first of them
  if there were several, to the flag that it raised; flags that no answer raised, such as silence, have no such
  step. Flag to seen: to the first look. Seen to closed: by a person. Day and night, and while the clinic was open
  by its present hours; a computer needs no opening hours. Flags that have not taken a step yet are not in it, so
  the newest weeks look faster than they will be.

## What is hidden, and why

Everybody who may open the page may open every patient of the clinic. What is hidden protects the numbers when they
leave the clinic: in a file, on paper, in a talk.

1. Nothing is told of fewer than five patients.
2. How many stand behind a number is rounded down to fives ("at least 20"). Two such numbers differ by 0, 5, 10 and
   so on: no difference tells of one to four people who left, did not answer or are missing from a choice.
3. A table whose parts add up (flags by rule; useful and other flags by rule) hides, with each part of one to four
   patients, as many of the smallest other parts as are needed: never one alone, and never so that all hidden parts
   together make a small number. None is no patient, and is told.
4. Shares of relief cut one group: below 30 %, from 30 to 50 %, above. A share is told only if no piece that it cuts
   off holds one to four patients. "All" and "nobody" are not told: they would say the same of everybody.
5. A choice of which one part or several together leave out one to four patients shows nothing: with and without
   them they could be worked out. Nor does the choice of a version while any version has one to four patients, who
   are all of them less the other versions.
6. Small numbers and those hidden to protect them look the same.

What this does not prevent: two files with different choices, each fine by itself, can still be compared, and shares
are told to the percent. Whoever gives files out gives one, or asks for periods of a quarter or more.

## The file

CSV by RFC 4180, UTF-8, one header line, a point as decimal sign. A cell is empty where the column has nothing to
say in its row, and `hidden` where it has. Units are those of UCUM; `{score}`, `{step}`, `{patient}` and `{flag}`
count without a unit.

"""


def document() -> str:
    """docs/cohort.md as the program prints it."""
    heading = ("Column", "Rows", "Type", "Unit", "What it is", "Hidden")
    rows = [
        (f"`{column.name}`", *column[1:3], _code(column.unit), *column[4:]) for column in COLUMNS
    ]
    return f"{DOCUMENT}{table(heading, rows)}\n"


def _code(unit: str) -> str:
    return f"`{unit}`" if unit else ""
