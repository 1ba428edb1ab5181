"""The pathway file's lines as they are written, with unit, source and mark: read from its text, set as a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .clinician_words import RULES, SIGNS
from .sensitivity import KNOBS

MARKS = {
    "V": "verified: read in the source itself",
    "V2": "verified at second hand: read in a text that cites the source",
    "R": "recalled: known from the literature, not looked up",
    "D": "derived: worked out or simulated from other figures, or an engineering choice",
    "OWN": "our own judgement, without a source: to be confirmed by the clinic",
}

# Where the file's name, read as words, would say something else.
NAMES = {"quiet_days": "not raised again for"}
SECTION = re.compile(r"\[+([a-z_.]+)\]+")
LINE = re.compile(r"([a-z_0-9]+) = (.*?)\s+# (.*)")
UNIT = re.compile(
    r"(points?|days?|hours?|minutes|steps|characters|reports|flags|patient-weeks|Cel|degF|SD|"
    r"log-likelihood|probability|share)\b.*|%"
)
WRITTEN = {"Cel": "°C", "degF": "°F", "SD": "standard deviations"}
KEYS = {
    **SIGNS,
    **{path: what.lower() for path, (what, _effect) in KNOBS.items()},
    "one": "one leg",
    "both": "both legs",
}


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """One line of the pathway file; `value` as it is written there, `what` empty where the name says it all."""

    section: str
    name: str
    value: str
    what: str
    unit: str
    source: str
    mark: str

    @property
    def is_simulated(self) -> bool:
        """Whether it was chosen on simulated patients."""
        return "chosen on simulated" in self.source

    @property
    def where(self) -> str:
        """The rule or course that it belongs to."""
        name = self.section.split(".")[-1]
        return RULES.get(name, self.section.replace("trajectory.", "The expected course of "))

    @property
    def origin(self) -> tuple[str, str, str]:
        """What it is and where it comes from."""
        return self.what, self.source, self.mark

    @property
    def row(self) -> tuple[str, ...]:
        """Its name and value in words, and the rest."""
        name = NAMES.get(self.name, self.name.replace("_", " "))
        name = re.sub(r"\bsd\b", "SD", name)
        value = self.value.strip("[]").replace('", "', '"; "')
        value = re.sub(r'"([\w.]+)"', lambda key: KEYS.get(key[1], key[1]), value)
        return name[0].upper() + name[1:], f"**{value}**", self.unit, *self.origin


def marked_lines(text: str) -> list[MarkedLine]:
    """The lines whose comment ends with a source and a mark, in the file's order."""
    lines, section = list[MarkedLine](), ""
    for each in text.splitlines():
        if heading := SECTION.match(each):
            section = heading[1]
        elif line := LINE.match(each):
            name, value, comment = line.groups()
            *meaning, source, mark = ["", *map(str.strip, in_words(comment).split("|"))]
            if mark in MARKS:
                what, unit = _without_unit(meaning[-1].replace("_", " "))
                lines.append(MarkedLine(section, name, value, what, unit, source, mark))
    return lines


def in_words(text: str) -> str:
    """The text with the rules' titles in place of their keys."""
    for key, title in RULES.items():
        text = text.replace(key, f'"{title}"') if "_" in key else text
    return text


def numbers(lines: Iterable[MarkedLine], section: str = "") -> str:
    """The lines as a table; of one section of the file only, if it is named."""
    heading = ("Number", "Value", "Unit", "What it is", "Source", "Mark")
    return table(heading, (line.row for line in lines if section in ("", line.section)))


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = (heading, ["---"] * len(heading), *rows)
    return "\n".join(f"| {' | '.join(each)} |" for each in lines)


def _without_unit(meaning: str) -> tuple[str, str]:
    """What it is, and the unit that stands after its last comma, or alone."""
    what, _, unit = meaning.rpartition(", ")
    is_unit = bool(UNIT.fullmatch(unit)) and (bool(what) or " " not in unit)
    return (what, WRITTEN.get(unit, unit)) if is_unit else (meaning, "")
