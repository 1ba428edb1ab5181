"""Vectors: what the server's reading and advice say to many forms, kept so that the phone's scripts are held to it.

`python -m tests.clinical.vectors` writes them anew into tests/vectors after the pathway has changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from itertools import groupby, product
from pathlib import Path

from recovery.clinical import advice, limits, reading
from recovery.clinical.answers import LEG_WEAKNESS, SIGNS, Answers
from recovery.clinical.limits import Limit
from recovery.clinical.pathway import Pathway, load, read_default
from recovery.web.advice_sheet import table_of

FOLDER = Path(__file__).parent.parent / "vectors"
PATHWAY = load(read_default("vertebroplasty"))
# Notes may be long; that they are counted alike shows in short ones.
QUESTIONS = replace(PATHWAY.questions, note_max_characters=20)
DAY_0 = date(2026, 3, 1)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
Axes = Mapping[str, Sequence[object]]


def celsius() -> list[float | None]:
    """Every limit of the table with its neighbours, an ordinary reading, and none."""
    rows = (
        each for row in PATHWAY.advice for each in (row.temperature_from, row.temperature_below)
    )
    points = {10 * point for point in rows if point is not None}
    near = {round(point) + step for point in points for step in (-1, 0, 1)}
    return [None, *(tenths / 10 for tenths in sorted({*near, 365, 402}))]


def days() -> list[int]:
    """Days on which another row begins or ends to count, the day before and after, and a late one."""
    edges = {day for row in PATHWAY.advice for day in (row.day_from, row.day_to) if day is not None}
    near = {edge + step for edge in edges for step in (-1, 0, 1)}
    return sorted(day for day in {*near, 0, 70} if day >= 0)


PAINS = [None, *range(11)]
EVERY_SET = list(range(2 ** len(SIGNS)))
LEG = 1 << SIGNS.index("leg_weakness")
WOUND = 1 << SIGNS.index("wound")
YES_NO = [None, True, False]
OWN_LIMITS: list[list[dict[str, object]]] = [
    [],
    [{"first_day": "2026-03-03", "last_day": "2026-03-08", "number": 37.4}],
    [
        {"first_day": "2026-03-01", "last_day": "2026-03-05", "number": 37.6},
        {"first_day": "2026-03-05", "last_day": "2026-05-30", "number": 37.1},
    ],
]
# The last axis of a block runs quickest.
BLOCKS: dict[str, Axes] = {
    "every set of signs": {
        "warning_signs": EVERY_SET,
        "temperature_c": celsius(),
        "day": days(),
        "pain": PAINS,
    },
    "which leg": {
        "warning_signs": [each for each in EVERY_SET if each & LEG],
        "leg_weakness": LEG_WEAKNESS,
        "temperature_c": celsius(),
        "day": [2, 20],
    },
    "everything else": {
        "day": [1, 20],
        "warning_signs": [0, WOUND],
        "temperature_instead": [None, "no_thermometer", "felt_hot"],
        "temperature_c": [None, 34.9, 36.5, 37.2, 37.9],
        "pain": [None, 4, 8, 9],
        "pain_place": [None, "same", "new"],
        "pain_onset": [None, "sudden", "gradual"],
        "fall": YES_NO,
        "paracetamol": YES_NO,
    },
    "own fever limits": {
        "limits": OWN_LIMITS,
        "warning_signs": [0, LEG],
        "day": range(12),
        "temperature_c": [None, *(tenths / 10 for tenths in range(369, 382))],
    },
}


def told(axes: Axes, pathway: Pathway = PATHWAY) -> Iterator[str]:
    """The key of the advice for each combination of these axes, in turn."""
    tables = {}
    for values in product(*axes.values()):
        given = dict(zip(axes, values, strict=True))
        day, own = given.pop("day"), given.pop("limits", [])
        of_day = (day, json.dumps(own))
        if of_day not in tables:
            on = DAY_0 + timedelta(days=day)
            tables[of_day] = limits.advice_for(pathway, map(_limit, own), on)
        given["warning_signs"] = _signs(given["warning_signs"])
        yield advice.advise(Answers(**given), day, tables[of_day]).key


def _limit(row: Mapping[str, str]) -> Limit:
    first, last = (date.fromisoformat(row[name]) for name in ("first_day", "last_day"))
    return Limit("fever_limit", first, last, float(row["number"]))


def _signs(mask: int) -> frozenset[str]:
    return frozenset(sign for bit, sign in enumerate(SIGNS) if mask & 1 << bit)


def advice_text() -> str:
    """tests/vectors/advice.json: the table, and per block its axes and a run-length string of letters for keys."""
    keys = list(dict.fromkeys(row.key for row in PATHWAY.advice))
    letter = dict(zip(keys, LETTERS, strict=False))
    blocks = {
        name: {
            "axes": {axis: list(values) for axis, values in axes.items()},
            "told": "".join(f"{letter[key]}{len(list(run))}" for key, run in groupby(told(axes))),
        }
        for name, axes in BLOCKS.items()
    }
    return _written(
        {"day_0": DAY_0.isoformat(), "signs": SIGNS, "keys": keys, **table_of(PATHWAY)}
        | {"blocks": blocks}
    )


TYPED = [
    "36.8",
    "38.5",
    "38,5",
    "38.",
    "37",
    "037",
    "38,5 °C",
    "98,6 F",
    " 36.8 ",
    "\xa036.8",
    "37.94",
    "37.95",
    "37.949",
    "37.05",
    "36.949",
    "34.9",
    "35.0",
    "34.949",
    "34.95",
    "40.5",
    "40.549",
    "40.55",
    "40.6",
    "34.0",
    "33.9",
    "33",
    "32.0",
    "31.9",
    "31.949",
    "31.95",
    "42.0",
    "42.1",
    "43.0",
    "43.1",
    "43.049",
    "3.85",
    "380",
    "385",
    "3850",
    "0.385",
    "3.645",
    "3.655",
    "3.665",
    "36450",
    "36550",
    "0",
    "000",
    "0.",
    "00.5",
    "90",
    "89.9",
    "110",
    "110.1",
    "100.4",
    "100.3",
    "100.22",
    "100.31",
    "99.95",
    "93.2",
    "94.9",
    "105",
    "106",
    "107.6",
    "107.7",
    "109.4",
    "109.5",
    "101.3",
    "1004",
    "10.04",
    "986",
    "9.86",
    "212",
    "99999",
    "99999.999",
    "100000",
    "38.5555",
    "warm",
    "C",
    "-38",
    "3e1",
    "38.5.1",
    "38 5",
    "٣٨",
    "½",
    "38;5",
    ",5",
    ".5",
    "\ufeff38.5",
    "38.5\x1c",
]
USUAL: dict[str, list[str]] = {"pain": ["3"], "mobility": ["4"], "warning_signs": ["none"]}


def forms() -> Iterator[dict[str, list[str]]]:
    """Posted forms: every kind of reading in both units, then each other box left, filled and filled in badly."""
    for typed, unit, confirmed in product(TYPED, ("C", "F"), (False, True)):
        form = {**USUAL, "temperature": [typed], "temperature_unit": [unit]}
        yield {**form, "temperature_confirmed": ["yes"]} if confirmed else form
    for name, texts in OTHER_BOXES.items():
        yield from ({**USUAL, name: posted} for posted in texts)
    for legs in ([], ["one"], ["worse", "one"], ["both", ""], ["three"], ["worse", "three"]):
        for signs in ([], ["none"], ["leg_weakness"], ["chills", "none"]):
            yield {"pain": ["3"], "leg_weakness": legs, "warning_signs": signs}
    yield {}
    yield {"temperature": ["380"], "warning_signs": ["chest_pain_or_breathless"], "pain": ["11"]}


OTHER_BOXES: dict[str, list[list[str]]] = {
    "pain": [[], [""], [" "], ["0"], ["10"], ["11"], ["05"], ["005"], ["3.5"], ["-1"], ["3", "9"], ["٣"]],
    "mobility": [[], [""], ["0"], ["5"], ["6"], [" 4 "], ["x"]],
    "temperature_unit": [["C"], ["F"], ["K"], [""]],
    "temperature_instead": [["felt_hot"], ["no_thermometer"], ["felt_hot", "no_thermometer"], ["x"]],
    "warning_signs": [
        [],
        [""],
        ["none"],
        ["none", "wound"],
        [" wound ", "chills"],
        ["x"],
        ["x", "confusion"],
        list(SIGNS),
    ],
    "wound_unseen": [["yes"], ["no"], [""]],
    "paracetamol": [["yes"], ["no"], ["maybe"]],
    "answered_by": [["patient"], ["with_help"], ["for_patient"], ["x"]],
    "pain_place": [["same"], ["new"], ["x"]],
    "pain_onset": [["sudden"], ["gradual"], ["x"]],
    "fall": [["yes"], ["no"], ["x"]],
    "note": [
        [" Slept well. \r\n Walked.\t\u0007 "],
        ["\u0000\x7f\x85\u200b\ud83dx"],
        ["e\u0301\U0001f642" * 6 + "ab"],
        ["e\u0301\U0001f642" * 7],
        ["\r\n" * 30],
        ["x" + "\r\n" * 19 + "y"],
        ["x" + "\r\n" * 18 + "y"],
    ],
}  # fmt: skip


def reading_text() -> str:
    """tests/vectors/reading.json: each form with its problems and those answers that differ from an empty form's."""
    read = []
    for form in forms():
        answers, problems = reading.read(form, QUESTIONS)
        changed = {name: each for name, each in plain(answers).items() if each != EMPTY[name]}
        noted = [asdict(problem) for problem in problems]
        read.append({"form": form, "answers": changed, "problems": noted})
    return _written({"questions": asdict(QUESTIONS), "empty": EMPTY, "read": read})


def plain(answers: Answers) -> dict[str, object]:
    """Answers as the phone's script holds them; "incomplete" is the server's word."""
    signs = answers.warning_signs
    values = {**asdict(answers), "warning_signs": None if signs is None else sorted(signs)}
    del values["incomplete"]
    return values


EMPTY = plain(Answers())


def _written(vectors: Mapping[str, object]) -> str:
    """One line for each part, so that a change can be read."""
    lines = (f" {json.dumps(name)}: {_part(part)}" for name, part in vectors.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _part(part: object) -> str:
    if isinstance(part, dict) and part.keys() == BLOCKS.keys():
        rows = (f"  {json.dumps(name)}: {_compact(value)}" for name, value in part.items())
        return "{\n" + ",\n".join(rows) + "\n }"
    if isinstance(part, list) and part and isinstance(part[0], dict):
        return "[\n" + ",\n".join(f"  {_compact(row)}" for row in part) + "\n ]"
    return _compact(part)


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


FILES = {"advice.json": advice_text, "reading.json": reading_text}

if __name__ == "__main__":
    for name, text in FILES.items():
        (FOLDER / name).write_text(text(), encoding="utf-8")
