"""What patients are asked and told, in words for the rule book: each question's answers, each advice's conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from . import patient_words as words
from .clinician_words import SIGNS, URGENCIES
from .marked_lines import MarkedLine, numbers, table
from .pathway import AdviceRow, Pathway

TOLD = (
    "The phone shows one of these as soon as the answers are in: the first whose condition holds. What stands in "
    "brackets is the clinic's own; its number is the out-of-hours number while it is closed."
)
LESS_OFTEN = (
    "Weekly: the yes-or-no lines of the Roland-Morris questionnaire, if the clinic has supplied them; their total is "
    "charted and higher is worse. Monthly: whether somebody else answered for the patient. No rule reads either of "
    "them, no change is called important, and nobody is flagged who leaves them out."
)
# What stands in a sentence where the program puts a clinic's own number or hour.
PLACES = {
    "emergency": "emergency number",
    "phone": "clinic's number",
    "clinic_phone": "clinic's number",
    "by": "time",
    "hours": "opening hours",
}
LEGS = {"one": "one leg", "both": "both legs", "worse": "getting worse", "unanswered": "no answer"}
PLAIN = {
    "temperature_instead": "felt hot or shivery, without a reading",
    "paracetamol": "paracetamol in the last 6 hours",
    "pain_place": "pain in a new place",
    "pain_onset": "pain that began all at once",
    "fall": "a fall",
}


def told_at_once(pathway: Pathway, lines: Sequence[MarkedLine]) -> Iterator[str]:
    """The chapter on advice: every row of its table, by level."""
    yield "## What patients are told at once"
    yield TOLD
    own = [line for line in lines if line.section == "advice"]
    because = [line for line in own if line.name == "key"]
    numbered = enumerate(zip(pathway.advice, because, strict=True), start=1)
    for level, group in groupby(numbered, key=lambda each: each[1][0].level):
        yield f"### {URGENCIES.get(level, 'No call')}"
        rows = [(place, row, line) for place, (row, line) in group]
        texts = [told(row.key, pathway) for _, row, _ in rows]
        shared = [
            text for text in texts[0] if len(rows) > 1 and all(text in each for each in texts)
        ]
        if shared:
            yield f"Each of these says: *{' … '.join(shared)}*"
        yield table(
            (
                "No.",
                "When",
                "What it says besides" if shared else "What it says",
                "Because",
                "Source",
                "Mark",
            ),
            (
                (str(place), conditions(row), _without(shared, text), *line.origin)
                for (place, row, line), text in zip(rows, texts, strict=True)
            ),
        )
    yield "### Below it"
    for heading, key in (
        ("Where a flag is raised as well", "on_the_list"),
        ("After No. {n}", "how_read"),
    ):
        yield f"{heading.format(n=len(because))}: *{' '.join(told(key, pathway))}*"
    yield "Numbers that stand in these tables alone:"
    yield numbers(line for line in own if line.name != "key")


def _without(shared: Sequence[str], texts: Sequence[str]) -> str:
    return " ".join(text for text in texts if text not in shared)


def asked(pathway: Pathway, lines: Sequence[MarkedLine]) -> Iterator[str]:
    """The chapter on questions."""
    yield "## What patients are asked"
    yield table(("Question", "Answers"), questions(pathway))
    yield numbers(lines, "questions")
    yield "### Less often than daily"
    yield LESS_OFTEN
    yield numbers(lines, "questionnaires")


class Blanks(dict[str, object]):
    """The values of a sentence; what has none stands in brackets."""

    def __missing__(self, name: str) -> str:
        return f"[{PLACES.get(name, name.replace('_', ' '))}]"


def told(key: str, pathway: Pathway) -> tuple[str, ...]:
    """What the patient reads, the clinic's own numbers and hours in brackets."""
    known = Blanks(measure_again_hours=pathway.rules.fever.repeated_hours)
    return tuple(text % known for text in words.ADVICE[key])


def conditions(row: AdviceRow) -> str:
    """When this advice is given, if none above it is."""
    return ", and ".join(_conditions(row)) or "anything else"


def _conditions(row: AdviceRow) -> Iterator[str]:
    if row.any_sign or row.all_signs:
        yield " or ".join(SIGNS[sign] for sign in (*row.any_sign, *row.all_signs))
    if row.leg_weakness:
        yield f"leg weakness: {' or '.join(LEGS[each] for each in row.leg_weakness)}"
    if row.temperature_from is not None:
        yield f"temperature {row.temperature_from} °C or more"
    if row.temperature_below is not None:
        yield f"temperature below {row.temperature_below} °C"
    if row.pain_from is not None:
        yield f"pain {row.pain_from} or more"
    yield from (text for name, text in PLAIN.items() if getattr(row, name) is not None)
    if row.day_from is not None:
        yield f"from day {row.day_from} on"
    if row.day_to is not None:
        yield f"up to day {row.day_to}"


def questions(pathway: Pathway) -> Iterator[tuple[str, str]]:
    """Each question as it is asked, and what can be answered."""
    mobility = (f"{step} {text}" for step, text in enumerate(words.MOBILITY_WORDS))
    answers = {
        "pain": f"0 to {pathway.questions.pain_max}",
        "mobility": "; ".join(mobility),
        "temperature": "a number in °C or °F, or nothing",
        "temperature_instead": _choices(words.TEMPERATURE_INSTEAD_WORDS),
        "paracetamol": _choices(words.YES_NO_WORDS),
        "warning_signs": _choices(words.SIGN_WORDS),
        "leg_weakness": _choices(words.LEG_WORDS),
        "pain_place": _choices(words.PAIN_PLACE_WORDS),
        "pain_onset": _choices(words.PAIN_ONSET_WORDS),
        "fall": _choices(words.YES_NO_WORDS),
        "answered_by": f"{_choices(words.ANSWERED_BY_WORDS)}; on a helper's phone each person by name",
        "note": f"up to {pathway.questions.note_max_characters} characters",
    }
    for key, question in words.QUESTIONS.items():
        yield question, answers.get(key, "a box to tick")


def _choices(texts: dict[str, str]) -> str:
    return "; ".join(texts.values())
