"""Reading a posted form into Answers: what could be read, and what to ask again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from recovery.clinical.answers import (
    ANSWERED_BY,
    LEG_WEAKNESS,
    PAIN_ONSET,
    PAIN_PLACE,
    SIGNS,
    TEMPERATURE_INSTEAD,
    Answers,
    Problem,
)
from recovery.clinical.pathway import Questions

Form = Mapping[str, Sequence[str]]

CONFIRMABLE = ("temperature_confirm", "temperature_measure_again")


def read(form: Form, limits: Questions) -> tuple[Answers, tuple[Problem, ...]]:
    """The answers and the problems. Ticked signs are kept whatever else is wrong (safety 1)."""
    sheet = _Sheet(form, limits)
    answers = Answers(
        pain=sheet.pain(),
        mobility=sheet.whole("mobility", limits.mobility_max),
        temperature_c=sheet.temperature(),
        temperature_unit=sheet.choice("temperature_unit", ("C", "F")) or "C",
        temperature_instead=sheet.choice("temperature_instead", TEMPERATURE_INSTEAD),
        warning_signs=sheet.signs(),
        leg_weakness=sheet.leg_weakness(),
        wound_unseen=bool(sheet.choice("wound_unseen", ("yes",))),
        paracetamol=sheet.yes_or_no("paracetamol"),
        answered_by=sheet.choice("answered_by", ANSWERED_BY),
        note=sheet.note(),
        pain_place=sheet.choice("pain_place", PAIN_PLACE),
        pain_onset=sheet.choice("pain_onset", PAIN_ONSET),
        fall=sheet.yes_or_no("fall"),
    )
    problems = tuple(sheet.problems)
    return replace(answers, incomplete=bool(answers.warning_signs and problems)), problems


@dataclass(frozen=True)
class _Sheet:
    """The posted fields; each method reads one answer, and notes a problem if it cannot."""

    form: Form
    limits: Questions
    problems: list[Problem] = field(default_factory=list)

    def text(self, name: str) -> str:
        return next(iter(self.form.get(name, ())), "").strip()

    def problem(self, name: str, key: str, **values: object) -> None:
        self.problems.append(Problem(name, key, values))

    def choice(self, name: str, choices: Sequence[str]) -> str | None:
        text = self.text(name)
        if text and text not in choices:
            self.problem(name, "choice_unknown")
        return text if text in choices else None

    def yes_or_no(self, name: str) -> bool | None:
        answer = self.choice(name, ("yes", "no"))
        return answer == "yes" if answer else None

    def pain(self) -> int | None:
        if not self.text("pain"):
            self.problem("pain", "pain_missing", high=self.limits.pain_max)
        return self.whole("pain", self.limits.pain_max)

    def whole(self, name: str, high: int) -> int | None:
        text = self.text(name)
        if re.fullmatch(r"[0-9]{1,2}", text) and int(text) <= high:
            return int(text)
        if text:
            self.problem(name, f"{name}_range", high=high)
        return None

    def signs(self) -> frozenset[str] | None:
        ticked = {tick.strip() for tick in self.form.get("warning_signs", ())} - {""}
        if ticked - {*SIGNS, "none"}:
            self.problem("warning_signs", "choice_unknown")
        signs = ticked & set(SIGNS)
        # "Both legs" without the tick above it still says that the legs are weak.
        if set(self.form.get("leg_weakness", ())) & set(LEG_WEAKNESS):
            signs.add("leg_weakness")
        return frozenset(signs) if signs or "none" in ticked else None

    def leg_weakness(self) -> str | None:
        posted = self.form.get("leg_weakness", ())
        if not set(posted) <= {*LEG_WEAKNESS, ""}:
            self.problem("leg_weakness", "choice_unknown")
        return next((grave for grave in reversed(LEG_WEAKNESS) if grave in posted), None)

    def note(self) -> str:
        text, most = self.text("note").replace("\r\n", "\n"), self.limits.note_max_characters
        if len(text) > most:
            self.problem("note", "note_too_long", most=most, length=len(text))
            return ""
        # PostgreSQL refuses NUL, and UTF-8 a lone surrogate.
        return "".join(
            c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")
        )

    def temperature(self) -> float | None:
        text = self.text("temperature").rstrip("°CcFf ").replace(",", ".")
        if not self.text("temperature"):
            return None
        if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{0,3})?", text):
            self.problem("temperature", "temperature_unreadable")
            return None
        typed, unit = Decimal(text), "F" if self.text("temperature_unit") == "F" else "C"
        doubt = _doubt(typed, unit, self.limits)
        confirmed = self.text("temperature_confirmed") == "yes"
        if doubt and not (confirmed and doubt.key in CONFIRMABLE):
            self.problems.append(doubt)
            return None
        return _celsius(typed, unit)


def _doubt(typed: Decimal, unit: str, limits: Questions) -> Problem | None:
    """What to ask about a number that a thermometer is unlikely to show."""
    celsius, values = _celsius(typed, unit), {"typed": f"{typed:f}", "unit": unit}
    if limits.temperature_plain_low <= celsius <= limits.temperature_plain_high:
        return None
    if limits.temperature_accept_low <= celsius <= limits.temperature_accept_high:
        return Problem("temperature", "temperature_confirm", values)
    if limits.temperature_confirm_low <= celsius <= limits.temperature_confirm_high:
        return Problem("temperature", "temperature_measure_again", values)
    return _slip(typed, unit, limits, values)


def _slip(typed: Decimal, unit: str, limits: Questions, values: Mapping[str, object]) -> Problem:
    """The likely slip behind an impossible number: the other unit, a lost or a wandering point."""
    if unit == "C" and limits.fahrenheit_low <= typed <= limits.fahrenheit_high:
        return Problem("temperature", "temperature_is_fahrenheit", values)
    if unit == "F" and limits.temperature_accept_low <= typed <= limits.temperature_accept_high:
        return Problem("temperature", "temperature_is_celsius", values)
    for power in (1, -1, 2, -2):
        likely = typed.scaleb(power)
        if limits.temperature_plain_low <= _celsius(likely, unit) <= limits.temperature_plain_high:
            return Problem(
                "temperature", "temperature_likely", {**values, "likely": f"{likely:.1f}"}
            )
    return Problem("temperature", "temperature_impossible", values)


def _celsius(typed: Decimal, unit: str) -> float:
    """One decimal, halves upward: 100.4 degF is 38.0 Cel, and 37.95 Cel is a fever."""
    celsius = (typed - 32) * 5 / 9 if unit == "F" else typed
    return float(celsius.quantize(Decimal("0.1"), ROUND_HALF_UP))
